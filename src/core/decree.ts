import { sameValue } from './equal.ts'
import type { Side, SideRules } from './policy.ts'
import type { CanonicalTask, Field } from './task.ts'

/**
 * A value that a person gave to a field of a pair, for both sides: the answer to a conflict, or what a field is taken
 * back to. `left`, `right`: the value in the words of each side. `expects`: what each side held when it was decided; a
 * side that has changed since is somebody's later edit, and the decree ends unfulfilled.
 */
export type Decree = {
  readonly field: Field
  readonly left: unknown
  readonly right: unknown
  readonly expects: { readonly left: unknown; readonly right: unknown }
  readonly cause: 'resolved' | 'undo'
}

/** What a decree asks of one side now. */
export type DecreeStep = 'shown' | 'write' | 'overtaken'

export function decreeStep(
  decree: Decree,
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
