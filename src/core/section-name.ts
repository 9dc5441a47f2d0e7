import { cut, oneLine } from './normalise.ts'

/** Longest name of a section, in code points; Todoist's own limit is far above. */
export const LONGEST_SECTION_NAME = 120
/** What a part keeps at the least, when others are too long as well. */
const LEAST = 20
const BETWEEN = ' — '
const CUT = '…'
/** Behind a last name these are no part of it. */
const SUFFIXES = ['jr', 'sr', 'ii', 'iii', 'iv', 'esq', 'md', 'phd']

/**
 * `contact`: the full name of the deal's first person; empty without one. `lastName`: where the service tells it apart. `place`:
 * property or area, null where nobody knows; `city` is its city, the text itself where no more is known. `id`: names a
 * deal of which nothing else is known.
 */
export type SectionFacts = {
  readonly id: string
  readonly contact: string
  readonly lastName?: string | null
  readonly deal: string
  readonly place: { readonly text: string; readonly city: string | null } | null
}

/**
 * The name of a deal's section: `{Contact} — {Deal name} — {Property or area}` (sync-rules §9). One line, NFC, never empty.
 * Whole words decide whether a name begins with another or holds it, without regard to case, accents and punctuation:
 * `Baker's house` begins with Baker, `Bakersfield` does not. Where even a short name of the deal leaves too little room,
 * the property is cut next, and then the contact.
 */
export function sectionName(facts: SectionFacts): string {
  const deal = oneLine(facts.deal)
  const contact = contactBeside(deal, facts)
  const place = placeBeside(deal, facts)
  const parts = fitted({ contact, deal, place })
  return parts === '' ? `Deal ${oneLine(facts.id)}` : parts
}

function contactBeside(deal: string, facts: SectionFacts): string {
  const contact = oneLine(facts.contact)
  const lasts = facts.lastName === undefined || facts.lastName === null ? lastWord(contact) : facts.lastName
  const words = wordsOf(deal)
  return [contact, lasts].some((name) => beginsWith(words, wordsOf(name))) ? '' : contact
}

function lastWord(contact: string): string {
  return (
    contact
      .split(' ')
      .findLast((word) => wordsOf(word).length > 0 && !SUFFIXES.includes(wordsOf(word).join(''))) ?? ''
  )
}

/** The property, or what of it the deal's name does not say: its city, or nothing. Of an address the street says it. */
function placeBeside(deal: string, { place }: SectionFacts): string {
  if (place === null) return ''
  const text = oneLine(place.text)
  const city = oneLine(place.city ?? '')
  const words = wordsOf(deal)
  const street = wordsOf(text.split(',')[0] ?? '')
  if (!holds(words, street) && !holds(words, wordsOf(text))) return text
  return holds(words, wordsOf(city)) ? '' : city
}

type Parts = { readonly contact: string; readonly deal: string; readonly place: string }

function fitted({ contact, deal, place }: Parts): string {
  const join = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(BETWEEN)
  const over = (name: string) => Math.max(0, lengthOf(name) - LONGEST_SECTION_NAME)
  const shortDeal = shorter(deal, over(join(contact, deal, place)))
  const shortPlace = shorter(place, over(join(contact, shortDeal, place)))
  const shortContact = shorter(contact, over(join(contact, shortDeal, shortPlace)))
  return join(shortContact, shortDeal, shortPlace)
}

/** Shorter by so many code points, or as short as a part may become. */
function shorter(part: string, by: number): string {
  if (by === 0) return part
  const length = Math.max(LEAST, lengthOf(part) - by)
  return length >= lengthOf(part) ? part : `${cut(part, length - 1)}${CUT}`
}

function lengthOf(text: string): number {
  return Array.from(text).length
}

/** Words as they are compared. `'s` belongs to no name. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/['’]s(?![\p{L}\p{N}])/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

function beginsWith(words: readonly string[], part: readonly string[]): boolean {
  return part.length > 0 && part.every((word, at) => words[at] === word)
}

/** True of nothing, which everything holds. */
function holds(words: readonly string[], part: readonly string[]): boolean {
  return part.length === 0 || words.some((_word, at) => beginsWith(words.slice(at), part))
}
