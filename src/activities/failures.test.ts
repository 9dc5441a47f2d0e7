import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { PROVIDER_ERROR_KINDS, ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import { LONGEST_RETRY_DELAY_MS, toFailure } from './failures.ts'

const provider = 'todoist'

function told(error: unknown): ApplicationFailure {
  const failure = toFailure(error)
  if (failure instanceof ApplicationFailure) return failure
  throw new Error('not an ApplicationFailure', { cause: failure })
}

const failed = (kind: ProviderErrorKind, retryAfterMs?: number) =>
  told(new ProviderError({ kind, provider, message: 'It did not work', retryAfterMs }))

describe('an error of a service', () => {
  const RETRIED: Readonly<Record<ProviderErrorKind, boolean>> = {
    'rate-limited': true,
    transient: true,
    'ambiguous-write': true,
    auth: false,
    gone: false,
    'not-visible': false,
    conflict: false,
    invalid: false,
    'limit-reached': false,
  }

  it.each(PROVIDER_ERROR_KINDS)('of kind %s is tried again only where that can help', (kind) => {
    const failure = failed(kind)
    expect(failure).toMatchObject({ type: kind, nonRetryable: !RETRIED[kind] })
    expect(failure.nextRetryDelay ?? null).toBeNull()
  })

  it('that names a short wait is tried again after it', () => {
    expect(failed('rate-limited', 1500)).toMatchObject({ nonRetryable: false, nextRetryDelay: 1500 })
    expect(failed('transient', LONGEST_RETRY_DELAY_MS)).toMatchObject({ nonRetryable: false })
  })

  it('that names a long wait is not: the connection has trouble', () => {
    const failure = failed('rate-limited', LONGEST_RETRY_DELAY_MS + 1)
    expect(failure.nonRetryable).toBe(true)
    expect(failure.nextRetryDelay ?? null).toBeNull()
    expect(failure.details).toEqual([{ provider, retryAfterMs: LONGEST_RETRY_DELAY_MS + 1 }])
  })

  it('of a kind that is never tried again stays so, whatever wait it names', () => {
    expect(failed('invalid', 10).nonRetryable).toBe(true)
  })

  it('says what failed and what to do, and nothing of what caused it', () => {
    const cause = new Error('{"content":"Call Tom Baker"}')
    const failure = told(
      new ProviderError({
        kind: 'auth',
        provider,
        message: 'The key is refused',
        hint: 'Make a new one',
        cause,
      }),
    )
    expect(failure.message).toBe('The key is refused. Make a new one')
    expect(JSON.stringify(failure)).not.toContain('Tom Baker')
    expect(failure.cause).toBeUndefined()
  })
})

describe('any other error', () => {
  it('keeps its class and code alone', () => {
    const error = Object.assign(new TypeError('Key (title)=(Call Tom Baker) already exists'), {
      code: '23505',
      detail: 'Call Tom Baker',
    })
    const failure = told(error)
    expect(failure).toMatchObject({ type: 'TypeError', message: "TypeError (23505); see the worker's log" })
    expect(failure.nonRetryable).toBeFalsy()
    expect(JSON.stringify(failure)).not.toContain('Tom Baker')
  })

  it('keeps no code that is not text', () => {
    expect(told(Object.assign(new Error('x'), { code: 7 })).message).toBe("Error; see the worker's log")
  })

  it('that is meant for Temporal goes through as it is', () => {
    const failure = ApplicationFailure.nonRetryable('no', 'kind')
    const cancelled = new CancelledFailure('stop')
    expect([toFailure(failure), toFailure(cancelled)]).toEqual([failure, cancelled])
    expect(toFailure(cancelled)).toBe(cancelled)
  })
})
