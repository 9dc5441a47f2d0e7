import { expect, test } from 'vitest'
import { startFollowUpBoss } from '../simulators/follow-up-boss/start.ts'
import { startTodoist } from '../simulators/todoist/start.ts'
import { followUpBossTasks, todoistTasks } from './side-tasks.ts'
import { Simulated } from './simulated.ts'

test('the tasks of user 1, open and completed, with their due dates', async () => {
  const sim = await startFollowUpBoss({ port: 0, data: 3, seed: 1 })
  try {
    const account = new Simulated(sim.url)
    const [first, second, third] = followUpBossTasks(await account.state())
    await account.asUser('PUT', `/v1/tasks/${first?.id}`, {
      name: 'Timed',
      dueDateTime: '2026-11-21T15:30:00Z',
    })
    await account.asUser('PUT', `/v1/tasks/${second?.id}`, {
      name: 'Done',
      isCompleted: 1,
      dueDate: '2026-11-22',
    })
    await account.asUser('PUT', `/v1/tasks/${third?.id}`, { assignedUserId: 7 })
    expect(followUpBossTasks(await account.state())).toEqual([
      { id: first?.id, title: 'Timed', done: false, due: '2026-11-21T15:30' },
      { id: second?.id, title: 'Done', done: true, due: '2026-11-22' },
    ])
    expect(await account.requests()).toEqual({ read: 0, write: 0 })
  } finally {
    await sim.close()
  }
})

test('the tasks of a Todoist account wherever they lie, without the deleted ones', async () => {
  const sim = await startTodoist({ port: 0, data: 'empty', seed: 1 })
  try {
    const account = new Simulated(sim.url)
    const add = (body: object) => account.asUser('POST', '/api/v1/tasks', body)
    await add({ content: 'Someday' })
    await add({ content: 'All day', due_date: '2026-11-22' })
    await add({ content: 'At noon somewhere', due_datetime: '2026-11-22T12:00:00' })
    await add({ content: 'At an instant', due_datetime: '2026-11-22T12:00:00Z' })
    await add({ content: 'Deleted' })
    const deleted = todoistTasks(await account.state()).find(({ title }) => title === 'Deleted')
    await account.asUser('DELETE', `/api/v1/tasks/${deleted?.id}`, {})
    expect(todoistTasks(await account.state()).map(({ title, due }) => [title, due])).toEqual([
      ['Someday', 'never'],
      ['All day', '2026-11-22'],
      ['At noon somewhere', expect.stringMatching(/^at 2026-11-22T12:00/)],
      ['At an instant', '2026-11-22T12:00'],
    ])
  } finally {
    await sim.close()
  }
})
