import type { StandardLabel } from './standard-labels.ts'
import type { TaskType } from './task.ts'
import { DEFAULT_TYPE, foldLabel, TYPE_LABELS } from './type-labels.ts'

/** `there`: the account has it. `make`: it is to get it, with a colour. */
export type ProposedLabel = StandardLabel & { readonly there: boolean; readonly make: boolean }

/**
 * Which of a route's standard labels are to be made in its task app. `there`: names of those that the account has. `types`: of the tasks
 * that were seen; a type that no task has needs no label, but where no task was seen at all nobody can say. The type that is
 * written without a label never needs one.
 */
export function proposeLabels(
  standard: readonly StandardLabel[],
  there: readonly string[],
  types: readonly TaskType[],
): ProposedLabel[] {
  const known = new Set(there.map(foldLabel))
  const seen = types.length === 0 ? Object.keys(TYPE_LABELS).map((type) => type as TaskType) : types
  const used = new Set(seen.filter((type) => type !== DEFAULT_TYPE).map((type) => TYPE_LABELS[type]))
  return standard.map((label) => {
    const has = known.has(foldLabel(label.name))
    return { ...label, there: has, make: !has && (label.kind !== 'type' || used.has(label.name)) }
  })
}
