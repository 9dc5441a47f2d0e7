import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, type SimClient, simClient } from '../../simulators/kit/client.ts'
import type { SettingShape } from '../../simulators/kit/settings.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { check } from '../../src/activities/connections.ts'
import type { Deps, Timing } from '../../src/activities/deps.ts'
import { activate } from '../../src/activities/fill.ts'
import { createLog } from '../../src/config/log.ts'
import type { RoutePolicy } from '../../src/core/policy.ts'
import { createFollowUpBoss } from '../../src/providers/follow-up-boss/index.ts'
import { createTodoist } from '../../src/providers/todoist/index.ts'
import { saveConnection } from '../../src/store/connections.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { addRoute, markFilled, setRouteState } from '../../src/store/routes.ts'
import { type HttpWeather, openHttpWeather } from '../contract/http-weather.ts'
import { type TestWorker, workerOver } from '../histories/worker.ts'
import { openMigratedDatabase } from '../support/database.ts'
import { type LentDatabase, lendDatabase } from '../support/lent-database.ts'
import { stillOpen } from './still-open.ts'

const SECRET = 'a secret of the tests'
/** Whoever is still at work after so many rounds goes round in a circle. */
const MAX_ROUNDS = 200

/** In 10 s, as Follow Up Boss tells it: who pulls round after round would wait for the budget most of his time. */
const MANY_REQUESTS = 10_000

/** Short waits, so that what takes a minute in life takes moments here. */
const TIMING: Timing = {
  staleReadMs: 300,
  deleteGraceMs: 300,
  createSettleMs: 300,
  writeDeadlineMs: 1_500,
  reconcileMs: { polled: 600_000, webhooks: 3_600_000 },
  dealsMs: 300_000,
}

export type FubTask = {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly isCompleted: number
  readonly dueDate: string | null
  readonly dueDateTime: string | null
  readonly personId: number
}
export type TodoistItem = {
  readonly id: string
  readonly content: string
  readonly description: string
  readonly project_id: string
  readonly section_id: string | null
  readonly labels: readonly string[]
  readonly checked: boolean
  readonly is_deleted: boolean
  readonly due: { readonly date: string; readonly timezone: string | null } | null
}

/**
 * Both simulated services, the record, and a worker between them, who reaches the services through the weather; users
 * act through `fub` and `todoist`.
 */
