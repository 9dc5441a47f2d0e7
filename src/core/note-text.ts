import { type Due, dayOf } from './due.ts'
import { cut, manyLines, oneLine } from './normalise.ts'
import type { CanonicalTask } from './task.ts'

/*
 * What a note on a person of the CRM says: of a comment in the task app, or of a task. Plain text; its last line is a mark
 * by which the note is known again. Pure.
 */

/** Code points. Nobody publishes how much a note takes; the longest comment of Todoist (15,000, reference §12) fits. */
const LONGEST = 20_000

/** A comment as it is copied. `file`: its name and where it is, both as the service tells them. */
export type CommentWords = {
  readonly text: string
  readonly file: { readonly name: string; readonly url: string | null } | null
}

/** `title`: of the task that was commented; `app`: what people call the task app. */
export function commentNote(
  { text, file }: CommentWords,
  { title, app, mark }: { readonly title: string; readonly app: string; readonly mark: string },
): string {
  const attached = file === null ? [] : [`File: ${[oneLine(file.name), file.url].filter(Boolean).join(' ')}`]
  return marked([`Comment in ${app} on “${oneLine(title)}”:`, manyLines(text), ...attached], mark)
}

export type NotedTask = Pick<CanonicalTask, 'title' | 'due' | 'completed' | 'notes'>

/** `kept`: false where the task is not kept in step any more. `zone`: IANA name, in which times of day are told. */
export function taskNote(
  { title, due, completed, notes }: NotedTask,
  { kept, zone, mark }: { readonly kept: boolean; readonly zone: string; readonly mark: string },
): string {
  const state = kept ? (completed ? 'done' : 'open') : 'not kept in step any more'
  const lines = [
    `Task: ${oneLine(title)}`,
    ...(due === null ? [] : [`Due: ${dueWords(due, zone)}`]),
    `State: ${state}`,
  ]
  const words = manyLines(notes)
  return marked(words.trim() === '' ? lines : [...lines, '', words], mark)
}

function dueWords(due: Due, zone: string): string {
  switch (due.kind) {
    case 'day':
      return due.day
    case 'floating':
      return `${due.day} ${due.time.slice(0, 5)}`
    case 'fixed':
      return `${dayOf(due, zone)} ${timeOf(due.at, zone)} (${zone})`
  }
}

function timeOf(at: string, zone: string): string {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const
  return new Intl.DateTimeFormat('en', options).format(new Date(at))
}

function marked(lines: readonly string[], mark: string): string {
  const end = `\n\n${markLine(mark)}`
  return `${cut(lines.join('\n').trimEnd(), LONGEST - end.length)}${end}`
}

function markLine(mark: string): string {
  return `dealbridge: ${mark}`
}

/** Whether a note carries this mark, and not one whose id only begins alike. */
export function bearsMark(text: string, mark: string): boolean {
  const line = markLine(mark)
  for (let at = text.indexOf(line); at >= 0; at = text.indexOf(line, at + 1)) {
    const next = text[at + line.length] ?? ''
    if (!/[\w%~.-]/u.test(next)) return true
  }
  return false
}

/** Two texts that are alike but for line ends and white space at the ends of lines, which a service may change. */
export function noteFold(text: string): string {
  return manyLines(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}

const OURS = /^Dealbridge: /u

/** Whether a comment is one of those by which a task tells its user something (plan/notice-text.ts, deal-text.ts). */
export function isOwnComment(text: string): boolean {
  return OURS.test(text)
}
