import type { PolicyChange } from '../activities/policy-change.ts'
import type { DealInput } from '../config/deal-input.ts'

/**
 * What an edited file of a route says, where it is known what stood there before: entries that were taken out are meant to go, though a
 * file that leaves them out keeps them.
 */
export function withTakenOut(before: PolicyChange, after: PolicyChange): PolicyChange {
  if (!before.deals || !after.deals) return after
  return { ...after, deals: goneIn(before.deals, after.deals) }
}

function goneIn(before: DealInput, after: DealInput): DealInput {
  const stages = missing(before.stages, after.stages)
  const templates = missing(before.templates, after.templates)
  const fields = missing(before.dealFields, after.dealFields)
  const labels = missing(before.labels, after.labels)
  return {
    ...after,
    // What a name stands for may be an id that was taken out: so these come first.
    ...(stages.length === 0 ? {} : { stages: { ...all(stages, 'default' as const), ...after.stages } }),
    ...(templates.length === 0 ? {} : { templates: { ...all(templates, null), ...after.templates } }),
    ...(fields.length === 0 ? {} : { dealFields: { ...all(fields, null), ...after.dealFields } }),
    ...(labels.length === 0 ? {} : { labels: { ...all(labels, null), ...after.labels } }),
    ...(before.propertyFacts && after.propertyFacts === undefined ? { propertyFacts: null } : {}),
  }
}

function missing(before: object | undefined, after: object | undefined): string[] {
  return Object.keys(before ?? {}).filter((key) => after === undefined || !Object.hasOwn(after, key))
}

function all<V>(keys: readonly string[], value: V): Record<string, V> {
  return Object.fromEntries(keys.map((key) => [key, value]))
}
