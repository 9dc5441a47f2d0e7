import { expect, it } from 'vitest'
import { openBridge, PERSON } from './bridge.ts'

it('where the account may have no more projects, the task is refused once, with what a person can do', async () => {
  await using bridge = await openBridge({ settings: { todoist: { projects: 0 } } })
  await bridge.addFubTask({ name: 'Call Tom' })
  await bridge.settle()
  expect(await bridge.db`select status from op`).toEqual([{ status: 'refused' }])
  expect(await bridge.db`select count(*)::int from container`).toEqual([{ count: 1 }])
  expect(await bridge.db`select state, last_error from pair`).toEqual([
    { state: 'error', last_error: expect.stringContaining('Archive projects that are not needed') },
  ])
})

it('a name that Follow Up Boss stores shorter than anybody knew changes nothing in Todoist, made or edited', async () => {
  await using bridge = await openBridge({ settings: { followUpBoss: { nameMax: 40, nameTooLong: 'cut' } } })
  await bridge.addFubTask({ name: 'Something else' })
  await bridge.settle()
  const titles = [
    'Ask about the roof, the gate code and the neighbours, and the pool',
    'Ask about the pool, the fence and the oak that leans over it',
  ]
  const { body } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', {
    content: `${titles[0]} fub:${PERSON}`,
    project_id: await bridge.general(),
  })
  for (const [n, title] of titles.entries()) {
    if (n > 0) await bridge.todoist.call('POST', `/api/v1/tasks/${body.id}`, { content: title })
    await bridge.settle()
    expect((await bridge.items()).find(({ id }) => id === body.id)?.content).toBe(title)
    expect((await bridge.fubTasks()).map((task) => task.name)).toContain(title.slice(0, 40))
  }
  expect(await bridge.db`select from conflict`).toEqual([])
})
