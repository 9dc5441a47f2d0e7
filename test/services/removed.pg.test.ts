import { expect, it } from 'vitest'
import { beginLeaving } from '../../src/activities/connect.ts'
import { connectionById, renewConnection } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { forgetRemoved, forgetSoon } from '../../src/store/forget.ts'
import { retireRoute, reviveRoute, routeById, setRouteState } from '../../src/store/routes.ts'
import { type Bridge, openBridge, PERSON } from './bridge.ts'
import { cleanHere } from './cleaning.ts'

/** A task of Todoist is to be made in Follow Up Boss; `fault` is what becomes of the request. */
async function beginCreate(bridge: Bridge, fault: string): Promise<void> {
  await bridge.addFubTask({ name: 'First' })
  await bridge.worker.pull('left', 'complete')
  await bridge.settle()
  await bridge.todoist.call('POST', '/api/v1/tasks', {
    content: 'Ring the notary',
    project_id: await bridge.general(),
    labels: [`person-${PERSON}`],
  })
  await bridge.worker.pull('right', 'incremental')
  await bridge.fault('fub', [{ match: 'POST /v1/tasks', nth: 1, do: fault }])
}

async function loseCreate(bridge: Bridge): Promise<void> {
  await beginCreate(bridge, 'reply-lost')
  await bridge.worker.work()
  expect(await statuses(bridge)).toEqual(['unknown'])
}

const statuses = async ({ db }: Bridge) =>
  (await db<{ status: string }[]>`select status from op where side = 'left' and verb = 'create'`).map(
    ({ status }) => status,
  )

const remove = ({ db, routeId }: Bridge) => inTransaction(db, (tx) => retireRoute(tx, routeId))

/** Adds the route again and makes its first sync. */
async function addAgain(bridge: Bridge): Promise<void> {
  const { db, routeId } = bridge
  const { policy } = await routeById(db, routeId)
  await inTransaction(db, (tx) => reviveRoute(tx, routeId, 'main', policy))
  await setRouteState(db, routeId, 'matching')
  await bridge.worker.pull('left', 'complete')
  await bridge.worker.pull('right', 'complete')
  await bridge.fill()
  await bridge.settle()
}

async function expectOneOfEach(bridge: Bridge): Promise<void> {
  expect((await bridge.fubTasks()).map(({ name }) => name).sort()).toEqual(['First', 'Ring the notary'])
  expect((await bridge.items()).map(({ content }) => content).sort()).toEqual(['First', 'Ring the notary'])
}

it('a create whose answer was lost when its route was removed is looked for once it is there again', async () => {
  await using bridge = await openBridge()
  await loseCreate(bridge)
  await remove(bridge)
  const [closed] = await bridge.db<{ text: string }[]>`
    select error ->> 'message' as text from op where side = 'left' and verb = 'create'`
  expect(closed?.text).toContain('may have been done')
  // Edited since, so that its words alone would not tell.
  const made = (await bridge.fubTasks()).find(({ name }) => name === 'Ring the notary')
  await bridge.fub.call('PUT', `/v1/tasks/${made?.id}`, { type: 'Call' })
  await addAgain(bridge)
  await expectOneOfEach(bridge)
  expect(await statuses(bridge)).toEqual(['confirmed'])
})

it('a create that is under way when its route is removed may still be answered', async () => {
  await using bridge = await openBridge()
  await beginCreate(bridge, 'delay:500')
  const working = bridge.worker.work()
  await expect.poll(() => statuses(bridge), { interval: 10 }).toEqual(['sent'])
  await remove(bridge)
  await working
  expect(await statuses(bridge)).toEqual(['confirmed'])
  await addAgain(bridge)
  await expectOneOfEach(bridge)
  expect(await statuses(bridge)).toEqual(['confirmed'])
})

it('a create whose words are forgotten is matched by those of its tasks', async () => {
  await using bridge = await openBridge()
  await loseCreate(bridge)
  await remove(bridge)
  await inTransaction(bridge.db, async (tx) => {
    await forgetSoon(tx, bridge.routeId)
    await forgetRemoved(tx, null)
  })
  await addAgain(bridge)
  await expectOneOfEach(bridge)
})

it('what a lost create has made is known when everything of ours is taken back', async () => {
  await using bridge = await openBridge({ settings: { todoist: { uuidTtlMs: 1 } } })
  const { db, leftId } = bridge
  await bridge.addFubTask({ name: 'First' })
  await bridge.worker.pull('left', 'complete')
  await bridge.settle()
  await bridge.addFubTask({ name: 'Second' })
  await bridge.worker.pull('left', 'incremental')
  await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 1, do: 'reply-lost' }])
  await bridge.worker.work()
  expect(await db`select status from op where verb = 'create' order by id`).toEqual([
    { status: 'confirmed' },
    { status: 'unknown' },
  ])
  expect(await bridge.items()).toHaveLength(2)
  // The service has forgotten the key by now, and we know it.
  await db`update op set sent_at = sent_at - interval '20 minutes'`
  const given = { ...(await connectionById(db, leftId)), credentials: { apiKey: 'key' } }
  await inTransaction(db, (tx) => beginLeaving(tx, { id: leftId, name: 'fub' }))
  await cleanHere(bridge.deps, leftId)
  await inTransaction(db, (tx) => renewConnection(tx, leftId, given, bridge.deps.secretKey))
  await addAgain(bridge)
  expect(await bridge.fubTasks()).toHaveLength(2)
  expect(await bridge.items()).toHaveLength(2)
})
