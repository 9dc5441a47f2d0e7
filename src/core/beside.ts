import type { LabelWrite } from './table-labels.ts'
import { foldLabel } from './type-labels.ts'

/** What a task tells its user by a label of ours of that name, and a comment. */
export const FLAGGED_NOTICES = ['needs-person', 'needs-deal-link', 'sync-problem'] as const
/** `deal-question`, `deal-ended`: by a comment alone. `reassigned`: by label `sync-problem`, too. */
export type Notice = (typeof FLAGGED_NOTICES)[number] | 'deal-question' | 'deal-ended' | 'reassigned'

/** The label that goes with a notice. */
export function flagOf(notice: Notice | null): string | null {
  if (notice === 'reassigned') return 'sync-problem'
  return FLAGGED_NOTICES.find((flag) => flag === notice) ?? null
}

/**
 * Labels of the route's tables to set and to take away. `wanted`: all that the tables give, sorted; `ours`: those of them that are
 * ours once this is written.
 */
export type TableLabels = LabelWrite & {
  readonly wanted: readonly string[]
  readonly ours: readonly string[]
}

/**
 * What a write puts into a task beside its fields. `block`: the lines of our block in the description above its
 * marker; null leaves them as they are. `flags`: labels of ours to set and to take away. `tables`: absent
 * where the labels of tables stay as they are. `comment`: `id` null is a new
 * one, else the text of that one is replaced. `tells`: what the task tells its user afterwards; absent when that stays
 * as it is. `bare`: all that is ours is taken away, the block with its marker and properties of ours too, and the comment of
 * this id. `person`: to whom the task belongs from now on, where tasks belong to people. No personal data but in `block`.
 */
export type Beside = {
  readonly block: readonly string[] | null
  readonly flags: { readonly add: readonly string[]; readonly remove: readonly string[] }
  readonly tables?: TableLabels
  readonly comment: { readonly id: string | null; readonly text: string } | null
  readonly tells?: Notice | null
  readonly person?: string
  readonly bare?: { readonly comment: string | null }
}

export const NOTHING_BESIDE: Beside = { block: null, flags: { add: [], remove: [] }, comment: null }

/** What two reasons put beside the fields in one write; what the later one says goes first. */
export function mergeBeside(earlier: Beside, later: Beside): Beside {
  return {
    ...earlier,
    ...later,
    block: later.block ?? earlier.block,
    comment: later.comment ?? earlier.comment,
    flags: {
      add: [...new Set([...earlier.flags.add, ...later.flags.add])],
      remove: [...new Set([...earlier.flags.remove, ...later.flags.remove])],
    },
  }
}

/** True when a task's flags are as they were to become. */
export function showsFlags(flags: readonly string[], { add, remove }: Beside['flags']): boolean {
  return add.every((flag) => flags.includes(flag)) && remove.every((flag) => !flags.includes(flag))
}

/** True when a task's labels are as those of the tables were to become. Names are compared as the task has them. */
export function showsTables(labels: readonly string[], { add, remove }: LabelWrite): boolean {
  const there = labels.map(foldLabel)
  return (
    add.every((name) => there.includes(foldLabel(name))) &&
    remove.every((name) => !there.includes(foldLabel(name)))
  )
}
