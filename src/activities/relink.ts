import { UserError } from '../config/errors.ts'
import { EMPTY_BASE } from '../core/base.ts'
import type { PlannedWrite } from '../core/decision.ts'
import { otherSide, SIDES, type Side } from '../core/policy.ts'
import { clockNow } from '../store/clock.ts'
import type { Tx } from '../store/database.ts'
import { retireMember } from '../store/members.ts'
import { type PairRow, savePairs } from '../store/pairs.ts'
import {
  DECIDED_ANEW,
  type DecideDeps,
  lockPicture,
  NOTHING_TOLD,
  outsideOf,
  type PairPicture,
  titleOf,
} from './pair-picture.ts'
import { decideAsKnown } from './plan/next-look.ts'

/** `writes`: what the engine would write now by what the record knows. `remade`: the side that is made again. */
export type Relinked = {
  readonly pair: string
  readonly title: string | null
  readonly changed: boolean
  readonly remade: Side | null
  readonly writes: readonly Pick<PlannedWrite, 'side' | 'verb' | 'fields'>[]
}

/**
 * Links a pair again that was let go. Where both tasks are there, they go on from what they last agreed on; where one is
 * gone, it is made again from the other. Throws UserError (exit code 2) where that cannot be, with what can be done.
 */
export async function relinkPair(tx: Tx, deps: DecideDeps, pairId: string): Promise<Relinked> {
  const picture = await lockPicture(tx, deps, pairId)
  const { pair, members } = picture
  const title = titleOf(members)
  if (pair.memory !== 'unlinked' && pair.memory !== 'closed')
    return { pair: pair.id, title, changed: false, remade: null, writes: [] }
  const present = SIDES.filter((side) => picture.tasks[side] !== null)
  requireTasks(picture, present)
  const [only] = present
  const remade = present.length === 2 || only === undefined ? null : otherSide(only)
  const linked = remade === null ? linkedAgain(pair) : madeNew(picture, remade)
  const kept = members.filter((member) => member.side !== remade)
  const { decision } = decideAsKnown(linked, kept, picture.route, deps.timing, await clockNow(tx))
  if (decision.reason === 'home-gone') throw noPlace(pair)
  if (remade !== null) await retireMember(tx, pair.id, remade)
  await savePairs(tx, [linked])
  return { pair: pair.id, title, changed: true, remade, writes: decision.writes }
}

function linkedAgain(pair: PairRow): PairRow {
  return { ...asGoingOn(pair), memory: 'linked' }
}

/** The side that is gone gives its place to a new task, about which nothing is agreed yet. */
function madeNew({ pair, route }: PairPicture, remade: Side): PairRow {
  return {
    ...asGoingOn(pair),
    memory: 'new',
    base: EMPTY_BASE,
    marked: false,
    occurrences: null,
    // What told it went with the task.
    ...(route.sides[remade].provider.capabilities.notices ? NOTHING_TOLD : {}),
  }
}

function asGoingOn(pair: PairRow): PairRow {
  return {
    ...pair,
    ...DECIDED_ANEW,
    decrees: [],
    endedAt: null,
    letThrough: false,
  }
}

/** Throws UserError where the tasks that are left cannot be linked. */
function requireTasks(picture: PairPicture, present: readonly Side[]): void {
  const { pair, members, tasks } = picture
  const hidden = members.filter((member) => member.row.presence === 'unknown')
  if (hidden.length > 0)
    throw refusal(pair, 'nobody can say whether its tasks are still there', [
      `"dealbridge status" shows whether both accounts answer; "dealbridge explain pair/${pair.id}" says more.`,
    ])
  if (present.length === 0)
    throw refusal(pair, 'its tasks are gone on both sides', [
      'Make a new task, or take the deletion back: "dealbridge log --pair" shows its number for "dealbridge undo".',
    ])
  const outside = present.filter((side) => outsideOf(picture, side) !== null)
  if (outside.length > 0)
    throw refusal(pair, 'a task of it is none that is kept in step', [
      `"dealbridge explain pair/${pair.id}" says why. Once that is mended it is linked again by itself.`,
    ])
  const [only] = present
  if (present.length === 1 && only !== undefined && tasks[only]?.completed === true)
    throw refusal(pair, 'the task that is left is completed', ['Reopen it first.'])
}

function noPlace(pair: PairRow): UserError {
  return refusal(pair, 'the list in which it would lie is deleted or archived', [
    '"dealbridge map list" says how to put another list in its place; its tasks are made there then.',
  ])
}

function refusal({ id }: PairRow, why: string, hints: readonly string[]): UserError {
  const message = `Pair ${id} cannot be linked again: ${why}.`
  return new UserError({ code: 'CANNOT_RELINK', message, hints, exitCode: 2 })
}
