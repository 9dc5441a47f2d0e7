import type { Checklist } from './checklist.ts'
import type { PropertyFactsPolicy } from './property-table.ts'
import { GENERAL_NAME, type HomesPolicy } from './stage-homes.ts'
import type { LabelTable } from './table-labels.ts'

/** The account's own fields of deals that hold these, by the service's names; null where none does. */
export type DealFieldNames = {
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly zip: string | null
  readonly type: string | null
  readonly description: string | null
}

/**
 * How a route files tasks by their deals. `others`: where deals of stages lie that it does not name: in a project of
 * the stage's own, or in General. `eager`: a section is made with its deal, and not with its first task. `currency`: the sign of the account's, `$` where it is not said. `counties`: labels by the deal's
 * city, none where it is not said; `dealTypes`: by its type, `DEFAULT_DEAL_TYPES` where it is not said. `propertyFacts`: the table of facts of properties, if any.
 * `checklists`: what is stamped when a deal comes into a stage.
 */
export type DealPolicy = HomesPolicy & {
  readonly others: 'create' | 'general'
  readonly fields: DealFieldNames
  readonly eager?: boolean
  readonly currency?: string
  readonly counties?: LabelTable
  readonly dealTypes?: LabelTable
  readonly propertyFacts?: PropertyFactsPolicy
  readonly checklists?: readonly Checklist[]
}

export const DEFAULT_DEALS: DealPolicy = {
  stages: {},
  general: GENERAL_NAME,
  layout: 'stage',
  others: 'create',
  fields: { address: null, city: null, state: null, zip: null, type: null, description: null },
}
