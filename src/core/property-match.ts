import { addressKey, addressKeys } from './address-key.ts'
import type { PropertyRow } from './property-table.ts'

/** What is known of a deal's place, by which its property is found. Null is not known. */
export type DealPlace = {
  readonly name: string
  readonly address: string | null
  readonly city: string | null
}

type Known = { readonly row: PropertyRow; readonly street: string; readonly city: string }

/**
 * Finds the property of a deal in a table: by the deal's address, else by its name, else by an address with a house number that
 * stands in its name. Two that fit alike are none, and neither is one in another city.
 */
export class PropertyMatch {
  readonly #byAddress = new Map<string, Known[]>()
  readonly #byDeal = new Map<string, PropertyRow[]>()
  readonly #streets: Known[] = []

  constructor(rows: readonly PropertyRow[]) {
    for (const row of rows) this.#add(row)
  }

  of({ name, address, city }: DealPlace): PropertyRow | null {
    const there = address === null ? null : this.#at(address, city)
    if (there !== null) return there
    const [called = null, ...more] = this.#byDeal.get(addressKey(name)) ?? []
    if (called !== null && more.length === 0) return called
    return address === null ? this.#in(addressKey(name), addressKey(city ?? '')) : null
  }

  #add(row: PropertyRow): void {
    const deal = addressKey(row.deal ?? '')
    if (deal !== '') this.#byDeal.set(deal, [...(this.#byDeal.get(deal) ?? []), row])
    const keys = addressKeys(row.address ?? '')
    const street = keys.at(-1)
    if (street === undefined) return
    const known = { row, street, city: cityOf(row.address ?? '', row.city) }
    this.#streets.push(known)
    for (const key of keys) this.#byAddress.set(key, [...(this.#byAddress.get(key) ?? []), known])
  }

  /** The more of the address is the same, the better. */
  #at(address: string, given: string | null): PropertyRow | null {
    const city = cityOf(address, given)
    for (const key of addressKeys(address)) {
      const found = (this.#byAddress.get(key) ?? []).filter((one) => isSameCity(one.city, city))
      if (found.length > 0) return theOnly(found, city)
    }
    return null
  }

  #in(name: string, city: string): PropertyRow | null {
    const found = this.#streets.filter(
      (one) => /^\d\S* \S/u.test(one.street) && ` ${name} `.includes(` ${one.street} `),
    )
    const longest = Math.max(0, ...found.map(({ street }) => street.length))
    return theOnly(
      found.filter((one) => one.street.length === longest && isSameCity(one.city, city)),
      city,
    )
  }
}

/** Of several the one whose city is told, and the same. */
function theOnly(found: readonly Known[], city: string): PropertyRow | null {
  const sure = found.filter((one) => city !== '' && one.city === city)
  const [only, ...more] = sure.length > 0 ? sure : found
  return only === undefined || more.length > 0 ? null : only.row
}

/** A city that nobody tells is no other one. */
function isSameCity(one: string, other: string): boolean {
  return one === '' || other === '' || one === other
}

/** The city, also where it is told as the second part of the address. */
function cityOf(address: string, given: string | null): string {
  const [, second = ''] = address.split(',')
  const told = addressKey(given ?? '')
  return told === '' && !/\d/u.test(second) ? addressKey(second) : told
}
