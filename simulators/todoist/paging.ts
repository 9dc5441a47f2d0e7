import { invalidArgument } from './errors.ts'
import type { RunningAccount } from './running-account.ts'
import type { Seals } from './seals.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** One page of a listing and the cursor of the next, null on the last. */
export type Page<T> = { rows: T[]; nextCursor: string | null }

/**
 * Cuts a page out of `all`, which may hold more than the listing shows: `shown` says what it shows. The cursor
 * stands for the last row, or with the setting `cursorBy` for a number of rows, and is bound to the path and all
 * other parameters.
 */
export function pageOf<T extends { id: string }>(
  { seals, account }: Pick<RunningAccount, 'seals' | 'account'>,
  path: string,
  query: URLSearchParams,
  all: Iterable<T>,
  shown: (row: T) => boolean = () => true,
): Page<T> {
  const limit = readLimit(query)
  const about = boundTo(path, query)
  const after = readCursor(seals, query.get('cursor') ?? '', about)
  const byRow = account.settings.cursorBy === 'row'
  const visible: T[] = []
  // A row that is not in the listing any more is counted instead.
  let from = after?.count ?? 0
  let found = after === undefined || !byRow
  for (const row of all) {
    if (shown(row)) visible.push(row)
    if (!found && row.id === after?.id) {
      found = true
      from = visible.length
    }
    if (found && visible.length > from + limit) break
  }
  const rows = visible.slice(from, from + limit)
  const last = rows.at(-1)
  const more = last !== undefined && visible.length > from + limit
  return { rows, nextCursor: more ? seals.seal(`${from + limit} ${last.id}`, about) : null }
}

function readCursor(seals: Seals, text: string, about: string): { count: number; id: string } | undefined {
  if (text === '') return undefined
  const [count, id] = (seals.open(text, about) ?? '').split(' ')
  if (id === undefined) throw invalidArgument('cursor', 'a cursor of this listing')
  return { count: Number(count), id }
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
