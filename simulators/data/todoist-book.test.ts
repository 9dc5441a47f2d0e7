import { expect, test } from 'vitest'
import { startTodoist } from '../todoist/start.ts'
import { todoistSeed } from './todoist.ts'
import { MOST_TODOIST_TASKS } from './todoist-book.ts'

test('a number of tasks makes that many open ones with distinct titles, over projects of 250', () => {
  const { tasks, projects, labels } = todoistSeed('demo', 1100)
  expect(new Set(tasks.map((task) => task.content)).size).toBe(1100)
  expect(tasks.some((task) => task.done === true)).toBe(false)
  const counts = projects.map(({ key }) => tasks.filter((task) => task.project === key).length)
  expect(counts).toEqual([250, 250, 250, 250, 100])
  expect(tasks.every((task) => task.labels?.every((label) => labels.includes(label)))).toBe(true)
  expect(todoistSeed('empty', 1100)).toEqual(todoistSeed('demo', 1100))
})

test('the largest number fits into an account', () => {
  expect(todoistSeed('empty', MOST_TODOIST_TASKS).projects).toHaveLength(300)
})

test('an account starts with them, whatever else it would start with', async () => {
  const sim = await startTodoist({ port: 0, data: 'demo', tasks: 260, seed: 1 })
  try {
    const state = (await (await fetch(`${sim.url}/__sim/state`)).json()) as {
      items: { content: string; project_id: string }[]
    }
    expect(new Set(state.items.map((item) => item.content)).size).toBe(260)
    expect(new Set(state.items.map((item) => item.project_id)).size).toBe(2)
  } finally {
    await sim.close()
  }
})
