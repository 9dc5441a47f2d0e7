import type { Deal } from '../../core/deal.ts'
import type { DealFieldNames } from '../../core/deal-policy.ts'
import type { PropertyRow } from '../../core/property-table.ts'
import { sectionName } from '../../core/section-name.ts'
import { propertyInTable, propertyOf } from './property.ts'

/** What a deal is called in the task app. `row`: what the route's table knows of its property. */
export function nameOfDeal(
  id: string,
  deal: Deal | undefined,
  fields: DealFieldNames,
  row: PropertyRow | null,
): string {
  if (deal === undefined) return sectionName({ id, contact: '', deal: '', place: null })
  return sectionName({
    id,
    contact: deal.people[0]?.name ?? '',
    deal: deal.name,
    place: propertyInTable(deal, row) ?? propertyOf(deal, fields),
  })
}
