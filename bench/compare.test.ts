import { expect, test } from 'vitest'
import { compareSides } from './compare.ts'
import type { SideTask } from './side-tasks.ts'

let ids = 0
function task(title: string, given: Partial<SideTask> = {}): SideTask {
  ids += 1
  return { id: String(ids), title, done: false, due: '2026-11-21', ...given }
}

const book = () => ['Call Ann', 'Write to Bob', 'Visit Cleo'].map((title) => task(title))

test('alike is alike, in any order', () => {
  const found = compareSides(book(), { 'Follow Up Boss': book(), Todoist: book().reverse() })
  expect(found).toEqual({ lost: [], duplicated: [], differing: [] })
})

test('a task that is missing on either side is lost', () => {
  expect(compareSides(book(), { 'Follow Up Boss': book(), Todoist: book().slice(1) }).lost).toEqual([
    'Todoist: Call Ann',
  ])
  expect(compareSides(book(), { 'Follow Up Boss': book().slice(0, 2), Todoist: book() }).lost).toEqual([
    'Follow Up Boss: Visit Cleo',
  ])
})

test('a task that is there twice is doubled, once for each copy', () => {
  const doubled = [...book(), task('Call Ann'), task('Call Ann')]
  const found = compareSides(book(), { 'Follow Up Boss': book(), Todoist: doubled })
  expect(found).toMatchObject({ lost: [], duplicated: ['Todoist: Call Ann', 'Todoist: Call Ann'] })
})

test('one lost and another doubled do not make up for each other', () => {
  const todoist = [task('Call Ann'), task('Call Ann'), task('Visit Cleo')]
  const found = compareSides(book(), { 'Follow Up Boss': book(), Todoist: todoist })
  expect(found).toMatchObject({ lost: ['Todoist: Write to Bob'], duplicated: ['Todoist: Call Ann'] })
})

test('a task that nobody expects is one too many', () => {
  const found = compareSides(book(), { 'Follow Up Boss': book(), Todoist: [...book(), task('Buy milk')] })
  expect(found.duplicated).toEqual(['Todoist: Buy milk'])
})

test('a completed task is not an open one', () => {
  const todoist = book().map((one) => (one.title === 'Call Ann' ? { ...one, done: true } : one))
  const found = compareSides(book(), { 'Follow Up Boss': book(), Todoist: todoist })
  expect(found.lost).toEqual(['Todoist: Call Ann'])
  expect(found.duplicated).toEqual(['Todoist: Call Ann (completed)'])
})

test('another due date on the other side is told', () => {
  const todoist = book().map((one) => (one.title === 'Call Ann' ? { ...one, due: 'never' } : one))
  const found = compareSides(book(), { 'Follow Up Boss': book(), Todoist: todoist })
  expect(found).toEqual({ lost: [], duplicated: [], differing: ['Call Ann: due 2026-11-21 and never'] })
})
