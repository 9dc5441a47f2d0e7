import { describe, expect, test } from 'vitest'
import { FAULT_WORDS } from './fault-words.ts'
import { type Fault, Faults, faultSchema } from './faults.ts'

function armed(...list: Fault[]): Faults {
  const faults = new Faults()
  faults.replace(list)
  return faults
}

/** Which of the requests 1…n the fault hit. */
function hits(faults: Faults, n: number, method = 'POST', path = '/v1/tasks'): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter(
    () => faults.onRequest(method, path).fired.length > 0,
  )
}

describe('which requests are hit', () => {
  test('nth counts matching requests from the posting, and fires once', () => {
    expect(hits(armed({ match: 'POST /v1/tasks', nth: 3, do: 'refused' }), 6)).toEqual([3])
  })

  test('nth with times fires that many in a row; times alone fires the first ones', () => {
    expect(hits(armed({ match: 'POST /v1/tasks', nth: 2, times: 2, do: 'refused' }), 6)).toEqual([2, 3])
    expect(hits(armed({ match: 'POST /v1/tasks', times: 2, do: 'refused' }), 6)).toEqual([1, 2])
  })

  test('a probability is seeded: the same seed hits the same requests', () => {
    const fault = { match: 'POST /v1/tasks', probability: 0.3, seed: 5, do: 'refused' }
    const first = hits(armed(fault), 100)
    expect(first.length).toBeGreaterThan(10)
    expect(first.length).toBeLessThan(60)
    expect(hits(armed(fault), 100)).toEqual(first)
    expect(hits(armed({ ...fault, seed: 6 }), 100)).not.toEqual(first)
  })

  test.each([
    ['POST /v1/tasks', 'POST', '/v1/tasks', true],
    ['POST /v1/tasks', 'GET', '/v1/tasks', false],
    ['POST /v1/tasks', 'POST', '/v1/tasks/3', false],
    ['* /v1/tasks/*', 'PUT', '/v1/tasks/3', true],
    ['PUT /v1/tasks/{id}', 'PUT', '/v1/tasks/3', true],
    ['PUT /v1/tasks/{id}', 'PUT', '/v1/tasks/3/close', false],
    ['* *', 'DELETE', '/anything', true],
    ['*', 'GET', '/v1/tasks', true],
  ])('%s against %s %s: %s', (match, method, path, hit) => {
    expect(hits(armed({ match, do: 'refused' }), 1, method, path).length === 1).toBe(hit)
  })
})

test('faults add up: delays sum, the longest look back counts, the earliest end wins', () => {
  const faults = armed(
    { match: '*', do: 'delay:20' },
    { match: '*', do: 'reply-lost' },
    { match: '*', do: 'stale-read:500' },
    { match: '*', do: 'status:503' },
    { match: '*', do: 'delay:30' },
    { match: '*', do: 'stale-read:70' },
    { match: '*', do: 'status:502-wait:9' },
    { match: '*', do: 'unknown-fields' },
    { match: '*', do: 'status-after:500' },
  )
  const result = faults.onRequest('GET', '/x')
  expect(result).toEqual({
    delayMs: 50,
    staleMs: 500,
    unknownFields: true,
    reordered: false,
    end: { kind: 'status', code: 503, retryAfter: 'own' },
    fired: faults.list().map((fault) => fault.do),
  })
})

test.each([
  { nth: 4, probability: 0.5 },
  { nth: 4, times: 3, probability: 0.5 },
  { times: 3, probability: 0.5 },
])('%j combine: from the nth on, at random, so many times', (when) => {
  const hit = hits(armed({ match: '*', do: 'refused', ...when }), 60)
  expect(hit).toHaveLength(when.times ?? 1)
  expect(hit.every((n) => n >= (when.nth ?? 1))).toBe(true)
  const of = (seed: number) => hits(armed({ match: '*', do: 'refused', ...when, seed }), 60)
  expect(of(1)).toEqual(hit)
  expect(new Set(Array.from({ length: 20 }, (_, seed) => of(seed).join())).size).toBeGreaterThan(1)
})

test('faults of one seed do not hit the same requests, and are not moved by each other', () => {
  const lost: Fault = { match: '*', probability: 0.3, do: 'reply-lost' }
  const slow: Fault = { match: '*', probability: 0.3, do: 'delay:5' }
  const of = (word: string, ...list: Fault[]) => {
    const faults = armed(...list)
    return Array.from({ length: 200 }, () => faults.onRequest('GET', '/x').fired.includes(word))
  }
  expect(of('reply-lost', lost, slow)).not.toEqual(of('delay:5', lost, slow))
  expect(of('reply-lost', slow, lost)).toEqual(of('reply-lost', lost))
})

test('webhook faults match event names and leave requests alone', () => {
  const faults = armed(
    { match: 'tasksCreated', do: 'webhook-twice' },
    { match: 'tasks*', do: 'webhook-late:70' },
    { match: '*', nth: 2, do: 'webhook-lost' },
  )
  expect(faults.onRequest('POST', '/v1/tasks').fired).toEqual([])
  expect(faults.onDelivery('tasksCreated')).toEqual({ lost: false, twice: true, lateMs: 70 })
  expect(faults.onDelivery('peopleUpdated')).toEqual({ lost: true, twice: false, lateMs: 0 })
})

test.each([
  'explode',
  'status:999',
  'delay:',
  'delay:soon',
  'status:20',
  'status:429-wait',
  'status:429-bare-wait:2',
  'status-after:',
  'truncated:3',
  'webhook-late',
])('there is no fault "%s"', (what) => {
  const { error } = faultSchema.safeParse({ match: '*', do: what })
  for (const word of FAULT_WORDS) expect(error?.message).toContain(word)
})
