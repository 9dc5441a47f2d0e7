import { cursorOf, keyCursorOf, readCursor, readKeyCursor } from './cursor.ts'

/** A page of what is numbered, lowest number first. Throws ProblemError 400 for a cursor that is none of ours. */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly rows: readonly T[]; readonly nextCursor: string | null } {
  const after = cursor === undefined ? 0n : BigInt(readCursor(cursor))
  const later = all
    .filter(({ id }) => BigInt(id) > after)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  const rows = later.slice(0, limit)
  const last = rows.at(-1)
  return { rows, nextCursor: last === undefined || later.length <= limit ? null : cursorOf(last.id) }
}

/** The same of what has keys: in their order, as texts. Throws ProblemError 400 for a cursor that is none of ours. */
export function keyedPage<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly rows: readonly T[]; readonly nextCursor: string | null } {
  const after = cursor === undefined ? '' : readKeyCursor(cursor)
  const later = all
    .map((one) => ({ one, key: keyOf(one) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const rows = later.slice(0, limit)
  const last = rows.at(-1)
  return {
    rows: rows.map(({ one }) => one),
    nextCursor: last === undefined || later.length <= limit ? null : keyCursorOf(last.key),
  }
}
