import type { PersonHint } from '../contract.ts'

const ID = '([1-9]\\d{0,15})'
const LABEL = new RegExp(`^person-${ID}$`, 'i')
const TOKEN = new RegExp(`(?<![\\p{L}\\p{N}_])fub:${ID}(?![\\p{L}\\p{N}_])`, 'iu')
const ADDRESS = `https?://[a-z0-9-]+\\.followupboss\\.com/2/people/view/${ID}(?!\\d)(?:[/?#][^\\s)\\]]*)?`
const LINK = new RegExp(ADDRESS, 'iu')
/** What a task app makes of a pasted link: its words stay. */
const TITLED_LINK = new RegExp(`\\[([^[\\]]*)\\]\\(${ADDRESS}\\)`, 'iu')
const NAME_AT_END = /^(.*?)\s*\[([^[\]]+)\]\s*$/su

/** The contract's `personHelp`. */
export const PERSON_HELP =
  'the label `person-<id>`, `fub:<id>` in the title, a link to their page in Follow Up Boss pasted into the title, or `[Full Name]` at the end of the title'

/**
 * The contract's `personHint`. In this order: label `person-<id>`, `fub:<id>` in the title, a link to a person's page,
 * `[Full Name]` at the end. What stands in the title in a machine's words is taken out of it and the gap closed.
 */
export function personHint(words: {
  readonly title: string
  readonly labels: readonly string[]
}): PersonHint | null {
  const { title, labels } = words
  for (const label of labels) {
    const id = LABEL.exec(label)?.[1]
    if (id !== undefined) return { by: { id }, title, label }
  }
  const token = TOKEN.exec(title)
  if (token?.[1] !== undefined)
    return { by: { id: token[1] }, title: replaced(title, token, ''), label: null }
  const titled = TITLED_LINK.exec(title)
  if (titled?.[2] !== undefined) {
    const own = LINK.test(titled[1] ?? '') ? '' : (titled[1] ?? '')
    return { by: { id: titled[2] }, title: replaced(title, titled, own), label: null }
  }
  const link = LINK.exec(title)
  if (link?.[1] !== undefined) return { by: { id: link[1] }, title: replaced(title, link, ''), label: null }
  const [, rest = '', name = ''] = NAME_AT_END.exec(title) ?? []
  return name.trim() === '' ? null : { by: { name: name.trim() }, title: rest, label: null }
}

/** The title with other words in the place of a match; taking it out leaves one blank, none before punctuation. */
function replaced(title: string, match: RegExpExecArray, words: string): string {
  const before = title.slice(0, match.index)
  const after = title.slice(match.index + match[0].length)
  if (words !== '') return (before + words + after).trim()
  const [left, right] = [before.trimEnd(), after.trimStart()]
  const gap = left === '' || right === '' || /^[.,;:!?)]/.test(right) ? '' : ' '
  return left + gap + right
}
