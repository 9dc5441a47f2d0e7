import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import '../support/provided.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, type SimClient, simClient } from '../../simulators/kit/client.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import type { Deps, Timing } from '../../src/activities/deps.ts'
import { activate, beginFill, finishFill, nextFill } from '../../src/activities/fill.ts'
import { createLog } from '../../src/config/log.ts'
import { createProviders } from '../../src/providers/registry.ts'
import { add } from '../../src/starter/commands/connect.ts'
import type { Deciding } from '../../src/starter/deciding.ts'
import type { Db } from '../../src/store/database.ts'
import { createLocalTaskStore } from '../../src/store/local/task-store.ts'
import { allRoutes, markFilled, type RouteRow, setRouteState } from '../../src/store/routes.ts'
import { type FillSteps, fill } from '../../src/workflows/fill.ts'
import { type TestWorker, workerOver } from '../histories/worker.ts'
import { TIMING } from '../histories/world.ts'
import { lendDatabase } from '../support/lent-database.ts'
import { cleanHere } from './cleaning.ts'

const SECRET = 'a secret of the tests'

/** Accounts of Todoist. */
export type Account = 'work' | 'home' | 'third'

/** Several accounts that nobody has connected yet, and commands by which to do so; `told`: what Temporal would hear of it. */
export type Accounts = {
  readonly db: Db
  readonly sims: Readonly<Record<Account | 'crm', RunningSim>>
  readonly deciding: Deciding
  readonly told: string[]
  user(account: Account): SimClient
  credentials(given: Record<string, string>): Promise<string>
  connect(account: Account, token?: string, name?: string): ReturnType<typeof add>
  newList(account: Account, name: string): Promise<string>
  /** Titles, in the order of the alphabet. */
  titles(account: Account): Promise<string[]>
  /** What the first sync of each route does, and what comes after it, with nobody but us at work. */
  fillAndSettle(): Promise<void>
  /** The first syncs of these routes as workflows run them, all at once. `changed`: steps in place of the usual ones. */
  firstSyncs(names: readonly string[], changed?: (usual: FillSteps) => Partial<FillSteps>): Promise<void>
  settle(): Promise<void>
  worker(route: RouteRow): TestWorker
  [Symbol.asyncDispose](): Promise<void>
}

/** `timing`: waits that differ from those of life. */
export async function openAccounts(timing: Partial<Timing> = {}): Promise<Accounts> {
  const database = await lendDatabase()
  const { db } = database
  const todoist = (seed: number) =>
    startTodoist({ port: 0, data: 'empty', seed, settings: { userId: String(seed) } })
  const sims = {
    work: await todoist(1),
    home: await todoist(2),
    third: await todoist(3),
    crm: await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 }),
  }
  const told: string[] = []
  const tell = (what: string) => async (ids: readonly unknown[]) => {
    told.push(...ids.map((id) => `${what} ${typeof id === 'string' ? id : (id as { name: string }).name}`))
    return 0 as const
  }
  const deciding: Deciding = {
    deps: {
      db,
      providers: createProviders(createLocalTaskStore(db)),
      timing: { ...TIMING, ...timing },
      log: createLog({ level: 'silent', format: 'json' }),
    },
    secretKey: async () => SECRET,
    signal: new AbortController().signal,
    wake: tell('wake'),
    nudge: tell('nudge'),
    startConnections: tell('start'),
    retry: tell('retry'),
    stopConnections: tell('stop'),
    wakeDeals: (deals) => tell('deal')(deals.map(({ dealId }) => dealId)),
    clean: async ({ id }) => {
      await cleanHere(
        depsWith(async () => undefined),
        id,
      )
      return 0
    },
    fill: async ({ name }) => {
      told.push(`fill ${name}`)
      return 0
    },
  }
  const depsWith = (wakeTasks: Deps['wakeTasks']): Deps => ({
    ...deciding.deps,
    secretKey: SECRET,
    wakeTasks,
    wakeDeals: async () => undefined,
  })
  const workerOf = (route: RouteRow) => workerOver(route, depsWith)
  const user = (account: Account) =>
    simClient(sims[account].url, { ...AS_USER, authorization: 'Bearer user' })
  const credentials = async (given: Record<string, string>) => {
    const path = join(await mkdtemp(join(inject('runFolder'), 'given-')), 'credentials.json')
    await writeFile(path, JSON.stringify(given))
    return path
  }
  const settle = async () => {
    const routes = await allRoutes(db)
    for (let passes = 0; passes < 3; passes += 1)
      for (const route of routes) {
        const worker = workerOf(route)
        while (await worker.work());
        await worker.pull('left', 'incremental')
        await worker.pull('right', 'incremental')
        await db`update pair set dispatched_at = null`
      }
  }
  return {
    db,
    sims,
    deciding,
    told,
    user,
    credentials,
    connect: async (account, token = 'token', name = account) =>
      add(deciding, name, {
        provider: 'todoist',
        url: sims[account].url,
        credentials: await credentials({ token }),
      }),
    async newList(account, name) {
      return (await user(account).call<{ id: string }>('POST', '/api/v1/projects', { name })).body.id
    },
    async titles(account) {
      const { body } = await user(account).call<{ results: { content: string }[] }>(
        'GET',
        '/api/v1/tasks?limit=200',
      )
      return body.results.map(({ content }) => content).sort()
    },
    async fillAndSettle() {
      const routes = await allRoutes(db)
      for (const route of routes) await setRouteState(db, route.id, 'matching')
      for (const route of routes) {
        const worker = workerOf(route)
        await worker.pull('left', 'complete')
        await worker.pull('right', 'complete')
      }
      for (const { id: routeId } of routes) {
        await activate(
          depsWith(async () => undefined),
          { routeId },
        )
        await markFilled(db, routeId)
      }
      await settle()
    },
    async firstSyncs(names, changed = () => ({})) {
      const deps = depsWith(async () => undefined)
      const routes = (await allRoutes(db)).filter(({ name }) => names.includes(name))
      const one = (route: RouteRow) => {
        const [worker, input] = [workerOf(route), { routeId: route.id }]
        const pull = (id: string) => worker.pull(id === route.leftId ? 'left' : 'right', 'complete')
        const usual: FillSteps = {
          begin: () => beginFill(deps, input),
          pull: (connectionId) => pull(connectionId).then(() => true),
          activate: () => activate(deps, input),
          next: () => nextFill(deps, input),
          settle: (pairIds) => worker.settle(pairIds),
          finish: () => finishFill(deps, input),
          rest: () => pause(20),
        }
        return fill({ ...usual, ...changed(usual) }, () => undefined)
      }
      await Promise.all(routes.map(one))
    },
    settle,
    worker: workerOf,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(sims).map((sim) => sim.close()))
      await database[Symbol.asyncDispose]()
    },
  }
}
