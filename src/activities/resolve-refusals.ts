import { UserError } from '../config/errors.ts'
import type { Field } from '../core/task.ts'
import type { ConflictRow } from '../store/conflicts.ts'
import type { PairPicture } from './pair-picture.ts'

/* Why a person's answer to a conflict is not taken, with what can be answered. Each is a UserError with exit code 2. */

export function notAField({ id, kind, pairId }: ConflictRow): UserError {
  const [message, hint] =
    kind === 'field'
      ? [
          `Conflict ${id} notes that a task was deleted on one side and edited on the other, which stays.`,
          `"dealbridge log --pair ${pairId}" shows what was written, and "dealbridge undo" takes it back.`,
        ]
      : [
          `Conflict ${id} is not about a field, so it has no value to be chosen.`,
          `"dealbridge explain pair/${pairId}" says what it is about, and what you can do.`,
        ]
  return new UserError({ code: 'NOT_A_FIELD_CONFLICT', message, hints: [hint], exitCode: 2 })
}

export function notAChoice({ id }: ConflictRow): UserError {
  return new UserError({
    code: 'NO_SUCH_CHOICE',
    message: `Conflict ${id} is answered with left, right, base, or --value with a text.`,
    hints: ['"dealbridge conflicts --all" shows what each side holds.'],
    exitCode: 2,
  })
}

export function notAValue(field: Field, allowed: string): UserError {
  return new UserError({
    code: 'BAD_VALUE',
    message: `That is no value for ${field}. Nothing was changed.`,
    hints: [`Allowed: ${allowed}.`],
    exitCode: 2,
  })
}

export function notOnBothSides({ pair }: PairPicture): UserError {
  return new UserError({
    code: 'NOT_LINKED',
    message: `The task of pair ${pair.id} is not linked on both sides now, so neither side was given a value.`,
    hints: [`"dealbridge explain pair/${pair.id}" says why; "dealbridge relink ${pair.id}" links it again.`],
    exitCode: 2,
  })
}

export function noBase(field: Field): UserError {
  return new UserError({
    code: 'NO_BASE',
    message: `The two sides never held the same ${field}, so there is nothing to go back to.`,
    hints: ['Answer left, right, or --value with a text.'],
    exitCode: 2,
  })
}

export function noSuchConflict(id: string): UserError {
  return new UserError({
    code: 'NO_SUCH_CONFLICT',
    message: `There is no conflict ${id}.`,
    hints: ['"dealbridge conflicts" lists those that wait, with --all the decided ones too.'],
    exitCode: 2,
  })
}
