import type { ConflictRule, DeleteRule, Direction } from '../../../src/core/policy.ts'
import type { KnownFault } from './known.ts'
import type { Side } from './sides.ts'

/** Rules that the product keeps only in part so far; each is asked of it once it is switched on (`features.ts`). */
export type Feature = 'recurrence' | 'labelSets' | 'noSync' | 'crmLabel'

/** What a user does to one task. On a side that does not know the verb, or for a task that is not there, nothing. */
export type Verb =
  | 'rename'
  | 'due'
  | 'clear-due'
  | 'type'
  | 'complete'
  | 'reopen'
  | 'delete'
  | 'undo'
  | 'describe'
  | 'label'
  | 'priority'
  | 'move-out'
  | 'move-in'
  | 'repeat'
  | 'no-sync'
  | 'name'
  | 'person'
  | 'crm'

/** `value`: a number in [0, 1) from which the verb makes what it writes. `token`: `T3`; when it is not there, another one. */
export type Edit = { readonly verb: Verb; readonly token: string; readonly value: number }

export type Job = {
  readonly kind: 'work' | 'nudge' | 'incremental' | 'complete'
  readonly side: Side
}

/**
 * One event of a history. A history is a list of them, made from a seed before it runs: so that some can be left out,
 * and the rest still means the same.
 */
export type Event =
  | {
      readonly do: 'create'
      readonly side: Side
      readonly token: string
      readonly value: number
      /** How it names its person, where it has to; `child`, `copy`: of another task, which may not be there. */
      readonly how: 'token' | 'label' | 'link' | 'name' | 'nobody' | 'outside' | 'child' | 'copy' | 'crm'
      readonly of?: string
    }
  /** Several edits at once: of one task or of many, on one side or on both, in the same second. */
  | { readonly do: 'edit'; readonly edits: readonly (Edit & { readonly side: Side })[] }
  /** The worker begins the job when it is idle, and goes so many steps. */
  | { readonly do: 'run'; readonly worker: string; readonly job: Job; readonly steps: number }
  | { readonly do: 'kill'; readonly worker: string }
  /** The worker's next transaction fails. */
  | { readonly do: 'cut'; readonly worker: string; readonly when: 'before' | 'after' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'fault'; readonly side: Side; readonly word: string; readonly times: number }
  /** Webhooks that wait: `nth` of them is delivered, twice, or lost. */
  | { readonly do: 'deliver'; readonly nth: number; readonly how: 'once' | 'twice' | 'lose' }
  /** A person lets a stopped route go on: with what it shows, or only if the reason is gone. */
  | { readonly do: 'resume'; readonly once: boolean }
  /** Everything is brought into step before it goes on. */
  | { readonly do: 'settle' }

export type Policy = {
  readonly conflicts: ConflictRule
  readonly deletes: Readonly<Record<Side, DeleteRule>>
  /** Which way a field may flow where not both. */
  readonly fields: Readonly<Partial<Record<'title' | 'due' | 'type', Direction>>>
}

export type Script = {
  readonly seed: number
  readonly policy: Policy
  readonly features: readonly Feature[]
  readonly avoid: readonly KnownFault[]
  /** Both sides are looked at before anything else, as a first sync does. */
  readonly looked?: boolean
  readonly events: readonly Event[]
}
