import { describe, expect, it } from 'vitest'
import { type Bridge, openBridge, PERSON } from './bridge.ts'

type Made = { readonly id: string }

async function addItem(bridge: Bridge, fields: Record<string, unknown>): Promise<string> {
  const { body } = await bridge.todoist.call<Made>('POST', '/api/v1/tasks', fields)
  return body.id
}

async function withGeneral(bridge: Bridge): Promise<string> {
  await bridge.addFubTask({ name: 'Something else' })
  await bridge.settle()
  return bridge.general()
}

const namesOf = async (bridge: Bridge) => (await bridge.fubTasks()).map((task) => task.name).sort()

describe('a sub-task', () => {
  it('made beside its parent gets its parent’s person, however deep it lies', async () => {
    await using bridge = await openBridge()
    const project_id = await withGeneral(bridge)
    const parent_id = await addItem(bridge, { content: `Above fub:${PERSON}`, project_id })
    const below = await addItem(bridge, { content: 'Below', parent_id })
    await addItem(bridge, { content: 'Deep down', parent_id: below })
    await bridge.settle()
    expect(await namesOf(bridge)).toEqual(['Above', 'Below', 'Deep down', 'Something else'])
  })

  it('outlives its parent’s deletion in Follow Up Boss, though nobody has seen it yet', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Above' })
    await bridge.settle()
    const [above] = await bridge.items()
    await addItem(bridge, { content: 'Below', parent_id: above?.id })
    await bridge.settle()
    await bridge.fub.call('DELETE', `/v1/tasks/${made.id}`)
    await bridge.worker.pull('left', 'complete')
    await addItem(bridge, { content: 'Seen late', parent_id: above?.id })
    while ((await bridge.items()).some((item) => item.content === 'Above')) {
      await bridge.worker.work()
      await bridge.db`update pair set dispatched_at = null`
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await bridge.settle()
    expect((await bridge.items()).map((item) => item.content).sort()).toEqual(['Below', 'Seen late'])
  })

  it('of a task with label crm is in scope in the user’s own project, and leaves it with the label', async () => {
    await using bridge = await openBridge()
    const { body } = await bridge.todoist.call<Made>('POST', '/api/v1/projects', { name: 'My own' })
    const parent_id = await addItem(bridge, {
      content: `Above fub:${PERSON}`,
      project_id: body.id,
      labels: ['crm'],
    })
    await addItem(bridge, { content: 'Below', parent_id })
    await addItem(bridge, { content: 'Private', project_id: body.id })
    await bridge.settle()
    expect(await namesOf(bridge)).toEqual(['Above', 'Below'])
    expect(new Set((await bridge.items()).map((item) => item.project_id))).toEqual(new Set([body.id]))
  })
})

describe('label no-sync', () => {
  it('unlinks a task, and its edits wait until the label is taken away', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Mine' })
    await bridge.settle()
    const [item] = await bridge.items()
    const change = (fields: Record<string, unknown>) =>
      bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, fields)
    await change({ labels: ['no-sync'] })
    await bridge.settle()
    await change({ content: 'Mine, renamed' })
    await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { type: 'Call' })
    await bridge.settle()
    expect(await namesOf(bridge)).toEqual(['Mine'])
    expect((await bridge.items())[0]?.labels).toEqual(['no-sync'])
    await change({ labels: [] })
    await bridge.settle()
    expect(await namesOf(bridge)).toEqual(['Mine, renamed'])
    expect((await bridge.items())[0]?.labels).toEqual(['call'])
  })
})

describe('a completed task that somebody edits', () => {
  it('is carried on by a complete look, which shows open tasks alone', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Done soon' })
    await bridge.settle()
    const [item] = await bridge.items()
    await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}/close`)
    await bridge.settle()
    await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { content: 'Done, and renamed' })
    await bridge.worker.pull('right', 'complete')
    await bridge.settle()
    expect((await bridge.fubTasks()).find((task) => task.id === made.id)).toMatchObject({
      name: 'Done, and renamed',
      isCompleted: 1,
    })
  })

  it('after it was deleted in Follow Up Boss comes back there, completed', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Deleted' })
    await bridge.settle()
    const [item] = await bridge.items()
    await bridge.fub.call('DELETE', `/v1/tasks/${made.id}`)
    await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { content: 'Edited' })
    await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}/close`)
    await bridge.worker.pull('left', 'complete')
    await bridge.settle()
    expect(await bridge.fubTasks()).toEqual([expect.objectContaining({ name: 'Edited', isCompleted: 1 })])
  })
})
