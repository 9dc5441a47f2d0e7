import { expect, it } from 'vitest'
import { write } from '../../src/activities/write.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { planOnce } from './one-plan.ts'

/** One task on both sides. */
async function withTask(options: Parameters<typeof openBridge>[0] = {}) {
  const bridge = await openBridge(options)
  const task = await bridge.addFubTask({ name: 'A' })
  await bridge.settle()
  const [item] = await bridge.items()
  return {
    bridge,
    rename: (name: string) => bridge.fub.call('PUT', `/v1/tasks/${task.id}`, { name }),
    edit: (fields: Record<string, unknown>) =>
      bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, fields),
  }
}

const conflicts = ({ db }: Bridge) => db`select field, "left", "right", decision from conflict order by id`

it('a conflict is noted once, however often its write is planned anew', async () => {
  const { bridge: opened, rename, edit } = await withTask()
  await using bridge = opened
  await rename('B')
  await bridge.worker.pull('left', 'incremental')
  await edit({ content: 'C' })
  await bridge.worker.pull('right', 'incremental')
  for (let times = 0; times < 3; times += 1) await planOnce(bridge)
  expect(await conflicts(bridge)).toHaveLength(1)
})

it('one that waited for a person is over when its users agree, also while something else stands refused', async () => {
  const {
    bridge: opened,
    rename,
    edit,
  } = await withTask({
    policy: { conflicts: 'manual' },
    settings: { followUpBoss: { putDue: 'reject' } },
  })
  await using bridge = opened
  await edit({ due_date: '2027-01-04' })
  await bridge.settle()
  await rename('B')
  await edit({ content: 'C' })
  await bridge.settle()
  expect(await conflicts(bridge)).toEqual([{ field: 'title', left: 'B', right: 'C', decision: null }])
  await edit({ content: 'B' })
  await bridge.settle()
  expect(await bridge.db`select state from pair`).toEqual([{ state: 'error' }])
  expect(await conflicts(bridge)).toMatchObject([{ field: 'title', decision: 'settled' }])
})

it('a stale answer that shows what has lost is no edit', async () => {
  const { bridge: opened, rename, edit } = await withTask({ policy: { conflicts: 'right' } })
  await using bridge = opened
  await rename('B, which loses')
  await bridge.worker.pull('left', 'incremental')
  // So long that the stale answer below shows B, and not the A before it.
  await bridge.fub.call('POST', '/__sim/clock', { advanceMs: 60_000 })
  await edit({ content: 'C' })
  await bridge.worker.pull('right', 'incremental')
  while (await bridge.worker.work());
  await bridge.db`update pair set dispatched_at = null`
  await bridge.fault('fub', [{ match: 'GET /v1/tasks*', times: 1, do: 'stale-read:30000' }])
  await bridge.worker.pull('left', 'incremental')
  while (await bridge.worker.work());
  await bridge.db`update pair set dispatched_at = null`
  expect((await bridge.items()).map((item) => item.content)).toEqual(['C'])
  await bridge.settle()
  expect((await bridge.fubTasks()).map((task) => task.name)).toEqual(['C'])
  expect(await conflicts(bridge)).toHaveLength(1)
})

it('an edit made while nobody knew of our new task is none of our copy’s business: it is carried over', async () => {
  await using bridge = await openBridge()
  const task = await bridge.addFubTask({ name: 'A' })
  await bridge.worker.pull('left', 'incremental')
  const signal = new AbortController().signal
  // Made, and the answer is cut; a pull then takes in all that happened, so that the repeated call shows no task.
  await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 1, do: 'truncated-json' }])
  for (const call of (await planOnce(bridge)).writes)
    await write(bridge.deps, { ...call, priority: 'change' }, signal).catch(() => null)
  await bridge.fub.call('PUT', `/v1/tasks/${task.id}`, { name: 'A, by the back door' })
  await bridge.worker.pull('left', 'incremental')
  await bridge.worker.pull('right', 'incremental')
  await bridge.settle()
  expect((await bridge.fubTasks()).map(({ name }) => name)).toEqual(['A, by the back door'])
  expect((await bridge.items()).map(({ content }) => content)).toEqual(['A, by the back door'])
  expect(await conflicts(bridge)).toEqual([])
})

/** Sends what is planned, though its target is edited at the very moment at which the call leaves; a pull sees the edit. */
async function writeOver(bridge: Bridge, edit: () => Promise<unknown>): Promise<void> {
  const { writes } = await planOnce(bridge)
  const todoist = bridge.deps.providers.get('todoist')
  if (todoist === undefined) throw new Error('there is no Todoist')
  const late: typeof todoist.write = async (connection, ops) => {
    await edit()
    await bridge.worker.pull('right', 'incremental')
    return todoist.write(connection, ops)
  }
  const deps = {
    ...bridge.deps,
    providers: new Map([...bridge.deps.providers, ['todoist', { ...todoist, write: late }]]),
  }
  const signal = new AbortController().signal
  for (const call of writes) await write(deps, { ...call, priority: 'change' }, signal).catch(() => null)
}

it.each(['answered', 'reply-lost'])(
  'an edit that a pull saw between our look and our write is kept as the loser of a conflict (%s)',
  async (fate) => {
    const { bridge: opened, rename, edit } = await withTask()
    await using bridge = opened
    await rename('B')
    await bridge.worker.pull('left', 'incremental')
    await writeOver(bridge, async () => {
      await edit({ content: 'C' })
      if (fate === 'answered') return
      await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 2, do: fate }])
    })
    expect((await bridge.items()).map(({ content }) => content)).toEqual(['B'])
    await bridge.settle()
    expect((await bridge.items()).map(({ content }) => content)).toEqual(['B'])
    expect(await conflicts(bridge)).toEqual([{ field: 'title', left: 'B', right: 'C', decision: 'left' }])
  },
)
