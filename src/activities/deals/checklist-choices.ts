import type { ChecklistInput } from '../../config/checklist-input.ts'
import type { Checklist, ChecklistItem } from '../../core/checklist.ts'
import { readDueRule } from '../../core/due-rule.ts'
import { oneLine } from '../../core/normalise.ts'

/**
 * The checklists of a route with what a person said: one of a name that is there takes its place, null removes it. `stageOf`: the
 * id of a stage by what people call it; it throws for one that there is not.
 */
export function checklistsWith(
  before: readonly Checklist[],
  given: Readonly<Record<string, ChecklistInput | null>>,
  stageOf: (name: string) => string,
): readonly Checklist[] {
  const all = new Map(before.map((one) => [one.name, one]))
  for (const [called, input] of Object.entries(given)) {
    const name = oneLine(called)
    if (input === null) all.delete(name)
    else all.set(name, asChecklist(name, input, stageOf))
  }
  return [...all.values()]
}

function asChecklist(
  name: string,
  { stage, weekend = 'keep', items }: ChecklistInput,
  stageOf: (name: string) => string,
): Checklist {
  return { name, stage: stageOf(stage), weekend, items: items.map(asItem) }
}

function asItem(given: ChecklistInput['items'][number]): ChecklistItem {
  const { title, key = null, notes = '', type = null, priority = null, labels = [], due, weekend } = given
  return {
    key,
    title: oneLine(title),
    notes,
    type,
    priority,
    labels,
    due: due === undefined ? null : readDueRule(due),
    weekend: weekend ?? null,
  }
}
