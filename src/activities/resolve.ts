import { LONG_AGO } from '../core/db-time.ts'
import { decreesBut, type FieldDecree } from '../core/decree.ts'
import { readFieldText } from '../core/field-text.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import { type ConflictRow, conflictById, decideConflict } from '../store/conflicts.ts'
import type { Tx } from '../store/database.ts'
import { membersOf } from '../store/members.ts'
import { savePairs } from '../store/pairs.ts'
import { linkAmbiguous, separateAmbiguous } from './ambiguous.ts'
import { type FieldWrite, inBothWords, type SideValues, writesOf } from './decree-value.ts'
import {
  type DecideDeps,
  lockPicture,
  type PairPicture,
  recallWrites,
  sharedField,
  titleOf,
} from './pair-picture.ts'
import {
  noBase,
  noSuchConflict,
  notAChoice,
  notAField,
  notAValue,
  notOnBothSides,
} from './resolve-refusals.ts'

/** `value`: as the person typed it. */
export type Answer = { readonly choice: string } | { readonly value: string }

/** `writes`: what both sides will be given; none when they show it already. */
export type Resolution = {
  readonly conflict: string
  readonly pair: string
  readonly title: string | null
  readonly decision: string
  readonly writes: readonly FieldWrite[]
  /** It was asked which task it is, and not for a value. */
  readonly task: boolean
}

/**
 * A person answers a conflict about a field, or turns round what a rule decided: the value becomes a decree that the
 * engine carries out on both sides. Or they say which of several tasks one is. Throws UserError (exit code 2) with what may be answered; then nothing has changed.
 */
export async function resolveConflict(
  tx: Tx,
  deps: DecideDeps,
  conflictId: string,
  answer: Answer,
): Promise<Resolution> {
  const known = await existing(tx, conflictId)
  if (known.kind === 'ambiguous') return resolveAmbiguous(tx, deps, known, answer)
  const picture = await lockPicture(tx, deps, known.pairId)
  // Read again under the lock: somebody may have answered it meanwhile.
  return resolveField(tx, await existing(tx, conflictId), picture, answer)
}

/** The answer is the id of the task that it is, or `none`: then it is a task of its own. */
async function resolveAmbiguous(
  tx: Tx,
  deps: DecideDeps,
  { id, pairId }: ConflictRow,
  answer: Answer,
): Promise<Resolution> {
  const decision = 'choice' in answer ? answer.choice : answer.value
  if (decision === 'none') await separateAmbiguous(tx, deps, id)
  else await linkAmbiguous(tx, deps, id, decision)
  const title = titleOf(await membersOf(tx, [pairId]))
  return { conflict: id, pair: pairId, title, decision, writes: [], task: true }
}

async function resolveField(
  tx: Tx,
  conflict: ConflictRow,
  picture: PairPicture,
  answer: Answer,
): Promise<Resolution> {
  const { pair, tasks, members } = picture
  if (conflict.kind !== 'field' || conflict.field === null) throw notAField(conflict)
  if (isWholeTask(conflict.left) || isWholeTask(conflict.right)) throw notAField(conflict)
  const field = sharedField(picture, conflict.field)
  const { left, right } = tasks
  if (left === null || right === null || (pair.memory !== 'linked' && pair.memory !== 'new'))
    throw notOnBothSides(picture)
  const { decision, values } = valuesOf(field, conflict, picture, answer)
  await recallWrites(tx, pair.id, [field])
  const expects = { left: left[field], right: right[field] }
  const decree: FieldDecree = { kind: 'field', field, ...values, expects, cause: 'resolved' }
  const writes = writesOf(decree, picture)
  await decideConflict(tx, conflict.id, decision)
  await savePairs(tx, [
    {
      ...pair,
      decrees: [...decreesBut(pair.decrees, new Set([field])), ...(writes.length > 0 ? [decree] : [])],
      standing: pair.standing.filter((one) => one.field !== field),
      attempts: 0,
      wakeAt: LONG_AGO,
    },
  ])
  return { conflict: conflict.id, pair: pair.id, title: titleOf(members), decision, writes, task: false }
}

function valuesOf(
  field: Field,
  conflict: ConflictRow,
  picture: PairPicture,
  answer: Answer,
): { readonly decision: string; readonly values: SideValues } {
  if ('value' in answer) {
    const reading = readFieldText(field, answer.value, picture.route.policy.zone)
    if ('allowed' in reading) throw notAValue(field, reading.allowed)
    return { decision: 'value', values: inBothWords(field, reading.value, picture) }
  }
  const { choice } = answer
  if (choice === 'base') return { decision: choice, values: baseValues(field, conflict) }
  const side = SIDES.find((one) => one === choice)
  if (side === undefined) throw notAChoice(conflict)
  // What waits is about the values of now; what a rule has decided is about the value that lost then.
  const value = conflict.decision === null ? picture.tasks[side]?.[field] : conflict[side]
  return { decision: choice, values: ownWords(side, value, inBothWords(field, value, picture)) }
}

/** A value keeps its own words on the side that it comes from. */
function ownWords(side: Side, value: unknown, values: SideValues): SideValues {
  return { ...values, [side]: value }
}

function baseValues(field: Field, { base }: ConflictRow): SideValues {
  if (isSides(base)) {
    const known = base.left !== null || base.right !== null || field === 'due' || field === 'priority'
    if (known) return base
  }
  throw noBase(field)
}

function isSides(value: unknown): value is SideValues {
  return typeof value === 'object' && value !== null && 'left' in value && 'right' in value
}

/** Of a task that was deleted and made again the whole task is noted. */
function isWholeTask(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'title' in value
}

async function existing(tx: Tx, id: string): Promise<ConflictRow> {
  const conflict = await conflictById(tx, id)
  if (conflict !== undefined) return conflict
  throw noSuchConflict(id)
}