export type Bridge = {
  readonly db: Db
  readonly fub: SimClient
  readonly todoist: SimClient
  readonly weather: Readonly<Record<'fub' | 'todoist', HttpWeather>>
  readonly leftId: string
  readonly worker: TestWorker
  readonly deps: Deps
  readonly routeId: string
  fubTasks(): Promise<FubTask[]>
  items(): Promise<TodoistItem[]>
  addFubTask(fields: Record<string, unknown>): Promise<FubTask>
  general(): Promise<string>
  /** Forgets everything but the connections, and looks at both sides as before a first sync that was confirmed. */
  pullFresh(): Promise<void>
  /** Matches what `pullFresh` has seen. */
  fill(): Promise<void>
  /** Forgets everything but the connections, and makes the first sync again. */
  loseTheRecord(): Promise<void>
  /** Pulls and settles until nothing is left to do, and all short waits are over. */
  settle(): Promise<void>
  /** Lets so much time pass at the services that what they hide of new tasks is shown. */
  showNewTasks(): Promise<void>
  fault(on: 'fub' | 'todoist', faults: readonly Record<string, unknown>[]): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type BridgeOptions = {
  readonly policy?: Partial<RoutePolicy>
  readonly fubKeys?: Record<string, number>
  /** There will be hundreds of tasks. */
  readonly manyRows?: true
  /** A record of its own, of which more than rows may change. */
  readonly ownRecord?: true
  /** Switches of the simulators. */
  readonly settings?: { readonly followUpBoss?: SettingShape; readonly todoist?: SettingShape }
}

export const PERSON = 5001

export async function openBridge(options: BridgeOptions = {}): Promise<Bridge> {
  const database = await (options.ownRecord === true ? ownDatabase() : lendDatabase())
  const { db } = database
  const sims = {
    fub: await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 }),
    todoist: await startTodoist({ port: 0, data: 'empty', seed: 1 }),
  }
  const fub = simClient(sims.fub.url, AS_USER)
  const todoist = simClient(sims.todoist.url, { ...AS_USER, authorization: 'Bearer user' })
  await fub.call('POST', '/__sim/settings', { rateLimit: MANY_REQUESTS, ...options.settings?.followUpBoss })
  await todoist.call('POST', '/__sim/settings', options.settings?.todoist ?? {})
  if (options.fubKeys !== undefined) await fub.call('POST', '/__sim/keys', { keys: options.fubKeys })

  const weather = {
    fub: await openHttpWeather(sims.fub.url),
    todoist: await openHttpWeather(sims.todoist.url),
  }

  const connect = (name: string, provider: string, baseUrl: string, credentials: Record<string, string>) =>
    saveConnection(db, { name, provider, baseUrl, credentials, pollSeconds: 30, webhooks: false }, SECRET)
  const apiKey = Object.keys(options.fubKeys ?? { key: 1 })[0] ?? 'key'
  const registered = { systemName: 'Test', systemKey: 'system' }
  const leftId = await connect('fub', 'follow-up-boss', `${weather.fub.url}/v1`, { apiKey, ...registered })
  const rightId = await connect('todoist', 'todoist', weather.todoist.url, { token: 'token' })
  const providers = new Map([createFollowUpBoss(), createTodoist()].map((one) => [one.kind, one]))
  const depsWith = (wakeTasks: Deps['wakeTasks']): Deps => ({
    db,
    providers,
    secretKey: SECRET,
    timing: TIMING,
    log: createLog({ level: 'silent', format: 'json' }),
    wakeTasks,
    wakeDeals: async () => undefined,
  })
  const signal = new AbortController().signal
  for (const connectionId of [leftId, rightId])
    await check(
      depsWith(async () => undefined),
      { connectionId },
      signal,
    )
  const route = await addRoute(db, {
    name: 'main',
    leftId,
    rightId,
    policy: {
      zone: 'America/New_York',
      direction: 'both',
      fields: {},
      conflicts: 'newest',
      deletes: { left: 'propagate', right: 'unlink' },
      assignees: 'own',
      firstSync: { kind: 'open' },
      ...options.policy,
    },
  })
  await setRouteState(db, route.id, 'active')
  await markFilled(db, route.id)
  const worker = workerOver({ leftId, rightId }, depsWith)

  const showNewTasks = async () => {
    const { createVisibilityLagMs = 0 } = options.settings?.followUpBoss ?? {}
    const { fullSyncLagMs = 0 } = options.settings?.todoist ?? {}
    if (Number(createVisibilityLagMs) > 0)
      await fub.call('POST', '/__sim/clock', { advanceMs: Number(createVisibilityLagMs) })
    if (Number(fullSyncLagMs) > 0)
      await todoist.call('POST', '/__sim/clock', { advanceMs: Number(fullSyncLagMs) })
  }

  const bridge: Bridge = {
    db,
    fub,
    todoist,
    weather,
    leftId,
    worker,
    deps: depsWith(async () => undefined),
    routeId: route.id,
    async fubTasks() {
      const { body } = await fub.call<{ tasks: FubTask[] }>('GET', '/v1/tasks?limit=100')
      return body.tasks
    },
    async items() {
      const { body } = await todoist.call<{ results: TodoistItem[] }>('GET', '/api/v1/tasks?limit=200')
      return body.results
    },
    async addFubTask(fields) {
      const given = { personId: PERSON, assignedUserId: 1, type: 'Follow Up', ...fields }
      const { body, status } = await fub.call<FubTask>('POST', '/v1/tasks', given)
      if (status >= 300) throw new Error(`the simulator refused the task: ${JSON.stringify(body)}`)
      return body
    },
    async general() {
      const { body } = await todoist.call<{ results: { id: string; name: string }[] }>(
        'GET',
        '/api/v1/projects',
      )
      return body.results.find((one) => one.name.includes('General'))?.id ?? ''
    },
    async settle() {
      let rounds = 0
      for (let quiet = false; !quiet; ) {
        rounds += 1
        if (rounds > MAX_ROUNDS) throw new Error('It does not come to rest')
        await showNewTasks()
        if (options.policy?.deals !== undefined) await worker.pullDeals('complete')
        await worker.pull('left', 'incremental')
        await worker.pull('right', 'incremental')
        let worked = false
        while (await worker.work()) worked = true
        const open = await stillOpen(db)
        quiet = !worked && !open
        await db`update pair set dispatched_at = null`
        await db`update deal_home set dispatched_at = null`
      }
    },
    async pullFresh() {
      await db`truncate pair, remote_task, container, sync_state, delivery cascade`
      await db`update route set state = 'matching', filled_at = null`
      await showNewTasks()
      await worker.pull('left', 'complete')
      await worker.pull('right', 'complete')
    },
    async fill() {
      await activate(bridge.deps, { routeId: route.id })
      await markFilled(db, route.id)
    },
    async loseTheRecord() {
      await bridge.pullFresh()
      await bridge.fill()
    },
    showNewTasks,
    async fault(on, faults) {
      await (on === 'fub' ? fub : todoist).call('POST', '/__sim/faults', faults)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([weather.fub.close(), weather.todoist.close()])
      await Promise.all([sims.fub.close(), sims.todoist.close()])
      await database[Symbol.asyncDispose]()
    },
  }
  return bridge
}

async function ownDatabase(): Promise<LentDatabase> {
  const own = await openMigratedDatabase()
  const db = openDatabase({ url: own.url })
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.end({ timeout: 5 })
      await own[Symbol.asyncDispose]()
    },
  }
}
