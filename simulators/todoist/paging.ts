import { invalidArgument } from './errors.ts'
import type { Seals } from './seals.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** One page of a listing and the cursor of the next, null on the last. */
export type Page<T> = { rows: T[]; nextCursor: string | null }

/**
 * Cuts a page out of `all`, which may hold more than the listing shows: `shown` says what it shows. The
 * cursor stands for the last row's id and is bound to the path and all other parameters.
 */
export function pageOf<T extends { id: string }>(
  seals: Seals,
  path: string,
  query: URLSearchParams,
  all: Iterable<T>,
  shown: (row: T) => boolean = () => true,
): Page<T> {
  const limit = readLimit(query)
  const about = boundTo(path, query)
  const cursor = query.get('cursor')
  const after = cursor === null || cursor === '' ? undefined : seals.open(cursor, about)
  if (cursor !== null && cursor !== '' && after === undefined)
    throw invalidArgument('cursor', 'a cursor of this listing')
  const rows: T[] = []
  let started = after === undefined
  for (const row of all) {
    if (started && shown(row)) {
      const last = rows[limit - 1]
      if (last !== undefined) return { rows, nextCursor: seals.seal(last.id, about) }
      rows.push(row)
    }
    if (row.id === after) started = true
  }
  return { rows, nextCursor: null }
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit')
  if (text === null || text === '') return DEFAULT_LIMIT
  const limit = Number(text)
  if (!Number.isInteger(limit)) throw invalidArgument('limit', 'Input should be a valid integer')
  if (limit < 1) throw invalidArgument('limit', 'Input should be greater than or equal to 1')
  if (limit > MAX_LIMIT) throw invalidArgument('limit', `Input should be less than or equal to ${MAX_LIMIT}`)
  return limit
}

function boundTo(path: string, query: URLSearchParams): string {
  const rest = [...query].filter(([name]) => name !== 'cursor' && name !== 'limit')
  return JSON.stringify([path, rest.sort()])
}
