import { addressKey } from '../../core/address-key.ts'
import type { Deal } from '../../core/deal.ts'
import type { DealFieldNames } from '../../core/deal-policy.ts'
import type { PropertyRow } from '../../core/property-table.ts'
import type { SectionFacts } from '../../core/section-name.ts'

/** The property that a deal is about, by the fields of the account that the route names for it; null where they say nothing. */
export function propertyOf(
  { values }: Deal,
  { address, city, state }: DealFieldNames,
): SectionFacts['place'] {
  const value = (name: string | null) => (name === null ? '' : (values[name] ?? '').trim())
  const text = [value(address), value(city), value(state)].filter((part) => part !== '').join(', ')
  return text === '' ? null : { text, city: value(city) === '' ? null : value(city) }
}

/** The property of a deal by the route's table, its city alone where the deal's name holds the rest; null where there is nothing to say. */
export function propertyInTable({ name }: Deal, row: PropertyRow | null): SectionFacts['place'] {
  const { address = null, city = null } = row ?? {}
  if (address === null) return null
  const holds = (text: string, part: string) => ` ${addressKey(text)} `.includes(` ${addressKey(part)} `)
  if (holds(name, address)) return city === null ? null : { text: city, city }
  return { text: city === null || holds(address, city) ? address : `${address}, ${city}`, city }
}
