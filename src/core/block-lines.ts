import { isBlockRow } from './description-block.ts'
import { cut, oneLine } from './normalise.ts'

/** What is told in the block of a task's person (name, one number, one address, a link to their page) and of its deal. */
export const BLOCK_PARTS = ['person', 'phone', 'email', 'deal', 'stage', 'price', 'facts', 'link'] as const
export type BlockPart = (typeof BLOCK_PARTS)[number]

/** `url` is http(s) without blanks or brackets. Null is not known. `lastName`, `city`: where the service
 * tells them. */
export type PersonFacts = {
  readonly name: string
  readonly phone: string | null
  readonly email: string | null
  readonly url: string | null
  readonly lastName?: string
  readonly city?: string
}

/** `price`: in the account's currency, whose sign is `currency`. `facts`: of its property, in the table's order. */
export type DealFacts = {
  readonly name: string
  readonly stage: string
  readonly price: number | null
  readonly currency: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

export const DEFAULT_CURRENCY = '$'

/** Code points of one fact: whatever a service holds, a line stays a line. */
const LONGEST_FACT = 200
const BETWEEN = ' · '
const LINK = /^\[Open in [^[\]]+\]\(https?:\/\/[^\s()]+\)$/u

/** The line that leads to a page of a service's own app; `service`: in people's words. */
export function linkLine(service: string, url: string): string {
  return `[Open in ${service}](${url})`
}

/** True for such a line, whatever page it leads to. */
export function isLinkLine(row: string): boolean {
  return LINK.test(row)
}

/**
 * The lines of the block, without its fence and marker: the person, the deal, a line for each fact of its property, then
 * the link. `service`: whose link it is, in people's words.
 */
export function blockLines(
  person: PersonFacts,
  parts: readonly BlockPart[],
  service: string,
  deal: DealFacts | null = null,
): string[] {
  const { url } = person
  const line = (...told: readonly (readonly [BlockPart, string | null])[]) =>
    told
      .map(([part, text]) => (parts.includes(part) ? cut(oneLine(text ?? ''), LONGEST_FACT) : ''))
      .filter((fact) => fact !== '')
      .join(BETWEEN)
  const facts = (deal?.facts ?? []).filter(
    ({ label, value }) => oneLine(label) !== '' && oneLine(value) !== '',
  )
  const lines = [
    line(['person', person.name], ['phone', person.phone], ['email', person.email]),
    deal === null ? '' : line(['deal', deal.name], ['stage', deal.stage], ['price', priceText(deal)]),
    ...facts.map(({ label, value }) => line(['facts', `${label}: ${value}`])),
    parts.includes('link') && url !== null ? linkLine(service, url) : '',
  ]
  // A name may look like a fence or a marker; then it would take the block apart.
  return lines.filter((one) => one !== '' && !isBlockRow(one))
}

/** Whole units. A deal without a price has none or 0 (reference follow-up-boss §8 knows no other way). */
function priceText({ price, currency }: DealFacts): string | null {
  if (price === null || !Number.isFinite(price) || Math.round(price) <= 0) return null
  return `${currency}${String(BigInt(Math.round(price))).replace(/\B(?=(?:\d{3})+$)/gu, ',')}`
}

/** By which words lines about a deal are known: the names of an account's stages, and the labels of a table's facts. */
export type DealWords = { readonly stages: readonly string[]; readonly facts: readonly string[] }

const NO_WORDS: DealWords = { stages: [], facts: [] }
const PRICE = /^\p{L}{0,3}\p{Sc}\d{1,3}(?:,\d{3})*$/u

/**
 * Those of a block's lines that look like ours, where the record does not know what was written: the link, the first
 * line above it or above the deal's, a first line of several facts, the deal's by its price or its stage, and directly
 * below these one line for each fact that `words` names; never the marker's own, onto which a user has typed. In doubt a line
 * is its user's: ours comes back, theirs would not.
 */
export function linesByForm(lines: readonly string[], words: DealWords = NO_WORDS): string[] {
  const deal = [0, 1].find((at) => isDealLine(lines[at] ?? '', words)) ?? -1
  const isFirst = (line: string) => line.includes(BETWEEN) || LINK.test(lines[1] ?? '') || deal === 1
  const head = lines.findIndex((line, at) => at !== deal && !(at === 0 && isFirst(line)))
  // Where nothing of ours stands above, a fact may as well be typed.
  const facts = head === 0 ? 0 : factLines(lines.slice(head < 0 ? lines.length : head), words)
  const above = new Set(lines.slice(0, head < 0 ? lines.length : head + facts).map((_line, at) => at))
  return lines.filter((line, at) => !isBlockRow(line) && (LINK.test(line) || above.has(at)))
}

/** A user's own line may have a dot in the middle too: so it takes a stage's name, or three parts with a price. */
function isDealLine(line: string, { stages }: DealWords): boolean {
  const [, ...told] = line.split(BETWEEN)
  return (
    told.some((part) => stages.map(oneLine).includes(part)) ||
    (told.length > 1 && PRICE.test(told.at(-1) ?? ''))
  )
}

/** How many of these lines, from the first, are facts; no two of one label. */
function factLines(lines: readonly string[], { facts }: DealWords): number {
  const left = new Set(facts.map(oneLine))
  const end = lines.findIndex((line) => {
    const label = [...left].find((one) => line.startsWith(`${one}: `))
    return label === undefined || !left.delete(label)
  })
  return end < 0 ? lines.length : end
}
