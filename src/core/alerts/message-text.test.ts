import { describe, expect, it } from 'vitest'
import { ALERT_KINDS } from './alert.ts'
import { alertWords } from './alert-words.ts'
import type { ToldAlert } from './message.ts'
import { lasted, messageText } from './message-text.ts'

const told: ToldAlert = {
  what: 'began',
  alert: '7',
  kind: 'unreachable',
  urgent: false,
  subject: { about: 'connection', id: '3', name: 'todoist' },
  count: null,
  since: '2026-11-26T09:30:00.000000Z',
  endedAt: null,
}
const zone = 'Europe/Berlin'

describe('alerts as text', () => {
  it('of one, its title is the subject', () => {
    expect(messageText({ type: 'alerts', zone, alerts: [told] })).toEqual({
      subject: 'todoist does not answer',
      lines: [
        'todoist does not answer',
        '  since 2026-11-26 10:30',
        '  It is tried again by itself, and what changed meanwhile is carried over then. "dealbridge status" says how it failed.',
        '',
        'Times are those of Europe/Berlin. "dealbridge alerts list" shows what is open.',
      ],
    })
  })

  it('of several, each is told, and the subject counts them', () => {
    const over = { ...told, what: 'ended' as const, endedAt: '2026-11-26T12:35:00.000000Z' }
    const text = messageText({ type: 'alerts', zone, alerts: [told, { ...told, what: 'reminder' }, over] })
    expect(text.subject).toBe('2 alerts, 1 over')
    expect(text.lines).toContain('Still: todoist does not answer')
    expect(text.lines).toContain('Over: todoist does not answer')
    expect(text.lines).toContain('  since 2026-11-26 10:30, until 2026-11-26 13:35 (3 h 5 min)')
  })

  it.each(ALERT_KINDS)('%s has words for what it is and what to do', (kind) => {
    const { title, todo } = alertWords({ kind, subject: told.subject, count: 2 })
    expect(title).not.toMatch(/undefined|null/u)
    expect(todo.length).toBeGreaterThan(10)
  })
})

it('a digest counts what waits, by why', () => {
  const { subject, lines } = messageText({
    type: 'digest',
    zone,
    day: '2026-11-26',
    routes: [
      {
        route: 'work',
        draft: false,
        waiting: [
          { reason: 'needs-deal-link', count: 3 },
          { reason: 'needs-person', count: 1 },
        ],
        failed: 1,
        questions: 2,
        deals: 0,
      },
    ],
    titles: [{ route: 'work', reason: 'needs-person', title: 'Call back' }],
  })
  expect(subject).toBe('What waits for a decision, 2026-11-26')
  expect(lines).toEqual([
    'Route work:',
    '  3 tasks: their contact is on several deals, and nobody has said which one is meant',
    '  1 task: nobody knows whose they are',
    '  2 questions to answer',
    '  1 task failed',
    '      Call back (needs-person)',
    '',
    '"dealbridge conflicts" says which, why, and what to do.',
  ])
})

it.each([
  [20_000, '0 min'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d 1 h'],
])('%i ms are %s', (ms, words) => {
  expect(
    lasted('2026-11-26T00:00:00Z', new Date(Date.parse('2026-11-26T00:00:00Z') + ms).toISOString()),
  ).toBe(words)
})
