import { afterAll, beforeAll, expect, it } from 'vitest'
import { AS_USER, type SimClient, simClient } from '../../simulators/kit/client.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { check } from '../../src/activities/connections.ts'
import { defaultPolicy } from '../../src/activities/default-policy.ts'
import { saveConnection } from '../../src/store/connections.ts'
import { addRoute, allRoutes, markFilled, setRouteState } from '../../src/store/routes.ts'
import { type TestWorker, workerOver } from '../histories/worker.ts'
import { type Item, type Office, openOffice } from './team-office.ts'

const [BEA, SAM, LEE] = [2, 7, 9]

let office: Office
let sim: Awaited<ReturnType<typeof startTodoist>>
let todoist: SimClient
let worker: TestWorker

/** A third agent, with a Todoist and a route of their own. */
beforeAll(async () => {
  office = await openOffice({ deals: false })
  const { db, deps } = office
  sim = await startTodoist({ port: 0, data: 'empty', seed: 4, settings: { userId: '9009' } })
  todoist = simClient(sim.url, { ...AS_USER, authorization: 'Bearer user' })
  const account = { name: 'lee', provider: 'todoist', baseUrl: sim.url, credentials: { token: 'token' } }
  const rightId = await saveConnection(
    db,
    { ...account, pollSeconds: 30, webhooks: false },
    'a secret of the tests',
  )
  await check(deps, { connectionId: rightId }, new AbortController().signal)
  const [{ leftId } = { leftId: '' }] = await allRoutes(db)
  const policy = {
    ...defaultPolicy('America/New_York'),
    assignees: { only: [String(LEE)], unassigned: false },
  }
  const { id } = await addRoute(db, { name: 'lee', leftId, rightId, policy })
  await setRouteState(db, id, 'active')
  await markFilled(db, id)
  worker = workerOver({ leftId, rightId }, (wakeTasks) => ({ ...deps, wakeTasks }))
})
afterAll(async () => {
  await office[Symbol.asyncDispose]()
  await sim.close()
})

const itemsOfLee = async () =>
  (await todoist.call<{ results: Item[] }>('GET', '/api/v1/tasks?limit=200')).body.results

async function settle(): Promise<void> {
  await office.settle()
  await worker.pull('right', 'incremental')
  await office.settle()
}

it('a task that goes on to a third agent before the second one’s is done with takes along what both have typed', async () => {
  const task = await office.addTask('Call Tom', BEA)
  await settle()
  await office.edit('bea', 'Call Tom', { labels: ['garden'], priority: 4, description: 'Words of Bea' })
  await settle()
  await office.assign(task, SAM)
  await office.pull()
  // Sam's is made, and Bea's is still there.
  await office.worker('bea').work()
  expect(await office.holders('Call Tom')).toEqual(['bea', 'sam'])
  await office.edit('sam', 'Call Tom', { labels: ['garden', 'dog'] })
  await office.assign(task, LEE)
  await settle()
  expect(await office.holders('Call Tom')).toEqual([])
  const [item, ...more] = await itemsOfLee()
  expect(more).toEqual([])
  expect(item).toMatchObject({ content: 'Call Tom', priority: 4 })
  expect([...(item?.labels ?? [])].sort()).toEqual(['dog', 'garden'])
  expect(item?.description).toMatch(/^Words of Bea\n/u)
  expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0, assignedUserId: LEE })
  const writes = await office.db`select from op`
  await settle()
  expect(await office.db`select from op`).toHaveLength(writes.length)
})
