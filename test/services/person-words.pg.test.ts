import { expect, it } from 'vitest'
import { type Bridge, openBridge } from './bridge.ts'

const NAME = '[Curtis Crisp]'

/** A task that its user made in Todoist, which named its person in its title, and is in step. */
async function named(bridge: Bridge, fields: Record<string, unknown> = {}) {
  // So that General is there.
  await bridge.addFubTask({ name: 'Something else' })
  await bridge.settle()
  const given = { content: `Call ${NAME}`, project_id: await bridge.general(), ...fields }
  const { body } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', given)
  await bridge.settle()
  const inFub = async () =>
    (await bridge.fubTasks()).filter((task) => task.name !== 'Something else' && task.isCompleted === 0)
  return {
    inFub,
    titles: async () => ({
      fub: (await inFub()).map(({ name }) => name),
      todoist: (await bridge.items()).find(({ id }) => id === body.id)?.content,
    }),
    async renameInFub(name: string) {
      const [task] = await inFub()
      await bridge.fub.call('PUT', `/v1/tasks/${task?.id}`, { name })
    },
    renameInTodoist: (content: string) =>
      bridge.todoist.call('POST', `/api/v1/tasks/${body.id}`, { content }),
    close: () => bridge.todoist.call('POST', `/api/v1/tasks/${body.id}/close`),
  }
}

const both = (title: string) => ({ fub: [title], todoist: title })

it('words that named a task’s person go once; typed in Follow Up Boss they are its user’s, on both sides', async () => {
  await using bridge = await openBridge()
  const task = await named(bridge)
  expect(await task.titles()).toEqual(both('Call'))

  await task.renameInFub(`Call the wife of ${NAME}`)
  await bridge.settle()
  expect(await task.titles()).toEqual(both(`Call the wife of ${NAME}`))
  const ops = await bridge.db`select id from op`
  await bridge.worker.pull('left', 'complete')
  await bridge.worker.pull('right', 'complete')
  await bridge.settle()
  expect(await bridge.db`select id from op`).toEqual(ops)

  await task.renameInTodoist(`Call the mother of ${NAME}`)
  await bridge.settle()
  expect(await task.titles()).toEqual(both(`Call the mother of ${NAME}`))

  await task.renameInFub('Call her')
  await bridge.settle()
  expect(await task.titles()).toEqual(both('Call her'))
  expect(await bridge.db`select field from conflict`).toEqual([])

  // In Todoist alone they are words for us again (decision 010).
  await task.renameInTodoist(`Visit her ${NAME}`)
  await bridge.settle()
  expect(await task.titles()).toEqual(both('Visit her'))
})

it('such words of Follow Up Boss’s go on to the next occurrence', async () => {
  await using bridge = await openBridge()
  const task = await named(bridge, { due_string: 'every monday' })
  await task.renameInFub(`Report to ${NAME}`)
  await bridge.settle()
  expect(await task.titles()).toEqual(both(`Report to ${NAME}`))
  const [before] = await task.inFub()
  await task.close()
  await bridge.settle()
  expect(await task.titles()).toEqual(both(`Report to ${NAME}`))
  expect((await task.inFub())[0]?.id).not.toBe(before?.id)
})

it('both users typing them at once is a conflict like any other', async () => {
  await using bridge = await openBridge({ policy: { conflicts: 'left' } })
  const task = await named(bridge)
  await task.renameInFub(`Call the wife of ${NAME}`)
  await task.renameInTodoist(`Call the mother of ${NAME}`)
  await bridge.settle()
  expect(await task.titles()).toEqual(both(`Call the wife of ${NAME}`))
  expect(await bridge.db`select field, "right" from conflict`).toEqual([
    { field: 'title', right: `Call the mother of ${NAME}` },
  ])
})
