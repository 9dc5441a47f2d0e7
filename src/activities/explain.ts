import { type DbTime, NEVER } from '../core/db-time.ts'
import { sameValue } from '../core/equal.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { OutsideRule } from '../core/scope.ts'
import type { CanonicalTask, Field } from '../core/task.ts'
import { clockNow } from '../store/clock.ts'
import { type ConflictRow, conflictsOf } from '../store/conflicts.ts'
import { onTrial, type Tx } from '../store/database.ts'
import { formerIds, pairExists, pairsOfPerson, pairsOfTask } from '../store/find-pairs.ts'
import { type LoggedOp, opLog } from '../store/op-log.ts'
import { type OpRow, openOpsOf } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import { type Rollback, standingRollbacks } from '../store/rollbacks.ts'
import type { RouteState } from '../store/routes.ts'
import { type KnownNote, notesOfPair } from '../store/task-notes.ts'
import { type KnownDeal, knownDeal } from './deals/known-deal.ts'
import { heldByDirection } from './one-way.ts'
import { type DecideDeps, lockPicture, outsideOf, type PairPicture, titleOf } from './pair-picture.ts'
import { decideAsKnown } from './plan/next-look.ts'

/** What somebody asks about. `any`: an id of which it is not said whose. */
export type TaskReference =
  | { readonly kind: 'pair' | 'any'; readonly id: string }
  | { readonly kind: 'task' | 'person'; readonly provider: string; readonly id: string }

/** A task of one side as it was last seen. `hidden`: nobody can say whether it is still there. */
export type KnownSide = {
  readonly remoteId: string
  readonly presence: 'present' | 'gone' | 'unknown'
  readonly seenAt: DbTime
  readonly task: CanonicalTask
  readonly outside: OutsideRule | null
}

/**
 * What happens next: `now` at the next turn, `writing` until a write has ended, `later` at a time, `rest` nothing unless
 * a person says so, else on a change.
 */
export type Next =
  | {
      readonly kind: 'held'
      readonly by: 'route' | 'connection'
      readonly name: string
      readonly state: string
    }
  | { readonly kind: 'now' | 'writing' | 'change' | 'rest' }
  | { readonly kind: 'later'; readonly at: DbTime }

/** What Dealbridge knows of a task, on both sides. `conflicts` and `ops`: the last five. */
export type KnownTask = {
  readonly pair: PairRow
  readonly title: string | null
  readonly route: { readonly name: string; readonly state: RouteState; readonly zone: string }
  readonly sides: Readonly<Record<Side, KnownSide | null>>
  readonly former: readonly string[]
  readonly open: readonly OpRow[]
  readonly conflicts: readonly ConflictRow[]
  readonly ops: readonly LoggedOp[]
  readonly next: Next
  /** Changes that are shown on a side at once and that the other side has not confirmed yet. */
  readonly shownFirst: readonly { readonly side: Side; readonly field: Field }[]
  readonly rollbacks: readonly Rollback[]
  /** Changes of a side that the route does not carry to the other one. */
  readonly oneWay: readonly { readonly side: Side; readonly field: Field }[]
  readonly deal: KnownDeal | null
  readonly notes: readonly KnownNote[]
}

const LAST = 5
/** Of one person: more than these are asked for one by one. */
const MOST_OF_A_PERSON = 20

/** Everything that the record holds of what is asked about; empty when it knows nothing. */
export async function explain(deps: DecideDeps, reference: TaskReference): Promise<KnownTask[]> {
  return onTrial(deps.db, async (tx) => {
    const known: KnownTask[] = []
    for (const id of await pairsNamed(tx, reference)) known.push(await explainPair(tx, deps, id))
    return known
  })
}

/** The pairs of what is asked about; of a person the last ones. */
export async function pairsNamed(tx: Tx, reference: TaskReference): Promise<string[]> {
  const { id } = reference
  switch (reference.kind) {
    case 'person':
      return pairsOfPerson(tx, id, reference.provider, MOST_OF_A_PERSON)
    case 'task':
      return pairsOfTask(tx, id, reference.provider)
    case 'pair':
      return (await isPair(tx, id)) ? [id] : []
    case 'any': {
      const own = (await isPair(tx, id)) ? [id] : []
      return [...new Set([...own, ...(await pairsOfTask(tx, id, null))])]
    }
  }
}

async function isPair(tx: Tx, id: string): Promise<boolean> {
  return /^[1-9]\d{0,17}$/u.test(id) && (await pairExists(tx, id))
}

async function explainPair(tx: Tx, deps: DecideDeps, pairId: string): Promise<KnownTask> {
  const picture = await lockPicture(tx, deps, pairId)
  const { pair, members, route } = picture
  const open = await openOpsOf(tx, [pairId])
  const { name, state } = route.route
  const now = await clockNow(tx)
  const { look } = decideAsKnown(pair, members, route, deps.timing, now)
  return {
    pair,
    title: titleOf(members),
    route: { name, state, zone: route.policy.zone },
    sides: { left: knownSide('left', picture), right: knownSide('right', picture) },
    former: await formerIds(tx, pairId),
    open,
    conflicts: await conflictsOf(tx, pairId, LAST),
    ops: await opLog(tx, { since: null, pairId, limit: LAST, dropped: false }),
    next: nextOf(picture, open, deps, now),
    shownFirst: shownFirst(picture),
    rollbacks: await standingRollbacks(tx, [pairId]),
    oneWay: heldByDirection(look),
    deal: knownDeal(picture, look),
    notes: await notesOfPair(tx, pairId),
  }
}

function knownSide(side: Side, picture: PairPicture): KnownSide | null {
  const member = picture.members.find((one) => one.side === side)
  if (member === undefined) return null
  const { presence, askedAt, seen } = member.row
  return {
    remoteId: member.remoteId,
    presence,
    seenAt: askedAt,
    task: seen.task,
    outside: outsideOf(picture, side),
  }
}

function shownFirst({ pair, members, route }: PairPicture): KnownTask['shownFirst'] {
  if (pair.memory !== 'linked') return []
  return SIDES.flatMap((side) => {
    const { provider } = route.sides[side]
    const member = members.find((one) => one.side === side)
    if (member === undefined || member.row.presence !== 'present') return []
    const { task } = member.row.seen
    return provider.capabilities.rollsBack
      .filter((field) => {
        const base = pair.base[side][field]
        const stays = pair.overrides.includes(field) || pair.standing.some((one) => one.field === field)
        return base !== undefined && !stays && !sameValue(base, task[field])
      })
      .map((field) => ({ side, field }))
  })
}

function nextOf(
  { pair, members, route }: PairPicture,
  open: readonly OpRow[],
  deps: DecideDeps,
  now: DbTime,
): Next {
  const away = SIDES.map((side) => route.sides[side].connection).find(({ state }) => state !== 'ok')
  if (route.route.state !== 'active')
    return { kind: 'held', by: 'route', name: route.route.name, state: route.route.state }
  if (away !== undefined) return { kind: 'held', by: 'connection', name: away.name, state: away.state }
  if (open.length > 0) return { kind: 'writing' }
  const changed = members.some((member) => member.row.changedSeq > member.decidedSeq)
  if (changed || (pair.wakeAt !== null && pair.wakeAt <= now)) return { kind: 'now' }
  if (pair.wakeAt !== null && pair.wakeAt !== NEVER) return { kind: 'later', at: pair.wakeAt }
  if (pair.memory === 'unlinked' || pair.memory === 'closed') return { kind: 'rest' }
  const { decision } = decideAsKnown(pair, members, route, deps.timing, now)
  return { kind: decision.writes.length > 0 ? 'now' : 'change' }
}
