import type { Deal } from '../../core/deal.ts'
import type { SectionFacts } from '../../core/section-name.ts'
import type { DealPolicy } from '../../core/stage-homes.ts'

/** The property that a deal is about, by the fields of the account that the route names for it; null where they say nothing. */
export function propertyOf({ values }: Deal, policy: DealPolicy | undefined): SectionFacts['place'] {
  const { address, city, state } = policy?.fields ?? {}
  const value = (name: string | undefined) => (name === undefined ? '' : (values[name] ?? '').trim())
  const text = [value(address), value(city), value(state)].filter((part) => part !== '').join(', ')
  return text === '' ? null : { text, city: value(city) === '' ? null : value(city) }
}
