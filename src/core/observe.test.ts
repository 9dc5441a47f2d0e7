import { describe, expect, it } from 'vitest'
import type { RemoteTask } from './observation.ts'
import { firstLook, type LookContext, look } from './observe.ts'

const GRACE_MS = 60_000
const START = '2027-01-04T10:00:00.000000Z'
const task = { task: {}, version: '1' } as unknown as RemoteTask

const at = (seconds: number): string =>
  new Date(Date.parse(START) + seconds * 1_000).toISOString().replace('Z', '000Z')

const context = (seconds: number, given: Partial<LookContext> = {}): LookContext => ({
  askedAt: at(seconds),
  now: at(seconds),
  baseMovedAt: null,
  direct: true,
  announced: false,
  deleteGraceMs: GRACE_MS,
  ...given,
})

const missing = { kind: 'gone', remoteId: '1', certain: false } as const

describe('a task that a look does not find', () => {
  const fresh = firstLook(task, START, START)

  it('a moment after it was first seen is looked for again, and the wait is remembered', () => {
    const first = look(fresh, missing, context(5))
    expect(first).toMatchObject({
      changed: false,
      wakeAt: at(65),
      row: { presence: 'present', missingAt: at(5) },
    })
    const second = look(first.row, missing, context(65))
    expect(second).toMatchObject({ changed: true, row: { presence: 'gone' } })
  })

  it('is not gone before the grace is over', () => {
    const first = look(fresh, missing, context(5))
    expect(look(first.row, missing, context(30))).toMatchObject({ changed: false, wakeAt: at(65) })
  })

  it('is gone at once when the service has announced it, however new it is', () => {
    expect(look(fresh, missing, context(5, { announced: true }))).toMatchObject({
      changed: true,
      row: { presence: 'gone' },
    })
  })
})
