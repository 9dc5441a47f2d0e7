import { describe, expect, it } from 'vitest'
import { retryPair } from '../../src/activities/person-decides.ts'
import { write } from '../../src/activities/write.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { planOnce } from './one-plan.ts'

/** A task that was deleted in Follow Up Boss, and whose deletion in Todoist met a 503: nobody knows yet what came of it. */
async function withLostDelete(): Promise<{ readonly bridge: Bridge; readonly itemId: string }> {
  const bridge = await openBridge()
  const task = await bridge.addFubTask({ name: 'Call Tom' })
  await bridge.settle()
  const [item] = await bridge.items()
  await bridge.fub.call('DELETE', `/v1/tasks/${task.id}`)
  let planned = await planOnce(bridge)
  while (planned.writes.length === 0) {
    await bridge.worker.pull('left', 'complete')
    planned = await planOnce(bridge)
  }
  // The first one looks whether the task is still as it was.
  await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 2, do: 'status:503' }])
  const signal = new AbortController().signal
  for (const call of planned.writes)
    await write(bridge.deps, { ...call, priority: 'change' }, signal).catch(() => null)
  expect(await bridge.db`select status from op where verb = 'delete'`).toEqual([{ status: 'unknown' }])
  return { bridge, itemId: item?.id ?? '' }
}

describe('a deletion of which nobody knows whether it was done', () => {
  it('is not sent again over what its user typed meanwhile: the task comes back on both sides', async () => {
    const { bridge: opened, itemId } = await withLostDelete()
    await using bridge = opened
    await bridge.todoist.call('POST', `/api/v1/tasks/${itemId}`, { content: 'Call Tom, gate code 4711' })
    await bridge.settle()
    expect((await bridge.items()).map((item) => item.content)).toEqual(['Call Tom, gate code 4711'])
    expect((await bridge.fubTasks()).map((task) => task.name)).toEqual(['Call Tom, gate code 4711'])
  })

  it('is not sent again when its user has said "no-sync" meanwhile', async () => {
    const { bridge: opened, itemId } = await withLostDelete()
    await using bridge = opened
    await bridge.todoist.call('POST', `/api/v1/tasks/${itemId}`, { labels: ['no-sync'] })
    await bridge.settle()
    expect((await bridge.items()).map((item) => item.content)).toEqual(['Call Tom'])
    expect(await bridge.db`select memory, reason from pair`).toEqual([
      { memory: 'unlinked', reason: 'no-sync' },
    ])
  })

  it('is sent again when nobody has touched the task', async () => {
    const { bridge: opened } = await withLostDelete()
    await using bridge = opened
    await bridge.settle()
    expect(await bridge.items()).toEqual([])
  })
})

describe('a deletion that is refused for good', () => {
  it('is tried once, shown, and tried again when a person says so', async () => {
    await using bridge = await openBridge({ policy: { deletes: { left: 'propagate', right: 'propagate' } } })
    await bridge.addFubTask({ name: 'Call Tom' })
    await bridge.settle()
    const [item] = await bridge.items()
    await bridge.fault('fub', [{ match: 'DELETE /v1/tasks/*', times: 1000, do: 'status:403' }])
    await bridge.todoist.call('DELETE', `/api/v1/tasks/${item?.id}`)
    await bridge.settle()
    const deletes = () => bridge.db`select status from op where verb = 'delete' order by id`
    expect(await deletes()).toEqual([{ status: 'refused' }])
    expect(await bridge.db`select memory, state, reason from pair`).toEqual([
      { memory: 'ending', state: 'error', reason: 'refused' },
    ])
    await bridge.fault('fub', [])
    const [pair] = await bridge.db<{ id: string }[]>`select id from pair`
    await retryPair(bridge.deps, { pairId: pair?.id ?? '' })
    await bridge.settle()
    expect(await deletes()).toEqual([{ status: 'refused' }, { status: 'confirmed' }])
    expect(await bridge.fubTasks()).toEqual([])
  })
})

it('a task that was deleted on one side and edited on the other, where it may not be made again, is left there and shown', async () => {
  await using bridge = await openBridge({ policy: { direction: 'toRight' } })
  const task = await bridge.addFubTask({ name: 'Call Tom' })
  await bridge.settle()
  const [item] = await bridge.items()
  const edit = (content: string) => bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { content })
  await edit('Call Tom, gate code 4711')
  await bridge.fub.call('DELETE', `/v1/tasks/${task.id}`)
  await bridge.worker.pull('left', 'complete')
  for (const content of ['Call Tom, gate code 4711', 'Call Tom, gate code 4712']) {
    await edit(content)
    await bridge.settle()
    expect((await bridge.items()).map((one) => one.content)).toEqual([content])
    expect(await bridge.db`select memory, state, reason from pair`).toEqual([
      { memory: 'unlinked', state: 'waiting', reason: 'deleted-there' },
    ])
    expect(await bridge.db`select decision from conflict`).toEqual([{ decision: 'right' }])
  }
})
