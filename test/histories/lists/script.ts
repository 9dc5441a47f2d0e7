import type { Policy, Event as ServiceEvent } from '../services/script.ts'
import type { Side } from '../services/sides.ts'
import type { KnownFault } from './known.ts'
import type { Pair, Place } from './pairs.ts'

/** What a user does to one task. What an app cannot do with it, nothing. */
export type Verb =
  | 'rename'
  | 'note'
  | 'due'
  | 'clear-due'
  | 'priority'
  | 'label'
  | 'complete'
  | 'reopen'
  | 'delete'
  | 'move'
  | 'move-out'
  | 'below'
  | 'decorate'
  | 'undo'

/** `value`: a number in [0, 1) from which the verb makes what it writes. `token`: when it is not there, another one. */
export type Edit = {
  readonly side: Side
  readonly verb: Verb
  readonly token: string
  readonly value: number
}

export type Create = {
  readonly do: 'create'
  readonly side: Side
  readonly token: string
  readonly value: number
  readonly list: Place
  /** The task to lie below; it may not be there. */
  readonly of?: string
  readonly repeats?: true
}

export type Event =
  | Create
  /** Several edits at once: in the same second. */
  | { readonly do: 'edit'; readonly edits: readonly Edit[] }
  /** `looks`: it goes up to that look of its own at a service, and stands still before what comes next. */
  | (Extract<ServiceEvent, { do: 'run' }> & { readonly looks?: number })
  | Extract<ServiceEvent, { do: 'kill' | 'cut' | 'pass' | 'fault' | 'resume' | 'settle' }>

/** `seed` decides with what looks it settles, beside what its events are made from. */
export type Script = {
  readonly seed: number
  readonly pair: Pair
  readonly policy: Omit<Policy, 'fields'>
  readonly avoid?: readonly KnownFault[]
  /** The CalDAV server keeps no property that it does not know. */
  readonly strips?: boolean
  readonly events: readonly Event[]
}
