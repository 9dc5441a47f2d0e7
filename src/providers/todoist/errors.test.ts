import { describe, expect, it } from 'vitest'
import { answerError, commandError, needsEarlierCommand, noAnswer } from './errors.ts'

const answer = (status: number, body: unknown = {}, retryAfter?: string) => ({ status, body, retryAfter })

describe('a whole request', () => {
  it.each([
    [401, { error_code: 477, error_tag: 'UNAUTHORIZED' }, 'auth'],
    [403, { error_tag: 'AUTH_INSUFFICIENT_TOKEN_SCOPE' }, 'auth'],
    [403, { error_code: 49, error_tag: 'MAX_ITEMS_LIMIT_REACHED' }, 'limit-reached'],
    [403, { error_code: 61 }, 'limit-reached'],
    [403, { error_tag: 'MAX_PROJECTS_LIMIT_REACHED' }, 'limit-reached'],
    [403, { error_tag: 'FORBIDDEN' }, 'not-visible'],
    [404, { error_code: 478 }, 'gone'],
    [404, '<html>', 'gone'],
    [410, 'deprecated', 'invalid'],
    [400, { error_code: 20 }, 'invalid'],
    [302, undefined, 'invalid'],
    [429, undefined, 'rate-limited'],
    [429, { error_code: 35, error_tag: 'LIMITS_REACHED' }, 'rate-limited'],
    [502, '<html>', 'transient'],
  ])('answered %i %j is %s', (status, body, kind) => {
    expect(answerError('read', answer(status, body)).kind).toBe(kind)
  })

  it('may have been done when a write met a server error', () => {
    expect(answerError('write', answer(500)).kind).toBe('ambiguous-write')
    expect(answerError('write', answer(503, { error_tag: 'NOT_FOUND' })).kind).toBe('ambiguous-write')
    expect(answerError('write', answer(400)).kind).toBe('invalid')
  })

  it('is to be repeated after the time that the service names, else after a minute', () => {
    expect(answerError('read', answer(429, {}, '66')).retryAfterMs).toBe(66_000)
    expect(answerError('read', answer(429, { error_extra: { retry_after: 5 } })).retryAfterMs).toBe(5000)
    expect(answerError('read', answer(429, {}, 'soon')).retryAfterMs).toBe(60_000)
  })

  it('has no retry time when it is no rate limit, whatever the service sends', () => {
    expect(
      answerError('read', answer(401, { error_extra: { retry_after: 3 } }, '3')).retryAfterMs,
    ).toBeUndefined()
  })

  it('keeps texts of the service out of its message', () => {
    const error = answerError('read', answer(400, { error: 'Dana Reyes', error_tag: 'Dana', error_code: 20 }))
    expect(error.message).toBe('Todoist answered 400 20: the request was refused.')
  })
})

describe('a command', () => {
  it.each([
    [{ error_code: 22, error_tag: 'ITEM_NOT_FOUND', http_code: 404 }, 'gone'],
    [{ error_code: 22, error: 'Item not found' }, 'gone'],
    [{ error_code: 61, error: 'x' }, 'limit-reached'],
    [{ error_code: 480, error_tag: 'INVALID_DATE', http_code: 400 }, 'invalid'],
    [{ error_code: 1, http_code: 500 }, 'transient'],
    ['nonsense', 'invalid'],
  ])('with %j is %s', (entry, kind) => {
    expect(commandError(entry).kind).toBe(kind)
  })

  it('may lack one before it', () => {
    expect(needsEarlierCommand({ error_code: 15 })).toBe(true)
    expect(needsEarlierCommand({ error_code: 22 })).toBe(false)
  })
})

describe('no answer', () => {
  const failure = (code: string) => Object.assign(new Error('x'), { code })

  it('certainly did nothing when the connection never came about', () => {
    for (const code of [
      'ECONNREFUSED',
      'ENOTFOUND',
      'UND_ERR_CONNECT_TIMEOUT',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ])
      expect(noAnswer('write', failure(code), false).kind).toBe('transient')
  })

  it('leaves a write in doubt when it broke later', () => {
    expect(noAnswer('write', failure('ECONNRESET'), false).kind).toBe('ambiguous-write')
    expect(noAnswer('write', new DOMException('x', 'TimeoutError'), true).kind).toBe('ambiguous-write')
    expect(noAnswer('read', failure('ECONNRESET'), false).kind).toBe('transient')
  })
})
