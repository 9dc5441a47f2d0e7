import { UserError } from '../config/errors.ts'
import type { FieldDecree } from '../core/decree.ts'
import { readFieldText } from '../core/field-text.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import { type ConflictRow, conflictById, decideConflict } from '../store/conflicts.ts'
import type { Tx } from '../store/database.ts'
import { savePairs } from '../store/pairs.ts'
import { type FieldWrite, inBothWords, type SideValues, writesOf } from './decree-value.ts'
import {
  type DecideDeps,
  LONG_AGO,
  lockPicture,
  type PairPicture,
  recallWrites,
  sharedField,
  titleOf,
} from './pair-picture.ts'

/** `value`: as the person typed it. */
export type Answer = { readonly choice: string } | { readonly value: string }

/** `writes`: what both sides will be given; none when they show it already. */
export type Resolution = {
  readonly conflict: string
  readonly pair: string
  readonly title: string | null
  readonly decision: string
  readonly writes: readonly FieldWrite[]
}

/**
 * A person answers a conflict about a field, or turns round what a rule decided. The value becomes a decree that the
 * engine carries out on both sides. Throws UserError (exit code 2) with what may be answered; then nothing has changed.
 */
export async function resolveConflict(
  tx: Tx,
  deps: DecideDeps,
  conflictId: string,
  answer: Answer,
): Promise<Resolution> {
  const known = await existing(tx, conflictId)
  const picture = await lockPicture(tx, deps, known.pairId)
  // Read again under the lock: somebody may have answered it meanwhile.
  return resolveField(tx, await existing(tx, conflictId), picture, answer)
}

async function resolveField(
  tx: Tx,
  conflict: ConflictRow,
  picture: PairPicture,
  answer: Answer,
): Promise<Resolution> {
  const { pair, tasks, members } = picture
  if (conflict.kind !== 'field' || conflict.field === null) throw notAField(conflict)
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
      decrees: [
        ...pair.decrees.filter((old) => old.kind !== 'field' || old.field !== field),
        ...(writes.length > 0 ? [decree] : []),
      ],
      standing: pair.standing.filter((one) => one.field !== field),
      attempts: 0,
      wakeAt: LONG_AGO,
    },
  ])
  return { conflict: conflict.id, pair: pair.id, title: titleOf(members), decision, writes }
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
  if (isWholeTask(value)) throw notAField(conflict)
  return { decision: choice, values: ownWords(side, value, inBothWords(field, value, picture)) }
}

/** A value keeps its own words on the side that it comes from. */
function ownWords(side: Side, value: unknown, values: SideValues): SideValues {
  return { ...values, [side]: value }
}

function baseValues(field: Field, { base }: ConflictRow): SideValues {
  if (isSides(base) && !isWholeTask(base.left)) {
    const known = base.left !== null || base.right !== null || field === 'due' || field === 'priority'
    if (known) return base
  }
  throw new UserError({
    code: 'NO_BASE',
    message: `The two sides never held the same ${field}, so there is nothing to go back to.`,
    hints: ['Answer left, right, or --value with a text.'],
    exitCode: 2,
  })
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
  throw new UserError({
    code: 'NO_SUCH_CONFLICT',
    message: `There is no conflict ${id}.`,
    hints: ['"dealbridge conflicts" lists those that wait, with --all the decided ones too.'],
    exitCode: 2,
  })
}

function notAField({ id, kind }: ConflictRow): UserError {
  const message =
    kind === 'field'
      ? `Conflict ${id} notes that a task was deleted on one side and edited on the other, and was made again.`
      : `Conflict ${id} is not about a field.`
  return new UserError({
    code: 'NOT_A_FIELD_CONFLICT',
    message,
    hints: ['"dealbridge log" shows what was written, and "dealbridge undo" takes it back.'],
    exitCode: 2,
  })
}

function notAChoice({ id }: ConflictRow): UserError {
  return new UserError({
    code: 'NO_SUCH_CHOICE',
    message: `Conflict ${id} is answered with left, right, base, or --value with a text.`,
    hints: ['"dealbridge conflicts --all" shows what each side holds.'],
    exitCode: 2,
  })
}

function notAValue(field: Field, allowed: string): UserError {
  return new UserError({
    code: 'BAD_VALUE',
    message: `That is no value for ${field}. Nothing was changed.`,
    hints: [`Allowed: ${allowed}.`],
    exitCode: 2,
  })
}

function notOnBothSides({ pair }: PairPicture): UserError {
  return new UserError({
    code: 'NOT_LINKED',
    message: `The task of pair ${pair.id} is not linked on both sides now, so neither side was given a value.`,
    hints: [`"dealbridge explain pair/${pair.id}" says why; "dealbridge relink ${pair.id}" links it again.`],
    exitCode: 2,
  })
}
