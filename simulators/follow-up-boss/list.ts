import { firstOf } from '../kit/first-of.ts'
import { header, type SimReply, type SimRequest } from '../kit/http-types.ts'
import { systemOf } from './access.ts'
import { fail } from './errors.ts'
import type { FubSettings } from './settings.ts'
import { lowerBound, type Snapshot } from './table.ts'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100
const DEEPEST_OFFSET = 2000

/** One list request, ready to be cut into a page. */
export interface Listing<R extends { readonly id: number }> {
  /** `_metadata.collection`, and the key of the rows. */
  collection: string
  rows: Snapshot<R>
  /** Ascending ids to look at when an index narrows them; default: all of `rows`. */
  candidates?: readonly number[]
  /** Undefined = no filter, so that nothing needs counting. */
  keep?: ((row: R) => boolean) | undefined
  /** The row as it is answered. */
  answer: (row: R) => object
  /** Fields that `sort` knows beside `id`; anything else is silently ignored. */
  sortable?: Readonly<Record<string, (row: R) => string | number>>
  /** Order without `sort`; default: id descending. */
  defaultSort?: string
  /** `_metadata.total` of this collection is a text whatever the switch says. */
  totalAsText?: boolean
  /** More for `_metadata`. */
  metadata?: Record<string, unknown>
}

type Cursor = { sinceId: number } | { offset: number }

/**
 * Cuts the page (reference §4): limit 10 by default and at most 100, id descending, keyset cursor
 * `{"sinceId":N}` in base64 (or `{"offset":N}` when sorted otherwise), 400 for an offset of 2,000 and more.
 */
export function listReply<R extends { readonly id: number }>(
  request: SimRequest,
  settings: FubSettings,
  listing: Listing<R>,
): SimReply {
  const { query } = request
  const limit = Math.min(positive(query.get('limit')) || DEFAULT_LIMIT, MAX_LIMIT)
  const offset = positive(query.get('offset'))
  if (offset >= DEEPEST_OFFSET) fail(400, "Deep pagination disabled, use 'nextLink' url.")
  const cursor = readCursor(query.get('next'))
  const order = orderOf(listing, query.get('sort') ?? listing.defaultSort ?? null)
  const cut =
    order === undefined
      ? byIdDescending(listing, limit, cursor, offset)
      : byPosition(listing, order, limit, cursor !== undefined && 'offset' in cursor ? cursor.offset : offset)
  const next = cut.next ?? (settings.get('staleNext') ? staleCursor(cut.rows, cursor) : undefined)
  const encoded = next === undefined ? null : Buffer.from(JSON.stringify(next)).toString('base64')
  return {
    status: 200,
    body: {
      _metadata: {
        collection: listing.collection,
        offset,
        limit,
        total: listing.totalAsText === true || settings.get('totalAsText') ? String(cut.total) : cut.total,
        next: encoded,
        nextLink:
          encoded === null ? null : nextLink(request, limit, encoded, settings.get('doubleAmpersand')),
        ...listing.metadata,
        ...(systemOf(request, settings) === undefined
          ? { notice: 'Identify your system with the X-System header.' }
          : {}),
      },
      [listing.collection]: cut.rows.map(listing.answer),
    },
  }
}

interface Cut<R> {
  rows: R[]
  total: number
  next: Cursor | undefined
}

function byIdDescending<R extends { readonly id: number }>(
  { rows, candidates, keep }: Listing<R>,
  limit: number,
  cursor: Cursor | undefined,
  offset: number,
): Cut<R> {
  const ids = candidates ?? rows.ids
  const page: R[] = []
  let skip = cursor === undefined ? offset : 'offset' in cursor ? cursor.offset : 0
  let more = false
  const from = cursor !== undefined && 'sinceId' in cursor ? lowerBound(ids, cursor.sinceId) : ids.length
  for (let i = from - 1; i >= 0; i -= 1) {
    const row = rows.get(ids[i] ?? 0)
    if (row === undefined || keep?.(row) === false) continue
    if (skip > 0) skip -= 1
    else if (page.length < limit) page.push(row)
    else {
      more = true
      break
    }
  }
  const last = page.at(-1)
  const next = more && last !== undefined ? { sinceId: last.id } : undefined
  return { rows: page, total: count(rows, ids, keep), next }
}

function count<R>(
  rows: Snapshot<R>,
  ids: readonly number[],
  keep: ((row: R) => boolean) | undefined,
): number {
  if (keep === undefined && rows.present) return ids.length
  let total = 0
  for (const id of ids) {
    const row = rows.get(id)
    if (row !== undefined && keep?.(row) !== false) total += 1
  }
  return total
}

/** What `sort` asks for: the value of a row, and which way. */
interface Order<R> {
  value: (row: R) => string | number
  way: 1 | -1
}

/** Undefined when the asked order is the default one. */
function orderOf<R extends { readonly id: number }>(
  listing: Listing<R>,
  sort: string | null,
): Order<R> | undefined {
  if (sort === null || sort === '-id') return undefined
  const name = sort.startsWith('-') ? sort.slice(1) : sort
  const value = name === 'id' ? (row: R) => row.id : listing.sortable?.[name]
  return value === undefined ? undefined : { value, way: sort.startsWith('-') ? -1 : 1 }
}

function byPosition<R extends { readonly id: number }>(
  { rows, candidates, keep }: Listing<R>,
  { value, way }: Order<R>,
  limit: number,
  offset: number,
): Cut<R> {
  // Keys are made once: in a large list comparing is all the work there is.
  const keyed: { key: string | number; row: R }[] = []
  for (const id of candidates ?? rows.ids) {
    const row = rows.get(id)
    if (row !== undefined && keep?.(row) !== false) keyed.push({ key: value(row), row })
  }
  const first = firstOf(keyed, offset + limit, (a, b) =>
    a.key < b.key ? -way : a.key > b.key ? way : (a.row.id - b.row.id) * way,
  )
  const page = first.slice(offset).map(({ row }) => row)
  const next = offset + limit < keyed.length ? { offset: offset + limit } : undefined
  return { rows: page, total: keyed.length, next }
}

function staleCursor(rows: readonly { id: number }[], cursor: Cursor | undefined): Cursor | undefined {
  const last = rows.at(-1)
  return last === undefined ? cursor : { sinceId: last.id }
}

function readCursor(next: string | null): Cursor | undefined {
  if (next === null || next === '') return undefined
  try {
    const value = JSON.parse(Buffer.from(next, 'base64').toString('utf8')) as Record<string, unknown>
    if (typeof value.sinceId === 'number') return { sinceId: value.sinceId }
    if (typeof value.offset === 'number') return { offset: value.offset }
  } catch {
    // Falls to the complaint below.
  }
  return fail(400, 'Invalid value in the next parameter.')
}

function nextLink(request: SimRequest, limit: number, next: string, double: boolean): string {
  const rest = [...request.query].filter(([name]) => !['next', 'offset', 'limit'].includes(name))
  const kept = new URLSearchParams(rest).toString()
  const host = header(request, 'host') ?? '127.0.0.1'
  return `http://${host}${request.path}?${kept === '' ? '' : `${kept}&`}limit=${limit}${double ? '&&' : '&'}next=${next}`
}

function positive(text: string | null): number {
  const value = Number(text ?? '')
  return Number.isInteger(value) && value > 0 ? value : 0
}
