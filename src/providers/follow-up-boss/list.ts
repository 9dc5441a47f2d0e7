import type { DbTime } from '../contract.ts'
import { type Client, send } from './client.ts'
import { unreadableError } from './errors.ts'
import { type ListPage, parsePage } from './wire.ts'

/** A page with the time of its slot, and the service's clock (milliseconds) where the answer says it. */
export type Listed = ListPage & { readonly askedAt: DbTime; readonly date: number | null }

/** The service gives no more in one page, and does not say so when asked for more. */
export const PAGE_LIMIT = 100

type Collection =
  | 'tasks'
  | 'people'
  | 'users'
  | 'webhooks'
  | 'deals'
  | 'pipelines'
  | 'dealCustomFields'
  | 'notes'

/** Under which name the rows of a list come, where it is not that of the path (reference §4). */
const ROWS: Partial<Record<Collection, string>> = { dealCustomFields: 'dealCustomfields' }

/** That a key may not see these is no news of the key: its tasks are listed all the same. */
const OPTIONAL: readonly Collection[] = ['deals', 'pipelines', 'dealCustomFields']

/**
 * One page of `/<collection>`. Filters go along with every page, as a cursor holds only a place. A filter that the
 * service does not know is ignored without a word: who filters checks the rows. Never with `fields`, which would
 * lose the times of tasks.
 */
export async function listPage(
  client: Client,
  collection: Collection,
  filters: Readonly<Record<string, string>>,
  next: string | null = null,
): Promise<Listed> {
  const answer = await send(client, {
    method: 'GET',
    path: `/${collection}`,
    query: { limit: String(PAGE_LIMIT), ...filters, ...(next === null ? {} : { next }) },
    owner: collection === 'webhooks',
    ...(collection === 'notes' ? { context: 'notes' as const } : {}),
    object: OPTIONAL.includes(collection),
  })
  const page = parsePage(ROWS[collection] ?? collection, answer.body)
  if (page === null) throw unreadableError(`a list of ${collection}`)
  return { ...page, askedAt: answer.askedAt, date: answer.date }
}

/** All rows of a short list, as of `askedAt`: the slot of its first page. */
export async function allRows(
  client: Client,
  collection: Collection,
): Promise<{ readonly askedAt: DbTime; readonly rows: readonly unknown[] }> {
  let page = await listPage(client, collection, {})
  const { askedAt } = page
  const rows = [...page.rows]
  let trail = TRAIL_START
  for (let step = nextStep(page, trail); step !== 'end'; step = nextStep(page, trail)) {
    if (step === 'circle') throw unreadableError(`a list of ${collection} without an end`)
    page = await listPage(client, collection, {}, step.next)
    rows.push(...page.rows)
    trail = step.trail
  }
  return { askedAt, rows }
}

/**
 * Watches a walk for a cursor that comes back: the service was seen to repeat one. `anchor` is a cursor of some
 * pages ago, replaced at doubling distances (Brent), so that any circle is noticed and nothing grows.
 */
export type Trail = { readonly anchor: string | null; readonly steps: number; readonly lap: number }

export const TRAIL_START: Trail = { anchor: null, steps: 0, lap: 1 }

/** The trail after one more cursor, or null when the walk goes round in a circle. */
export function follow(trail: Trail, next: string): Trail | null {
  if (next === trail.anchor) return null
  const steps = trail.steps + 1
  return steps < trail.lap ? { ...trail, steps } : { anchor: next, steps: 0, lap: trail.lap * 2 }
}

/** What a page says about the walk: an empty page ends it even when it names a further cursor. */
export function nextStep(
  page: ListPage,
  trail: Trail,
): { readonly next: string; readonly trail: Trail } | 'end' | 'circle' {
  if (page.next === null || page.rows.length === 0) return 'end'
  const onward = follow(trail, page.next)
  return onward === null ? 'circle' : { next: page.next, trail: onward }
}
