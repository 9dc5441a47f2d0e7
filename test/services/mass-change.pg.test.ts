import { describe, expect, it } from 'vitest'
import { resumeStopped } from '../../src/activities/mass-change.ts'
import { inTransaction } from '../../src/store/database.ts'
import { routeStatus } from '../../src/store/status.ts'
import { type Bridge, openBridge } from './bridge.ts'

/** `MANY=400` for the full size; fewer are as good a test, and quicker. */
const MANY = Number(process.env.MANY ?? 120)

async function withMany(deletes: 'propagate' | 'unlink'): Promise<Bridge> {
  const bridge = await openBridge({
    manyRows: true,
    policy: { deletes: { left: 'propagate', right: deletes } },
  })
  for (let from = 0; from < MANY + 20; from += 20)
    await Promise.all(Array.from({ length: 20 }, (_, n) => bridge.addFubTask({ name: `Task ${from + n}` })))
  await bridge.worker.pull('left', 'complete')
  await bridge.settle()
  return bridge
}

const itemsOf = async (bridge: Bridge) => {
  const { body } = await bridge.todoist.call<{
    items: { id: string; content: string; is_deleted: boolean }[]
  }>('POST', '/api/v1/sync', { sync_token: '*', resource_types: ['items'] })
  return body.items.filter((item) => !item.is_deleted)
}

/** As a person does who marks them all and presses delete: a few requests one after the other. */
async function deleteMany(bridge: Bridge, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += 100) {
    const commands = ids.slice(from, from + 100).map((id) => ({
      type: 'item_delete',
      uuid: crypto.randomUUID(),
      args: { id },
    }))
    await bridge.todoist.call('POST', '/api/v1/sync', { commands })
  }
}

const open = async (bridge: Bridge) => {
  const { body } = await bridge.fub.call<{ _metadata: { total: number } }>('GET', '/v1/tasks?limit=1')
  return body._metadata.total
}

/** Works as long as there is something to do now; a stopped route leaves its pairs pending. */
async function workOn(bridge: Bridge): Promise<void> {
  while (await bridge.worker.work());
  await bridge.db`update pair set dispatched_at = null`
}

describe('very many tasks deleted at once in Todoist', () => {
  it.each(['propagate', 'unlink'] as const)(
    'under rule %s stop the route before Follow Up Boss loses one; what is let through is done, and no more',
    async (rule) => {
      await using bridge = await withMany(rule)
      const all = await itemsOf(bridge)
      expect(all).toHaveLength(MANY + 20)
      await deleteMany(
        bridge,
        all.slice(0, MANY).map((item) => item.id),
      )
      await bridge.worker.pull('right', 'incremental')
      await workOn(bridge)
      expect(await open(bridge)).toBe(MANY + 20)
      expect(await routeStatus(bridge.db)).toMatchObject([
        { state: 'stopped', stopped: { counted: MANY, limit: Math.floor((MANY + 20) / 10) } },
      ])

      const resume = (once: boolean) =>
        inTransaction(bridge.db, (tx) => resumeStopped(tx, bridge.deps, { routeId: bridge.routeId, once }))
      expect((await resume(false)).goesOn).toBe(false)
      await workOn(bridge)
      expect(await open(bridge)).toBe(MANY + 20)

      expect((await resume(true)).goesOn).toBe(true)
      await bridge.settle()
      expect(await open(bridge)).toBe(rule === 'propagate' ? 20 : MANY + 20)
      const [memory] = await bridge.db<{ unlinked: number }[]>`
        select count(*)::int as unlinked from pair where memory = 'unlinked'`
      expect(memory?.unlinked).toBe(rule === 'unlink' ? MANY : 0)
      expect(await routeStatus(bridge.db)).toMatchObject([{ state: 'active', stopped: null }])

      // It lasted for one pass: the next mass deletion is asked about again.
      await deleteMany(
        bridge,
        all.slice(MANY).map((item) => item.id),
      )
      await bridge.worker.pull('right', 'incremental')
      await workOn(bridge)
      expect((await routeStatus(bridge.db))[0]?.state).toBe('stopped')
    },
  )
})

describe('many tasks that are found deleted one after the other', () => {
  it('stop the route as soon as more are gone than may go', async () => {
    await using bridge = await openBridge({ manyRows: true })
    const made: number[] = []
    for (let n = 0; n < 15; n += 1) made.push((await bridge.addFubTask({ name: `Task ${n}` })).id)
    await bridge.settle()
    for (const id of made) await bridge.fub.call('DELETE', `/v1/tasks/${id}`)
    while ((await routeStatus(bridge.db))[0]?.state === 'active') {
      // What the request budget leaves out is looked at by the next complete look.
      await bridge.worker.pull('left', 'complete')
      await workOn(bridge)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await workOn(bridge)
    expect((await itemsOf(bridge)).length).toBeGreaterThanOrEqual(5)
  })
})

describe('tasks that leave the scope together', () => {
  it('stop the route, all of them are shown, and come back when the user brings them back', async () => {
    await using bridge = await openBridge({ manyRows: true })
    for (let n = 0; n < 15; n += 1) await bridge.addFubTask({ name: `Task ${n}` })
    await bridge.settle()
    const label = async (labels: readonly string[]) => {
      for (const { id } of await itemsOf(bridge))
        await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { labels })
    }
    await label(['no-sync'])
    await bridge.worker.pull('right', 'incremental')
    await workOn(bridge)
    expect(await routeStatus(bridge.db)).toMatchObject([{ state: 'stopped', stopped: { counted: 15 } }])
    await label([])
    await bridge.worker.pull('right', 'incremental')
    const { goesOn } = await inTransaction(bridge.db, (tx) =>
      resumeStopped(tx, bridge.deps, { routeId: bridge.routeId, once: false }),
    )
    expect(goesOn).toBe(true)
    await bridge.settle()
    const [linked] = await bridge.db`select count(*)::int as count from pair where memory = 'linked'`
    expect(linked?.count).toBe(15)
  })
})

describe('a whole project that its user deletes', () => {
  it.each(['delete', 'archive'] as const)(
    'by %s is one change, however many tasks lay in it: the route works on, and Follow Up Boss keeps every task',
    async (how) => {
      await using bridge = await openBridge({
        manyRows: true,
        policy: { deletes: { left: 'propagate', right: 'propagate' } },
      })
      for (let n = 0; n < 15; n += 1) await bridge.addFubTask({ name: `Task ${n}` })
      await bridge.settle()
      const general = await bridge.general()
      const command = { type: `project_${how}`, uuid: crypto.randomUUID(), args: { id: general } }
      await bridge.todoist.call('POST', '/api/v1/sync', { commands: [command] })
      await bridge.worker.pull('right', 'incremental')
      await bridge.worker.pull('right', 'complete')
      await bridge.settle()
      expect(await routeStatus(bridge.db)).toMatchObject([{ state: 'active' }])
      expect(await open(bridge)).toBe(15)
      // What comes next gets a new home.
      await bridge.addFubTask({ name: 'The next one' })
      await bridge.settle()
      expect((await itemsOf(bridge)).map((item) => item.content)).toContain('The next one')
    },
  )
})
