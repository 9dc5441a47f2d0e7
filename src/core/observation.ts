import type { CanonicalTask } from './task.ts'

/**
 * A task as a service holds it. `version` is a text that sorts in the order of changes at this service, or null.
 * `container` is the innermost place in which it lies (section, else project or list); it and `person` are remote ids. `marker` is ours when we made it. `madeBy`/`madeAt`: the remote
 * user and the service's own time of creation. `recurs`: the service repeats it; `completions`: how often it was
 * completed so far, occurrences of a repeating task included (0 where the service does not count). `flags`: labels of
 * ours that it carries (type-labels.ts, OWNED_LABELS), sorted. `block`: the lines in our block above its marker, ours
 * and typed ones alike, and the marker's own when a user has typed onto it, where a service keeps it in the same text as the
 * notes; `task.notes` is what stands outside. `extra` is private to the provider (what its encoder
 * needs to leave unmapped data alone); small JSON.
 */
export type RemoteTask = {
  readonly task: CanonicalTask
  readonly version: string | null
  readonly container: string | null
  readonly person: string | null
  readonly marker: string | null
  readonly madeBy: string | null
  /** Remote id of the user whose task it is; null where a service (or this task) has none. Decides scope. */
  readonly assignedTo: string | null
  readonly madeAt: string | null
  readonly recurs: boolean
  readonly completions: number
  readonly flags: readonly string[]
  readonly block: readonly string[]
  readonly extra: Readonly<Record<string, unknown>>
}

/**
 * - `present`: a successful look at it.
 * - `unchanged`: (reads only) nothing changed since the connection's cursor; the record's own picture is current.
 * - `gone`: it does not exist any more. `certain` only for an explicit tombstone; a bare 404 is not.
 * - `unknown`: nobody can say now. `not-visible`: the key may not see it; `unreadable`: the answer could not be
 *   understood; `in-doubt`: ask again later.
 */
export type Observation =
  | { readonly kind: 'present'; readonly remoteId: string; readonly seen: RemoteTask }
  | { readonly kind: 'unchanged'; readonly remoteId: string }
  | { readonly kind: 'gone'; readonly remoteId: string; readonly certain: boolean }
  | {
      readonly kind: 'unknown'
      readonly remoteId: string
      readonly why: 'not-visible' | 'unreadable' | 'in-doubt'
    }
