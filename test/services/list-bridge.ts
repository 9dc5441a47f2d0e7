import { AS_USER, type SimClient, simClient } from '../../simulators/kit/client.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { check } from '../../src/activities/connections.ts'
import type { Deps, Timing } from '../../src/activities/deps.ts'
import { createLog } from '../../src/config/log.ts'
import type { ListPair } from '../../src/core/list-map.ts'
import type { Side } from '../../src/core/policy.ts'
import { createTodoist } from '../../src/providers/todoist/index.ts'
import { saveConnection } from '../../src/store/connections.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { addMapping } from '../../src/store/mappings.ts'
import { addRoute, markFilled, setRouteState } from '../../src/store/routes.ts'
import { type TestWorker, workerOver } from '../histories/worker.ts'
import { lendDatabase } from '../support/lent-database.ts'
import type { TodoistItem } from './bridge.ts'
import { stillOpen } from './still-open.ts'

const SECRET = 'a secret of the tests'
const TIMING: Timing = {
  staleReadMs: 300,
  deleteGraceMs: 300,
  createSettleMs: 300,
  writeDeadlineMs: 1_500,
  reconcileMs: { polled: 600_000, webhooks: 3_600_000 },
  dealsMs: 300_000,
}

/** A task of one of the two accounts, in its user's words. */
export type ListedItem = TodoistItem & { readonly parent_id: string | null }

/** A route between two accounts of one service, whose lists its users map to each other. */
export type ListBridge = {
  readonly db: Db
  readonly deps: Deps
  readonly worker: TestWorker
  readonly users: Readonly<Record<Side, SimClient>>
  addList(side: Side, name: string): Promise<string>
  map(lists: Omit<ListPair, 'direction'> & Partial<ListPair>): Promise<void>
  add(side: Side, fields: Record<string, unknown>): Promise<ListedItem>
  items(side: Side): Promise<ListedItem[]>
  settle(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function openListBridge(): Promise<ListBridge> {
  const database = await lendDatabase()
  const { db } = database
  const sims = {
    left: await startTodoist({ port: 0, data: 'empty', seed: 1 }),
    right: await startTodoist({ port: 0, data: 'empty', seed: 2, settings: { userId: '2' } }),
  }
  const userOf = (side: Side) => simClient(sims[side].url, { ...AS_USER, authorization: 'Bearer user' })
  const users = { left: userOf('left'), right: userOf('right') }
  const provider = createTodoist()
  const depsWith = (wakeTasks: Deps['wakeTasks']): Deps => ({
    db,
    providers: new Map([[provider.kind, provider]]),
    secretKey: SECRET,
    timing: TIMING,
    log: createLog({ level: 'silent', format: 'json' }),
    wakeTasks,
    wakeDeals: async () => undefined,
  })
  const deps = depsWith(async () => undefined)
  const connect = async (side: Side) => {
    const given = { name: side, provider: provider.kind, baseUrl: sims[side].url, pollSeconds: 30 }
    const id = await saveConnection(
      db,
      { ...given, credentials: { token: 'token' }, webhooks: false },
      SECRET,
    )
    await check(deps, { connectionId: id }, new AbortController().signal)
    return id
  }
  const ids = { leftId: await connect('left'), rightId: await connect('right') }
  const route = await addRoute(db, {
    name: 'lists',
    ...ids,
    policy: {
      zone: 'America/New_York',
      direction: 'both',
      fields: {},
      conflicts: 'newest',
      deletes: { left: 'propagate', right: 'propagate' },
      assignees: 'anyone',
      firstSync: { kind: 'open' },
    },
  })
  await setRouteState(db, route.id, 'active')
  await markFilled(db, route.id)
  const worker = workerOver(ids, depsWith)
  return {
    db,
    deps,
    worker,
    users,
    async addList(side, name) {
      const { body } = await users[side].call<{ id: string }>('POST', '/api/v1/projects', { name })
      return body.id
    },
    async map(lists) {
      await inTransaction(db, (tx) => addMapping(tx, route, { direction: 'both', ...lists }))
    },
    async add(side, fields) {
      return (await users[side].call<ListedItem>('POST', '/api/v1/tasks', fields)).body
    },
    async items(side) {
      const { body } = await users[side].call<{ results: ListedItem[] }>('GET', '/api/v1/tasks?limit=200')
      return body.results
    },
    async settle() {
      for (let quiet = false; !quiet; ) {
        await worker.pull('left', 'incremental')
        await worker.pull('right', 'incremental')
        let worked = false
        while (await worker.work()) worked = true
        const open = await stillOpen(db)
        quiet = !worked && !open
        await db`update pair set dispatched_at = null`
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([sims.left.close(), sims.right.close()])
      await database[Symbol.asyncDispose]()
    },
  }
}
