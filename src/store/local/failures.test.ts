import postgres from 'postgres'
import { expect, it } from 'vitest'
import { storeFailure } from './failures.ts'

const PostgresError = postgres.PostgresError as unknown as new (facts: object) => Error
const answered = (code: string) => new PostgresError({ code, message: 'x', severity: 'ERROR' })
const broken = (code: string) => Object.assign(new Error('x'), { code })

it.each([
  ['a refused password', answered('28P01'), 'auth'],
  ['no room for a connection', answered('53300'), 'rate-limited'],
  ['a shutdown', answered('57P01'), 'transient'],
  ['a deadlock that stays', answered('40P01'), 'transient'],
  ['nobody listening', broken('ECONNREFUSED'), 'transient'],
  ['a connection that broke', broken('CONNECTION_CLOSED'), 'ambiguous-write'],
])('%s fails a write as %s', (_what, error, kind) => {
  const failure = storeFailure(error, 'write')
  expect(failure?.kind).toBe(kind)
  expect(failure?.retryAfterMs ?? 0).toBe(kind === 'rate-limited' ? 1_000 : 0)
})

it('what was only to be read was not done in any case', () => {
  expect(storeFailure(broken('CONNECTION_CLOSED'), 'read')?.kind).toBe('transient')
})

it('a mistake of ours is none of Postgres', () => {
  expect(storeFailure(answered('23505'), 'write')).toBeUndefined()
  expect(storeFailure(new TypeError('x'), 'write')).toBeUndefined()
})
