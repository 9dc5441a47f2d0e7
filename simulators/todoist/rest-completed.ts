import { Temporal } from 'temporal-polyfill'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { dueDay } from './due.ts'
import { invalidArgument, requiredArgument } from './errors.ts'
import { readFilter } from './filter-query.ts'
import { testOf } from './filter-terms.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import type { Running } from './running-account.ts'
import type { Item } from './state-objects.ts'
import { View } from './state-view.ts'

/** Completed tasks (reference §7.1): under `items`, `next_cursor` left out on the last page, no recurring completions. */
export function completedRoutes(running: Running): Route[] {
  const byCompletion = (item: Item) => item.completed_at ?? undefined
  const byDue = (item: Item) => item.due ?? undefined
  return [
    {
      method: 'GET',
      path: '/api/v1/tasks/completed/by_completion_date',
      handle: answering((request) => list(running, request, { months: 3 }, byCompletion)),
    },
    {
      method: 'GET',
      path: '/api/v1/tasks/completed/by_due_date',
      handle: answering((request) => list(running, request, { weeks: 6 }, byDue)),
    },
  ]
}

function list(
  running: Running,
  request: SimRequest,
  longest: Temporal.DurationLike,
  when: (item: Item) => string | Item['due'] | undefined,
): SimReply {
  const { account } = running()
  const zone = account.settings.timezone
  const view = new View(account, request.staleMs)
  const since = readInstant(request.query, 'since', zone)
  const until = readInstant(request.query, 'until', zone)
  const [first, end] = [since.epochMilliseconds, until.epochMilliseconds]
  const latest = since.toZonedDateTimeISO('UTC').add(longest).toInstant()
  if (Temporal.Instant.compare(until, latest) > 0) throw invalidArgument('until', 'a shorter range')
  const filter = request.query.get('filter_query') || undefined
  const fits = filter === undefined ? () => true : testOf(view, readFilter(filter))
  const places = ['project_id', 'section_id', 'parent_id'] as const
  const rows: { item: Item; at: number }[] = []
  for (const item of account.items.values(view.seq)) {
    if (!item.checked || item.is_deleted || view.project(item.project_id)?.is_deleted !== false) continue
    if (places.some((name) => request.query.get(name) && request.query.get(name) !== item[name])) continue
    if (!fits(item)) continue
    const moment = when(item)
    if (moment === undefined || moment === null) continue
    const at = instantOf(moment, zone)
    if (at < first || at >= end) continue
    rows.push({ item, at })
  }
  rows.sort((a, b) => b.at - a.at)
  const page = pageOf(
    running(),
    request.path,
    request.query,
    rows.map(({ item }) => item),
  )
  return ok({ items: page.rows, ...(page.nextCursor === null ? {} : { next_cursor: page.nextCursor }) })
}

/** Milliseconds since the epoch; a day is its first moment in the user's zone. */
function instantOf(moment: string | NonNullable<Item['due']>, zone: string): number {
  if (typeof moment === 'string') return Date.parse(moment)
  if (moment.date.endsWith('Z')) return Date.parse(moment.date)
  if (moment.date.length > 10)
    return Temporal.PlainDateTime.from(moment.date).toZonedDateTime(zone).epochMilliseconds
  return Temporal.PlainDate.from(dueDay(moment, zone)).toZonedDateTime(zone).epochMilliseconds
}

function readInstant(query: URLSearchParams, name: string, zone: string): Temporal.Instant {
  const text = query.get(name)
  if (text === null || text === '') throw requiredArgument(name)
  try {
    if (/(?:z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10))) return Temporal.Instant.from(text)
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
  } catch {
    throw invalidArgument(name, 'Input should be a valid datetime')
  }
}
