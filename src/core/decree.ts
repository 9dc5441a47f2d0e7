import { sameValue } from './equal.ts'
import type { Side, SideRules } from './policy.ts'
import type { CanonicalTask, Field, FieldValues } from './task.ts'

/**
 * A value that a person gave to a field of a pair, for both sides: the answer to a conflict, or what a field is taken
 * back to (also because the other service would not take the change). `left`, `right`: the value in the words of each side. `expects`: what each side held when it was decided; a
 * side that has changed since is somebody's later edit, and the decree ends unfulfilled.
 */
export type FieldDecree = {
  readonly kind: 'field'
  readonly field: Field
  readonly left: unknown
  readonly right: unknown
  readonly expects: { readonly left: unknown; readonly right: unknown }
  readonly cause: 'resolved' | 'undo' | 'rollback'
}

/** A task that we made is to be deleted again, and its pair unlinked. `after`: what it held; edited since, it stays. */
export type RemoveDecree = { readonly kind: 'remove'; readonly side: Side; readonly after: FieldValues }

/**
 * A task that was deleted is to be made anew on `side`, and from it the other side's. `own`: what that other one held
 * that `side` has no field for. Kept until both are there.
 */
export type RemakeDecree = {
  readonly kind: 'remake'
  readonly side: Side
  readonly fields: FieldValues
  readonly own: FieldValues
}

/** A task of a checklist is to be made on `side`; once it was, it is a task like any other, and never made again. */
export type StampDecree = { readonly kind: 'stamp'; readonly side: Side; readonly fields: FieldValues }

/** What a person has decided of a pair, to be carried out before anything is decided by rule. */
export type Decree = FieldDecree | RemoveDecree | RemakeDecree | StampDecree

/** Decrees that stay when these fields are given another fate. */
export function decreesBut(decrees: readonly Decree[], fields: ReadonlySet<Field>): Decree[] {
  return decrees.filter((decree) => decree.kind !== 'field' || !fields.has(decree.field))
}

export function remakeIn(decrees: readonly Decree[]): RemakeDecree | undefined {
  return decrees.find((decree) => decree.kind === 'remake')
}

/** What a decree asks of one side now. */
export type DecreeStep = 'shown' | 'write' | 'overtaken'

export function decreeStep(
  decree: FieldDecree,
  side: Side,
  task: CanonicalTask,
  rules: SideRules,
  zone: string,
): DecreeStep {
  const { field } = decree
  const kept = (value: unknown) => rules.keep(field, value as CanonicalTask[typeof field], { zone })
  const now = kept(task[field])
  if (sameValue(now, kept(decree[side]))) return 'shown'
  return sameValue(now, kept(decree.expects[side])) ? 'write' : 'overtaken'
}
