import { describe, expect, it } from 'vitest'
import { plusMs } from '../db-time.ts'
import type { Alert, AlertKind, Finding } from './alert.ts'
import { type AlertLook, CALM_MS, nextAlerts } from './next-alerts.ts'

const MINUTE = 60_000
const START = '2026-11-26T10:00:00.000000Z'
const at = (minutes: number) => plusMs(START, minutes * MINUTE)

function finding(kind: AlertKind, id = '1', count: number | null = null): Finding {
  return { kind, subject: { about: 'connection', id, name: `account-${id}` }, count, since: null }
}

/** Looks at these minutes, each with what is found then; what is said of it, minute by minute. */
function looks(
  seen: readonly (readonly [number, readonly Finding[], Partial<AlertLook>?])[],
  given: Partial<AlertLook> = {},
): { said: string[]; alerts: readonly Alert[] } {
  let alerts: readonly Alert[] = []
  let ids = 0
  const said: string[] = []
  for (const [minute, findings, more] of seen) {
    const after = nextAlerts({
      now: at(minute),
      findings,
      alerts: alerts.filter(({ endToldAt }) => endToldAt === null),
      unseen: new Set(),
      speak: 'always',
      afterMs: 15 * MINUTE,
      remindMs: 24 * 60 * MINUTE,
      ...given,
      ...more,
    })
    said.push(
      ...after.notices.map(({ what, alert }) => `${minute} ${what} ${alert.kind} ${alert.subject.id}`),
    )
    alerts = after.alerts.map((alert) => ({ ...alert, id: alert.id ?? String(++ids) }))
  }
  return { said, alerts }
}

const down = finding('unreachable')

describe('an alert', () => {
  it('begins once its cause has lasted, and ends once that has stayed away', () => {
    const { said, alerts } = looks([
      [0, [down]],
      [14, [down]],
      [15, [down]],
      [16, [down]],
      [20, []],
      [29, []],
      [30, []],
      [31, []],
    ])
    expect(said).toEqual(['15 began unreachable 1', '30 ended unreachable 1'])
    expect(alerts).toEqual([])
  })

  it('says when the cause ended, not when that was certain', () => {
    const { alerts } = looks([
      [0, [down]],
      [15, [down]],
      [20, []],
      [30, []],
    ])
    expect(alerts).toMatchObject([{ endedAt: at(20), endToldAt: at(30) }])
  })

  it('is never told of a cause that passes soon, and leaves nothing behind', () => {
    const { said, alerts } = looks([
      [0, [down]],
      [5, []],
      [15, []],
      [16, []],
    ])
    expect(said).toEqual([])
    expect(alerts).toEqual([])
  })

  it('is one for what comes and goes, told only while it is there', () => {
    const flaps = Array.from({ length: 12 }, (_, n) => [n * 5, n % 2 === 0 ? [down] : []] as const)
    expect(looks(flaps).said).toEqual(['20 began unreachable 1'])
  })

  it('is each its own, by kind and subject', () => {
    const other = finding('unreachable', '2')
    const { said } = looks([
      [0, [down]],
      [5, [down, other]],
      [15, [down, other]],
      [20, [down, other]],
    ])
    expect(said).toEqual(['15 began unreachable 1', '20 began unreachable 2'])
  })

  it('is told at once where nothing but a person ends its cause', () => {
    expect(looks([[0, [finding('mass-change')]]]).said).toEqual(['0 began mass-change 1'])
  })

  it('is told again while it lasts, once a day, unless the digest counts it', () => {
    const day = 24 * 60
    const failing = finding('failing', '2')
    const found = [0, 15, 16, 15 + day - 1, 15 + day, 16 + day, 15 + 2 * day]
    const { said } = looks(found.map((minute) => [minute, [down, failing]] as const))
    expect(said).toEqual([
      '15 began unreachable 1',
      '15 began failing 2',
      `${15 + day} reminder unreachable 1`,
      `${15 + 2 * day} reminder unreachable 1`,
    ])
  })

  it('is told once where reminders are off', () => {
    const found = [0, 15, 5_000, 10_000]
    expect(
      looks(
        found.map((minute) => [minute, [down]] as const),
        { remindMs: null },
      ).said,
    ).toEqual(['15 began unreachable 1'])
  })

  it('tells the newest count', () => {
    const { alerts } = looks([
      [0, [finding('failing', '1', 2)]],
      [15, [finding('failing', '1', 9)]],
    ])
    expect(alerts).toMatchObject([{ count: 9 }])
  })

  it('neither ends nor begins while no worker looks', () => {
    const away = finding('worker-missing', '')
    const { said } = looks([
      [0, [down]],
      [15, [down]],
      [20, [away]],
      [40, [away, finding('not-looked-at', '2')]],
      [60, [away, finding('not-looked-at', '2')]],
      [61, [down]],
      [62, [down]],
    ])
    expect(said).toEqual(['15 began unreachable 1', '40 began worker-missing '])
  })

  it('stays as it is while its cause cannot be looked at', () => {
    const { said } = looks([
      [0, [down]],
      [15, [down]],
      [20, [], { unseen: new Set(['unreachable/connection/1']) }],
      [20 + CALM_MS / MINUTE, [], { unseen: new Set(['unreachable/connection/1']) }],
    ])
    expect(said).toEqual(['15 began unreachable 1'])
  })
})

describe('in quiet hours', () => {
  const quiet = { speak: 'urgent' } as const

  it('nothing is told but what is urgent; the rest comes when they end', () => {
    const full = finding('disk-full', '')
    const { said } = looks([
      [0, [down, full], quiet],
      [15, [down, full], quiet],
      [500, [down, full]],
    ])
    expect(said).toEqual(['0 began disk-full ', '500 began unreachable 1'])
  })

  it('what came and went is told afterwards, once', () => {
    const { said } = looks([
      [0, [down], quiet],
      [15, [down], quiet],
      [20, [], quiet],
      [30, [], quiet],
      [500, []],
      [501, []],
    ])
    expect(said).toEqual(['500 passed unreachable 1'])
  })

  it('the end of what was told before waits for their end', () => {
    const { said } = looks([
      [0, [down]],
      [15, [down]],
      [20, [], quiet],
      [30, [], quiet],
      [500, []],
    ])
    expect(said).toEqual(['15 began unreachable 1', '500 ended unreachable 1'])
  })
})

it('where nobody can be told, nothing is kept to be told later', () => {
  const nobody = { speak: 'nobody' } as const
  const { said } = looks([
    [0, [down], nobody],
    [15, [down], nobody],
    [20, [], nobody],
    [30, [], nobody],
    [31, []],
  ])
  expect(said).toEqual([])
})

it('an open alert is told once somebody can be', () => {
  const { said } = looks([
    [0, [down], { speak: 'nobody' }],
    [15, [down], { speak: 'nobody' }],
    [40, [down]],
  ])
  expect(said).toEqual(['40 began unreachable 1'])
})
