import { ProblemError } from '../problem.ts'

const PREFIX = 'after '

/** `nth`: the number of the last one of a page. */
export function cursorOf(nth: string): string {
  return Buffer.from(PREFIX + nth).toString('base64url')
}

/** Throws ProblemError 400 for a cursor that is none of ours. */
export function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  const nth = text.slice(PREFIX.length)
  if (text.startsWith(PREFIX) && /^\d{1,18}$/u.test(nth)) return nth
  throw noneOfOurs()
}

const KEY_PREFIX = 'behind '

/** `key`: of the last one of a page whose rows have no numbers. */
export function keyCursorOf(key: string): string {
  return Buffer.from(KEY_PREFIX + key).toString('base64url')
}

/** Throws ProblemError 400 for a cursor that is none of ours. */
export function readKeyCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (text.startsWith(KEY_PREFIX)) return text.slice(KEY_PREFIX.length)
  throw noneOfOurs()
}

function noneOfOurs(): ProblemError {
  return new ProblemError({
    name: 'bad-query',
    title: 'The query is not understood',
    status: 400,
    errors: [{ field: 'cursor', message: 'is none that was given out here' }],
  })
}
