import type { DealField } from './deal.ts'
import type { DealFieldNames } from './deal-policy.ts'

/** What a field may hold of a deal's property. */
export type DealFact = keyof DealFieldNames

export const DEAL_FACTS: readonly DealFact[] = ['address', 'city', 'state', 'zip', 'type', 'description']

/** The fewest sample values that say anything by themselves. */
const FEW = 3
/** This part of the sample values must look alike. */
const MOST = 0.8
/** Longer than this, on average, is a description. In characters. */
const LONG = 60

/**
 * Which fields of an account hold address, city, state, zip, type and description of a deal's property: by what they are called,
 * and where no name says it by what they hold. `samples`: some values of each field, by its name. What could be several
 * fields alike is left to a person (null), and no field holds two things.
 */
export function proposeDealFields(
  fields: readonly DealField[],
  samples: Readonly<Record<string, readonly string[]>>,
): DealFieldNames {
  const chosen: Record<DealFact, string | null> = { ...NOTHING }
  const taken = () => new Set(Object.values(chosen))
  for (const sure of [byName, byValues])
    for (const fact of DEAL_FACTS) {
      if (chosen[fact] !== null) continue
      const free = fields.filter(({ name, kind }) => !taken().has(name) && kind !== 'date')
      chosen[fact] = best(free.map((field) => [field.name, sure(fact, field, samples[field.name] ?? [])]))
    }
  return chosen
}

const NOTHING: DealFieldNames = {
  address: null,
  city: null,
  state: null,
  zip: null,
  type: null,
  description: null,
}

/** The one with the most points; null where none has any, or two have as many. */
function best(all: readonly (readonly [string, number])[]): string | null {
  const [first, second] = all.filter(([, points]) => points > 0).sort(([, a], [, b]) => b - a)
  if (first === undefined) return null
  return second !== undefined && second[1] === first[1] ? null : first[0]
}

/** Whole words of a name, with how much they say: the first ones the most. */
const WORDS: Readonly<Record<DealFact, readonly string[]>> = {
  address: ['property address', 'street address', 'address', 'street', 'listing address'],
  city: ['property city', 'city', 'town', 'municipality'],
  state: ['property state', 'state', 'province'],
  zip: ['property zip', 'zip', 'zip code', 'zipcode', 'postal code', 'postcode', 'postal'],
  type: ['deal type', 'property type', 'transaction type', 'client type', 'type'],
  description: ['property description', 'description', 'remarks', 'details'],
}

/** Whose address it is, if not the property's. */
const OTHERS = ['mailing', 'email', 'e mail', 'lender', 'billing', 'office', 'seller', 'agent', 'web', 'loan']

function byName(fact: DealFact, { label, name }: DealField, samples: readonly string[]): number {
  const words = ` ${wordsOf(label)} ${wordsOf(name)} `
  if (OTHERS.some((other) => words.includes(` ${other} `))) return 0
  if (fact !== 'zip' && fact !== 'address' && WORDS.zip.some((zip) => words.includes(` ${zip} `))) return 0
  const at = WORDS[fact].findIndex((word) => words.includes(` ${word} `))
  if (at === -1 || contradicts(fact, samples)) return 0
  return WORDS[fact].length - at + (samples.length > 0 ? 0.5 : 0)
}

/** What a field is called is not believed where it holds something else (“Address” with yes and no in it). */
function contradicts(fact: DealFact, samples: readonly string[]): boolean {
  if (samples.length < FEW) return false
  if (fact === 'zip') return share(samples, ZIP) < 1 - MOST
  if (fact === 'address') return share(samples, /\d/u) === 0 && share(samples, /\s/u) === 0
  return fact === 'city' && share(samples, /^\P{Nd}+$/u) < 1 - MOST
}

const ZIP = /^\d{5}(?:-\d{4})?$/u
const STREET = /^\d+[\p{L}-]*\s+\p{L}/u
const STATES =
  /^(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])$/u

/** City and deal type look like any other word: only their names tell them. */
function byValues(fact: DealFact, { kind }: DealField, samples: readonly string[]): number {
  if (samples.length < FEW || kind === 'choice') return 0
  const known = { address: STREET, state: STATES, zip: ZIP, city: null, type: null, description: null }[fact]
  if (known !== null) return share(samples, known) >= MOST ? share(samples, known) : 0
  if (fact !== 'description') return 0
  const average = samples.reduce((sum, text) => sum + text.length, 0) / samples.length
  return average >= LONG ? average : 0
}

function share(samples: readonly string[], form: RegExp): number {
  return samples.filter((text) => form.test(text.trim())).length / samples.length
}

/** `customPropertyZip` and “Property ZIP:” are both `property zip`. */
function wordsOf(text: string): string {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{Nd}]+/gu, ' ')
    .trim()
}
