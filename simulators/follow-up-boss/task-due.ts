import { dayIn, HOME_ZONE } from '../data/local-time.ts'
import { fail, wrongType } from './errors.ts'
import { instant, isDay } from './filters.ts'
import type { FubTask } from './records.ts'
import type { FubSettings } from './settings.ts'

/** Not among PUT's documented fields (reference §6.4, U4). */
export const DUE_FIELDS = ['dueDate', 'dueDateTime', 'remindSecondsBefore']

export type DuePatch = Partial<Pick<FubTask, 'dueDate' | 'dueDateTime' | 'remindSecondsBefore'>>

const isClear = (value: unknown): boolean => value === null || value === ''

/** `accept`, `reject` or `ignore`: the strictest of the switches that the body's due fields touch (U4, U5). */
export function duePutRule(body: Record<string, unknown>, settings: FubSettings): string {
  const rules = [settings.get('putDue')]
  const clearsTime = 'dueDateTime' in body && isClear(body.dueDateTime)
  const clearsDay = 'dueDate' in body && isClear(body.dueDate)
  if (clearsDay || clearsTime) rules.push(settings.get('putClearDue'))
  if (clearsTime && !clearsDay) rules.push(settings.get('putClearTime'))
  return rules.find((rule) => rule === 'reject') ?? rules.find((rule) => rule === 'ignore') ?? 'accept'
}

/**
 * Due fields as they end up: a time sets both; a day alone makes the task all-day; a cleared day clears both; a
 * cleared time keeps the day. `zone` is the assignee's, IANA.
 */
export function readDue(body: Record<string, unknown>, settings: FubSettings, zone: string): DuePatch {
  const patch = readReminder(body)
  const { dueDate, dueDateTime } = body
  for (const name of ['dueDate', 'dueDateTime']) {
    if (body[name] === undefined) continue
    if (isClear(body[name])) refuseClear(name, body[name], settings.get('clearDueWith'))
    else if (typeof body[name] !== 'string') wrongType(name, 'string')
  }
  const both = settings.get('bothDue')
  const day = typeof dueDate === 'string' && dueDate !== '' ? readDay(dueDate, settings) : undefined
  if (typeof dueDateTime === 'string' && dueDateTime !== '') {
    const at = instant(dueDateTime, settings.get('dropOffsets'))
    if (day !== undefined && both === 'reject') fail(400, 'Only one of dueDate and dueDateTime can be set.')
    if (day === undefined || both === 'time')
      return { ...patch, dueDateTime: at, dueDate: dayIn(dayZone(settings, zone), Date.parse(at)) }
  } else if (dueDateTime !== undefined) patch.dueDateTime = null
  if (dueDate === undefined) return patch
  return { ...patch, dueDate: day ?? null, dueDateTime: null }
}

function readReminder({ remindSecondsBefore: seconds }: Record<string, unknown>): DuePatch {
  if (seconds === undefined) return {}
  if (seconds === null) return { remindSecondsBefore: null }
  return typeof seconds === 'number'
    ? { remindSecondsBefore: seconds }
    : wrongType('remindSecondsBefore', 'integer')
}

function refuseClear(name: string, value: unknown, how: string): void {
  if ((how === 'null' && value === '') || (how === 'empty' && value === null))
    fail(400, `Invalid value for ${name}.`)
}

function readDay(text: string, settings: FubSettings): string {
  const cut = settings.get('dueDateWithTime') === 'cut' ? text.replace(/[T ].*$/, '') : text
  return isDay(cut) ? cut : fail(400, 'Invalid value for dueDate: expected YYYY-MM-DD.')
}

function dayZone(settings: FubSettings, assignee: string): string {
  const how = settings.get('dueDayZone')
  return how === 'utc' ? 'UTC' : how === 'assignee' ? assignee : HOME_ZONE
}
