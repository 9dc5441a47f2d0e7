/**
 * Why our own store does not do what was asked.
 *
 * - `no-task`, `no-list`, `no-parent`: there is none, or not any more
 * - `deleted`: it can be restored first
 * - `archived-list`: takes no tasks
 * - `below-itself`: a task cannot lie below itself or what lies below it
 * - `other-list`: a sub-task lies in the list of its parent
 * - `default-list`: is always there
 * - `list-in-use`: it has tasks, and nobody said what is to become of them
 * - `stale`: it is not the version that was asked for any more
 */
export const LOCAL_REFUSALS = [
  'no-task',
  'no-list',
  'no-parent',
  'deleted',
  'archived-list',
  'below-itself',
  'other-list',
  'default-list',
  'list-in-use',
  'stale',
] as const
export type LocalRefusalCode = (typeof LOCAL_REFUSALS)[number]

/** Messages hold nothing that a user typed. `current`: of a stale one, what is there now. */
export class LocalRefusal<T = unknown> extends Error {
  override readonly name = 'LocalRefusal'
  readonly code: LocalRefusalCode
  readonly current: T | undefined

  constructor(code: LocalRefusalCode, message: string, current?: T) {
    super(message)
    this.code = code
    this.current = current
  }
}
