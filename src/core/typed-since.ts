import { sameValue } from './equal.ts'
import type { CanonicalTask, Field, FieldValues } from './task.ts'

/**
 * True when somebody has typed into a field that is to be written since it was looked at: it is neither as it was, nor as
 * it is to become. `keep`: a value as the service holds it.
 */
export function typedSince<F extends Field>(
  field: F,
  {
    before,
    now,
    wanted,
  }: { readonly before: CanonicalTask; readonly now: CanonicalTask; readonly wanted: FieldValues },
  keep: (field: F, value: CanonicalTask[F]) => CanonicalTask[F],
): boolean {
  const kept = (value: CanonicalTask[F] | undefined) => (value === undefined ? undefined : keep(field, value))
  const shown = kept(now[field])
  return !sameValue(shown, kept(before[field])) && !sameValue(shown, kept(wanted[field]))
}
