import { expect, test } from 'vitest'
import { requestLimit } from './first-sync.ts'
import { addRequests, resultLines, totalOf, writesOf } from './result.ts'

const requests = { 'follow-up-boss': { read: 10, write: 1 }, todoist: { read: 2, write: 4 } }

test('requests of both services count', () => {
  expect(totalOf(requests)).toBe(17)
  expect(writesOf(requests)).toBe(5)
  expect(addRequests([requests, requests])).toEqual({
    'follow-up-boss': { read: 20, write: 2 },
    todoist: { read: 4, write: 8 },
  })
})

test('a first sync may make 1.2 times the least: pages, writes, and what comes once', () => {
  expect(requestLimit(1000)).toBe(39)
  expect(requestLimit(150)).toBe(19)
})

test('what was not measured has no line', () => {
  const result = { name: 'restart', size: 5, seconds: 1.5, lost: 1, duplicated: 0 }
  expect(resultLines({ result, notes: ['a note'], failures: ['1 lost: Todoist: Call Ann'] })).toEqual([
    'restart, size 5',
    '  seconds                     1.5',
    '  lost                        1',
    '  duplicated                  0',
    '  a note',
    'FAILED: 1 lost: Todoist: Call Ann',
  ])
})

test('times of answers stand in a column of their own, however long their names are', () => {
  const times = { p50: 1, p95: 2, p99: 3, max: 4, n: 5 }
  const answersMs = { 'Todoist: a name of more than 28': times, 'Todoist: one task': times }
  const result = { name: 'simulators', size: 5, seconds: 1.5, answersMs, lost: 0, duplicated: 0 }
  expect(resultLines({ result, notes: [], failures: [] }).slice(2, 4)).toEqual([
    '  Todoist: a name of more than 28 p50 1 ms, p95 2 ms, p99 3 ms, max 4 ms (n = 5)',
    '  Todoist: one task               p50 1 ms, p95 2 ms, p99 3 ms, max 4 ms (n = 5)',
  ])
})
