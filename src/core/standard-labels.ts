import type { RoutePolicy } from './policy.ts'
import { DEFAULT_DEAL_TYPES } from './table-labels.ts'
import { OWNED_LABELS, TYPE_LABELS } from './type-labels.ts'

/** What a standard label is for; labels of one kind look alike. */
export const LABEL_KINDS = ['type', 'scope', 'trouble', 'deal-type', 'county'] as const
export type LabelKind = (typeof LABEL_KINDS)[number]

export type StandardLabel = { readonly name: string; readonly kind: LabelKind }

/** By which a user says what takes part; the rest of ours tell that something is the matter. */
const SCOPE: readonly string[] = ['crm', 'no-sync']

/**
 * The labels that a route may write on tasks, or that mean something there, each once and in the order of the kinds: those of task
 * types, of ours, and of its tables of deal types and counties.
 */
export function standardLabels({ deals }: Pick<RoutePolicy, 'deals'>): StandardLabel[] {
  const tables = deals === undefined ? [] : Object.values(deals.dealTypes ?? DEFAULT_DEAL_TYPES)
  const counties = Object.values(deals?.counties ?? {})
  const names: Readonly<Record<LabelKind, readonly string[]>> = {
    type: Object.values(TYPE_LABELS),
    scope: SCOPE,
    trouble: OWNED_LABELS.filter((name) => !SCOPE.includes(name)),
    'deal-type': [...new Set(tables)].sort(),
    county: [...new Set(counties)].sort(),
  }
  const all = LABEL_KINDS.flatMap((kind) => names[kind].map((name) => ({ name, kind })))
  return all.filter(({ name }, at) => all.findIndex((one) => one.name === name) === at)
}
