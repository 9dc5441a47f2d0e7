import { labelSet } from './normalise.ts'

/** What somebody did to a set of labels: neither is an edit of the labels that are in neither. */
export type LabelChange = { readonly added: readonly string[]; readonly removed: readonly string[] }

/** `before` undefined: nothing was confirmed yet, so every label counts as added. */
export function labelChange(before: readonly string[] | undefined, now: readonly string[]): LabelChange {
  const was = before ?? []
  return {
    added: now.filter((label) => !was.includes(label)),
    removed: was.filter((label) => !now.includes(label)),
  }
}

export function applyLabelChange(labels: readonly string[], { added, removed }: LabelChange): string[] {
  return labelSet([...labels.filter((label) => !removed.includes(label)), ...added])
}

/** True when a set shows all that the change added and nothing that it removed. */
export function showsLabelChange(labels: readonly string[], { added, removed }: LabelChange): boolean {
  return added.every((label) => labels.includes(label)) && removed.every((label) => !labels.includes(label))
}
