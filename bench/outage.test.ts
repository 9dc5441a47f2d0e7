import { expect, test } from 'vitest'
import { type Outage, outageFailures } from './outage.ts'

const fine = { postgres: 'ok', temporal: 'ok', worker: 'ok', 'follow-up-boss': 'ok', todoist: 'ok' }
const after = { health: 200, parts: fine, exitCode: 0, services: {}, said: '' }
const outage = (during: Partial<Outage['during']>): Outage => ({
  part: 'todoist',
  awayMs: 1,
  settledAfterMs: 1,
  during: {
    health: 200,
    parts: { ...fine, todoist: 'unreachable' },
    exitCode: 4,
    services: {},
    said: '',
    ...during,
  },
  after,
})

test('the truth is no failure', () => {
  expect(outageFailures(outage({}))).toEqual([])
})

test.each([
  [{ health: 503 }, '/health answered 503'],
  [{ parts: fine }, '/health called it ok'],
  [{ parts: { ...fine, todoist: 'unreachable', postgres: 'unreachable' } }, 'called postgres away'],
  [{ exitCode: 0 }, 'status ended with 0'],
])('%j is one', (during, complaint) => {
  expect(outageFailures(outage(during))).toEqual([expect.stringContaining(complaint)])
})

test('what is over has to be over', () => {
  const lasting = { ...outage({}), after: { ...after, exitCode: 4 } }
  expect(outageFailures(lasting)).toEqual([expect.stringContaining('after todoist was away')])
})
