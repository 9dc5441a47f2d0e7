import { expect, test } from 'vitest'
import { compareAccounts } from './compare-accounts.ts'
import { calendarText, readTasks, type TaskFields } from './task-text.ts'

const tasks = () => readTasks(calendarText(3))
const compare = (left: TaskFields[], right: TaskFields[], renamed = new Map<string, string>()) =>
  compareAccounts('ours', { size: 3, renamed }, { left, right })

test('alike is alike, in any order', () => {
  expect(compare(tasks(), tasks().reverse())).toEqual({ lost: [], surplus: [] })
})

test('a task that is missing is lost, one that is there twice is one too many', () => {
  expect(compare(tasks().slice(1), tasks())).toEqual({ lost: ['ours, left: Task 0'], surplus: [] })
  expect(compare(tasks(), [...tasks(), ...tasks().slice(2)])).toEqual({
    lost: [],
    surplus: ['ours, right: Task 2'],
  })
})

test('a field that differs is found', () => {
  const [first, ...rest] = tasks()
  const other = { ...(first as TaskFields), due: '2027-01-09' }
  expect(compare(tasks(), [other, ...rest])).toEqual({
    lost: ['ours, right: Task 0'],
    surplus: ['ours, right: Task 0'],
  })
})

test('a title that a user has given must have arrived', () => {
  const renamed = new Map([['Task 1', 'Task 1, renamed']])
  const now = tasks().map((task) => (task.title === 'Task 1' ? { ...task, title: 'Task 1, renamed' } : task))
  expect(compare(now, now, renamed)).toEqual({ lost: [], surplus: [] })
  expect(compare(now, tasks(), renamed).lost).toEqual(['ours, right: Task 1, renamed'])
})
