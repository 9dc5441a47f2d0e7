import type { PersonFacts } from '../../core/block-lines.ts'
import type { Deal } from '../../core/deal.ts'
import type { DealFieldNames } from '../../core/deal-policy.ts'
import type { PropertyRow } from '../../core/property-table.ts'
import { type SectionFacts, sectionName } from '../../core/section-name.ts'
import { propertyInTable, propertyOf } from './property.ts'

/**
 * What a deal is called in the task app. `row`: what the route's table knows of its property. `person`: what is known of its first
 * person, whose city stands for the property of which nobody knows.
 */
export function nameOfDeal(
  id: string,
  deal: Deal | undefined,
  fields: DealFieldNames,
  row: PropertyRow | null,
  person: Pick<PersonFacts, 'lastName' | 'city'> | null = null,
): string {
  if (deal === undefined) return sectionName({ id, contact: '', deal: '', place: null })
  return sectionName({
    id,
    contact: deal.people[0]?.name ?? '',
    lastName: person?.lastName ?? null,
    deal: deal.name,
    place: propertyInTable(deal, row) ?? propertyOf(deal, fields) ?? areaOf(person?.city ?? null),
  })
}

function areaOf(city: string | null): SectionFacts['place'] {
  return city === null ? null : { text: city, city }
}
