import { Temporal } from 'temporal-polyfill'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { invalidArgument } from './errors.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import type { Running } from './running-account.ts'
import { labelKey } from './state-labels.ts'
import type { Item } from './state-objects.ts'
import { View } from './state-view.ts'
import { matcher } from './wildcard.ts'

const DEFAULT_LIMIT = 30
const MAX_LIMIT = 200

/** `/tasks/completed` in its old shape, paged by offset, and `/completed/search`. */
export function completedLegacyRoutes(running: Running): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/tasks/completed',
      handle: answering((request) => list(running, request)),
    },
    {
      method: 'GET',
      path: '/api/v1/completed/search',
      handle: answering((request) => {
        const { account } = running()
        const view = new View(account, request.staleMs)
        const matches = matcher(request.query)
        const rows = newestFirst(view).filter((item) => matches(item.content))
        const page = pageOf(running(), request.path, request.query, rows)
        return ok({ items: page.rows, ...(page.nextCursor === null ? {} : { next_cursor: page.nextCursor }) })
      }),
    },
  ]
}

function list(running: Running, { query, staleMs }: SimRequest): SimReply {
  const { account } = running()
  const view = new View(account, staleMs)
  const wanted = (name: string) => query.get(name) || undefined
  const limit = whole(query, 'limit', DEFAULT_LIMIT, MAX_LIMIT)
  const offset = whole(query, 'offset', 0, Number.MAX_SAFE_INTEGER)
  const label = wanted('label')
  const key = label === undefined ? undefined : labelKey(account, label)
  const [since, until] = ['since', 'until'].map((name) => instant(wanted(name), name))
  const rows = newestFirst(view)
    .filter((item) => {
      if (wanted('project_id') !== undefined && item.project_id !== wanted('project_id')) return false
      if (key !== undefined && !item.labels.some((name) => labelKey(account, name) === key)) return false
      const at = item.completed_at === null ? Number.NaN : Date.parse(item.completed_at)
      return !(since !== undefined && at < since) && !(until !== undefined && at >= until)
    })
    .slice(offset, offset + limit)
  const notesOf = (item: Item) =>
    [...account.notes.values(view.seq)].filter((note) => note.item_id === item.id)
  const named = <T>(ids: Iterable<string | null>, find: (id: string) => T | undefined) =>
    Object.fromEntries([...new Set(ids)].flatMap((id) => (id === null ? [] : [[id, find(id)]])))
  return ok({
    items: rows.map((item) => ({
      ...item,
      task_id: item.id,
      ...(wanted('annotate_notes') === 'true' ? { notes: notesOf(item) } : {}),
      ...(wanted('annotate_items') === 'true' ? { item_object: item } : {}),
    })),
    projects: named(
      rows.map((item) => item.project_id),
      (id) => view.project(id),
    ),
    sections: named(
      rows.map((item) => item.section_id),
      (id) => view.section(id),
    ),
  })
}

function newestFirst(view: View): Item[] {
  const rows = [...view.account.items.values(view.seq)].filter(
    (item) => item.checked && !item.is_deleted && view.project(item.project_id)?.is_deleted === false,
  )
  return rows.sort((a, b) => Date.parse(b.completed_at ?? '') - Date.parse(a.completed_at ?? ''))
}

function whole(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const text = query.get(name) ?? ''
  if (text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw invalidArgument(name, `Input should be a whole number up to ${most}`)
  return value
}

function instant(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    throw invalidArgument(name, 'Input should be a valid datetime')
  }
}
