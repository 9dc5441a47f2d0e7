import { LocalRefusal } from '../../core/local-refusal.ts'

/** Which versions a change may be made to: one of these, any that exists (`*`), or whatever is there (null). */
export type Expected = readonly number[] | '*' | null

/** Throws LocalRefusal `stale`, with what is there now. */
export function requireExpected<T extends { readonly version: number }>(
  current: T,
  expected: Expected,
): void {
  if (expected === null || expected === '*' || expected.includes(current.version)) return
  throw new LocalRefusal('stale', 'It was changed since it was last looked at.', current)
}
