import { describe, expect, test } from 'vitest'
import { refusalError, silenceError } from './errors.ts'

const READ = { write: false, object: true }
const LIST = { write: false, object: false }
const WRITE = { write: true, object: true }
const says = (errorMessage: string) => JSON.stringify({ errorMessage })

describe('an answer that is no success', () => {
  test.each([
    [400, WRITE, says('Invalid fields in the request body: dueDate.'), 'invalid'],
    [400, LIST, says('Missing required field in the request: system.'), 'invalid'],
    [401, LIST, '', 'auth'],
    [403, LIST, says('No access.'), 'auth'],
    [403, READ, says('No access.'), 'not-visible'],
    [403, READ, says('This account has expired.'), 'auth'],
    [404, READ, says('Requested resource was not found.'), 'gone'],
    [404, READ, says('Collection name v2 in the URL is not valid'), 'invalid'],
    [404, LIST, '<html>', 'invalid'],
    [409, WRITE, '', 'conflict'],
    [408, WRITE, '', 'ambiguous-write'],
    [418, WRITE, '', 'invalid'],
    [301, LIST, '', 'invalid'],
    [500, LIST, '<html>', 'transient'],
    [503, WRITE, '', 'ambiguous-write'],
    [504, WRITE, '{"error":"x"}', 'ambiguous-write'],
  ])('%i for %j saying %s is %s', (status, asked, text, kind) => {
    const error = refusalError(asked, { status, text, retryAfter: undefined })
    expect(error).toMatchObject({ kind, status, provider: 'follow-up-boss' })
  })

  test('429 says how long to wait, or the whole window', () => {
    const wait = (retryAfter: string | undefined) =>
      refusalError(WRITE, { status: 429, text: '', retryAfter }).retryAfterMs
    expect([wait('3'), wait('0'), wait(undefined), wait('soon')]).toEqual([3000, 0, 10_000, 10_000])
  })

  test('tells nothing of the body', () => {
    const text = says('Invalid fields: Tom Baker (555) 010-0100')
    const error = refusalError(WRITE, { status: 400, text, retryAfter: undefined })
    expect(`${error.message} ${error.hint} ${JSON.stringify(error)}`).not.toContain('Baker')
  })
})

describe('no answer', () => {
  const failed = (code: string) => Object.assign(new Error('x'), { code })

  test('to a write leaves its outcome open, unless it never left', () => {
    expect(silenceError(WRITE, failed('ECONNRESET')).kind).toBe('ambiguous-write')
    expect(silenceError(WRITE, new DOMException('x', 'TimeoutError')).kind).toBe('ambiguous-write')
    expect(silenceError(WRITE, new TypeError('x', { cause: failed('ECONNREFUSED') })).kind).toBe('transient')
  })

  test('to a read is worth another try', () => {
    expect(silenceError(READ, failed('ECONNRESET')).kind).toBe('transient')
  })
})
