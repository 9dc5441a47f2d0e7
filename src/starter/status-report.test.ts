import { describe, expect, it } from 'vitest'
import type { ConnectionStatus, RouteStatus } from '../store/status.ts'
import { reportOf, statusExitCode, statusLines } from './status-report.ts'

const route = (given: Partial<RouteStatus> = {}): RouteStatus => ({
  route: 'main',
  state: 'active',
  filled: true,
  pairs: 3,
  pending: 0,
  waiting: 0,
  failed: 0,
  rolledBack: 0,
  broken: 0,
  deals: { deals: 0, pending: 0, waiting: 0, failed: 0, reasons: [] },
  notes: null,
  stopped: null,
  ...given,
})
const connection = (given: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  connection: 'todoist',
  provider: 'todoist',
  state: 'ok',
  note: null,
  lastPullAt: '2027-01-04T10:00:00.000000Z',
  lag: 1.5,
  ...given,
})

describe('a status', () => {
  it('has exactly the promised names', () => {
    expect(reportOf([route()], [connection()])).toEqual({
      settled: true,
      routes: [{ route: 'main', state: 'active', pairs: 3, pending: 0, waiting: 0, failed: 0 }],
      connections: [
        {
          connection: 'todoist',
          provider: 'todoist',
          state: 'ok',
          lastPullAt: '2027-01-04T10:00:00.000000Z',
          lag: 1.5,
        },
      ],
    })
  })

  it.each([
    ['pairs are pending', [route({ pending: 1 })], [connection()]],
    ['the first sync is not over', [route({ filled: false })], [connection()]],
    ['a route is stopped', [route({ state: 'stopped' })], [connection()]],
    ['a key is refused', [route()], [connection({ state: 'auth-failed' })]],
    ['a service is away', [route()], [connection({ state: 'unreachable' })]],
    ['there is no route', [], []],
  ])('is not settled while %s', (_, routes, connections) => {
    expect(reportOf(routes, connections).settled).toBe(false)
  })

  it('is settled and not well where a mapped list is gone', () => {
    const report = reportOf([route({ broken: 1 })], [connection()])
    expect(report).toMatchObject({ settled: true, routes: [{ broken: 1 }] })
    expect(statusExitCode(report)).toBe(3)
    expect(statusLines(report)[0]).toBe('Settled, but 1 mapping is broken.')
    expect(statusLines(report).join('\n')).toMatch(/was deleted or archived.*dealbridge conflicts/su)
  })

  it.each([
    ['home-gone', true],
    ['moved-away', false],
    ['refused', false],
  ])('names the list of questions where a deal waits that is one of them: %s', (reason, named) => {
    const deals = { deals: 2, pending: 0, waiting: 1, failed: 0, reasons: [{ reason, count: 1 }] }
    const lines = statusLines(reportOf([route({ deals })], [connection()])).join('\n')
    expect(lines).toContain('dealbridge deals list --waiting')
    expect(lines.includes('dealbridge conflicts')).toBe(named)
  })

  it('tells why a route was stopped and what to do, and what a service said', () => {
    const stopped = { at: '2027-01-04T10:00:00.000000Z', counted: 400, limit: 40 }
    const report = reportOf(
      [route({ state: 'stopped', stopped })],
      [connection({ state: 'auth-failed', note: 'Sign in again.' })],
    )
    expect(report.routes[0]).toMatchObject({ state: 'stopped', stopped })
    const lines = statusLines(report).join('\n')
    expect(lines).toContain(
      'It was stopped when 400 tasks would have been deleted, completed or unlinked within ten minutes; up to 40 may.',
    )
    expect(lines).toContain('route resume main --once')
    expect(lines).toContain('Sign in again.')
  })

  it('is settled while only a person is waited for', () => {
    expect(reportOf([route({ waiting: 2 })], [connection()]).settled).toBe(true)
  })

  it.each([
    [0, route(), connection()],
    [0, route({ pending: 5 }), connection()],
    [0, route({ state: 'matching', filled: false }), connection()],
    [3, route({ waiting: 1 }), connection()],
    [3, route({ failed: 1 }), connection()],
    [3, route({ state: 'stopped' }), connection()],
    [3, route({ state: 'draft', filled: false }), connection()],
    [3, route(), connection({ state: 'auth-failed' })],
    [4, route({ waiting: 1 }), connection({ state: 'unreachable' })],
  ])('exits %i for %j, %j', (code, oneRoute, oneConnection) => {
    expect(statusExitCode(reportOf([oneRoute], [oneConnection]))).toBe(code)
  })

  it.each([
    ['Settled.', {}],
    ['Settled, but 1 task waits.', { waiting: 1 }],
    ['Settled, but 2 tasks wait and 1 task has failed.', { waiting: 2, failed: 1 }],
    ['Working: 4 to go.', { pending: 4, waiting: 1 }],
    ['Held up: route main is paused; 3 to go.', { state: 'paused', pending: 3 }],
    ['Settled, but route main is paused.', { state: 'paused' }],
    ['Held up: route main is stopped; 60 to go.', { state: 'stopped', pending: 60 }],
    ['Held up: the first sync of main is not confirmed.', { state: 'draft', filled: false }],
  ] as const)('begins with “%s”', (head, given) => {
    const lines = statusLines(reportOf([route(given)], [connection()]))
    expect(lines[0]).toBe(head)
    const told = lines.some((line) => line.includes('npx dealbridge conflicts'))
    expect(told).toBe('waiting' in given)
  })

  it('names for a person what holds it up', () => {
    const lines = statusLines(reportOf([route({ state: 'draft' })], [connection({ state: 'auth-failed' })]))
    expect(lines.join('\n')).toMatch(
      /Held up: .*not confirmed, and todoist refuses its key[\s\S]*route start main[\s\S]*connect retry todoist/,
    )
  })

  it('says of a key that is refused, or a paused route, that nothing works', () => {
    const refused = reportOf([route({ pending: 1 })], [connection({ state: 'auth-failed' })])
    expect(statusLines(refused)[0]).toBe('Held up: todoist refuses its key; 1 to go.')
    const paused = statusLines(reportOf([route({ state: 'paused' })], [connection()]))
    expect(paused[1]).toContain('paused (to go on: "npx dealbridge route resume main")')
  })

  it('says how many notes are to be written, and why some are not taken', () => {
    const refused = [{ error: 'Follow Up Boss refused it', count: 1 }]
    const report = reportOf([route({ notes: { comments: 1, tasks: 2, refused } })], [connection()])
    expect(statusLines(report)).toEqual(
      expect.arrayContaining([
        '    3 notes to be written, a few at a time',
        '    1 note not taken by the CRM: Follow Up Boss refused it',
      ]),
    )
    expect(report.routes[0]).toMatchObject({ notes: { comments: 1, tasks: 2 } })
  })
})
