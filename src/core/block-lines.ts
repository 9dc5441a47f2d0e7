import { isBlockRow } from './description-block.ts'
import { cut, oneLine } from './normalise.ts'

/** What is told of a task's person in the block: their name, one number, one address, a link to their page. */
export const BLOCK_PARTS = ['person', 'phone', 'email', 'link'] as const
export type BlockPart = (typeof BLOCK_PARTS)[number]

/** `url` is http(s) without blanks or brackets. Null is not known. */
export type PersonFacts = {
  readonly name: string
  readonly phone: string | null
  readonly email: string | null
  readonly url: string | null
}

/** Code points of one fact: whatever a service holds, a line stays a line. */
const LONGEST_FACT = 200
const BETWEEN = ' · '
const LINK = /^\[Open in [^[\]]+\]\(https?:\/\/[^\s()]+\)$/u

/**
 * The lines of the block, without its fence and marker: the person, then the link. Those about a deal belong between
 * the two. `service`: whose link it is, in people's words.
 */
export function blockLines(facts: PersonFacts, parts: readonly BlockPart[], service: string): string[] {
  const { name, phone, email, url } = facts
  const told = { person: name, phone, email }
  const person = (['person', 'phone', 'email'] as const)
    .filter((part) => parts.includes(part))
    .map((part) => cut(oneLine(told[part] ?? ''), LONGEST_FACT))
    .filter((fact) => fact !== '')
    .join(BETWEEN)
  const link = parts.includes('link') && url !== null ? `[Open in ${service}](${url})` : ''
  // A name may look like a fence or a marker; then it would take the block apart.
  return [person, link].filter((line) => line !== '' && !isBlockRow(line))
}

/**
 * Those of a block's lines that look like ours, where the record does not know what was written: the link, the first
 * line above it, and a first line of several facts; never the marker's own, onto which a user has typed.
 */
export function linesByForm(lines: readonly string[]): string[] {
  return lines.filter(
    (line, at) =>
      !isBlockRow(line) &&
      (LINK.test(line) || (at === 0 && (LINK.test(lines[1] ?? '') || line.includes(BETWEEN)))),
  )
}
