import { Temporal } from 'temporal-polyfill'
import { readPhrase } from './due-phrases.ts'
import type { ItemFields } from './item-fields.ts'
import type { Placement } from './item-placement.ts'
import type { Account } from './state.ts'

const MOST_WORDS = 7

/** What one line of text says about a task (reference §7.1); FIDELITY.md lists what is understood. */
export function readQuickAdd(account: Account, text: string): ItemFields & Placement {
  const [line = '', ...notes] = text.split(/\s+\/\/\s*/)
  const fields: ItemFields & Placement = {}
  const description = notes.join(' // ').trim()
  if (description !== '') fields.description = description
  const rest = withoutLabels(withoutPlace(account, takeMarks(account, line, fields), fields), fields)
  const words = rest.split(/\s+/).filter((word) => word !== '')
  const date = findDate(account, words)
  if (date !== undefined) fields.due = { string: words.slice(date.from, date.to).join(' ') }
  const kept = date === undefined ? words : [...words.slice(0, date.from), ...words.slice(date.to)]
  return { ...fields, content: kept.join(' ') }
}

/** The labels that a text names with `@`, and the text without them: Sync's `auto_parse_labels`. */
export function withParsedLabels<
  T extends { content?: string | undefined; labels?: readonly string[] | null | undefined },
>(args: T): T {
  const found: ItemFields = {}
  const content = withoutLabels(args.content ?? '', found)
    .replace(/\s+/g, ' ')
    .trim()
  const labels = [...(args.labels ?? []), ...(found.labels ?? [])]
  return args.content === undefined ? args : { ...args, content, labels }
}

function takeMarks(account: Account, line: string, fields: ItemFields): string {
  return line
    .replace(/(^|\s)p([1-4])(?=\s|$)/i, (_, before: string, digit: string) => {
      fields.priority = 5 - Number(digit)
      return before
    })
    .replace(/\{(.+?)\}/, (_, text: string) => {
      const day = readPhrase(text, localNow(account))
      fields.deadline = { date: day?.kind === 'due' ? day.date.toString() : text }
      return ''
    })
}

/** A name that is known is matched with its blanks, the longest first; an unknown one stays in the text. */
function withoutPlace(account: Account, line: string, fields: Placement): string {
  const projects = [...account.projects.values()].filter((each) => !each.is_deleted && !each.is_archived)
  const project = longest(line, '#', projects)
  if (project !== undefined) fields.project_id = project.found.id
  const rest = project?.rest ?? line
  const home = fields.project_id ?? account.inboxId
  const sections = account.sectionsIn(home).filter((each) => !each.is_deleted && !each.is_archived)
  const section = longest(rest, '/', sections)
  if (section !== undefined) fields.section_id = section.found.id
  return section?.rest ?? rest
}

function longest<T extends { name: string }>(
  line: string,
  sign: string,
  all: readonly T[],
): { found: T; rest: string } | undefined {
  const folded = ` ${line.toLowerCase()} `
  const fits = all.filter((each) => folded.includes(` ${sign}${each.name.toLowerCase()} `))
  const [found] = fits.sort((a, b) => b.name.length - a.name.length)
  if (found === undefined) return undefined
  const at = folded.indexOf(` ${sign}${found.name.toLowerCase()} `)
  return { found, rest: `${line.slice(0, at)} ${line.slice(at + found.name.length + sign.length)}` }
}

function withoutLabels(line: string, fields: ItemFields): string {
  const labels: string[] = []
  const rest = line.replace(/(^|\s)@(\S+)/g, (_, before: string, name: string) => {
    labels.push(name)
    return before
  })
  if (labels.length > 0) fields.labels = labels
  return rest
}

/** The longest run of words that is a date phrase, the first of equals. */
function findDate(account: Account, words: readonly string[]): { from: number; to: number } | undefined {
  const now = localNow(account)
  for (let length = Math.min(MOST_WORDS, words.length); length > 0; length--)
    for (let from = 0; from + length <= words.length; from++)
      if (readPhrase(words.slice(from, from + length).join(' '), now)?.kind === 'due')
        return { from, to: from + length }
  return undefined
}

function localNow(account: Account): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(account.options.now()))
    .toZonedDateTimeISO(account.settings.timezone)
    .toPlainDateTime()
}
