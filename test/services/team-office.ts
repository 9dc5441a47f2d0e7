import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, type SimClient, simClient } from '../../simulators/kit/client.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { check } from '../../src/activities/connections.ts'
import { defaultPolicy } from '../../src/activities/default-policy.ts'
import type { Deps, Timing } from '../../src/activities/deps.ts'
import { createLog } from '../../src/config/log.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import type { AssigneeScope } from '../../src/core/policy.ts'
import { createFollowUpBoss } from '../../src/providers/follow-up-boss/index.ts'
import { createTodoist } from '../../src/providers/todoist/index.ts'
import { saveConnection } from '../../src/store/connections.ts'
import type { Db } from '../../src/store/database.ts'
import { addRoute, markFilled, setRouteState } from '../../src/store/routes.ts'
import { Trouble } from '../../src/workflows/settle.ts'
import { type HttpWeather, openHttpWeather } from '../contract/http-weather.ts'
import { type AsActivity, type TestWorker, workerOver } from '../histories/worker.ts'
import { lendDatabase } from '../support/lent-database.ts'
import type { FubTask, TodoistItem } from './bridge.ts'
import { stillOpen } from './still-open.ts'

const SECRET = 'a secret of the tests'
/** Whoever is still at work after so many rounds goes round in a circle. */
const MAX_ROUNDS = 60

const TIMING: Timing = {
  staleReadMs: 50,
  deleteGraceMs: 50,
  createSettleMs: 50,
  writeDeadlineMs: 300,
  reconcileMs: { polled: 600_000, webhooks: 3_600_000 },
  dealsMs: 300_000,
}

/** Agents of the simulated account with a Todoist of their own. */
export const AGENTS = { bea: '2', sam: '7' } as const
export type Agent = keyof typeof AGENTS
/** The key's own user, who has none. */
export const OWNER = 1

/** A task of the CRM. */
export type FubTaskOf = FubTask

export type Item = TodoistItem & { readonly priority: number }

/** A team: one account of the CRM with the key of its owner, a Todoist and a route for each of two agents. */
export type Office = {
  readonly db: Db
  readonly deps: Deps
  readonly crm: SimClient
  readonly crmUrl: string
  readonly todoist: Readonly<Record<Agent, SimClient>>
  readonly weather: Readonly<Record<Agent | 'crm', HttpWeather>>
  readonly routes: Readonly<Record<Agent, string>>
  /** A task of the CRM; `of`: whose it is. */
  addTask(name: string, of: number, personId?: number): Promise<FubTask>
  assign(task: FubTask, to: number): Promise<void>
  crmTask(task: FubTask): Promise<FubTask & { readonly assignedUserId: number }>
  /** What an agent has open. */
  items(agent: Agent): Promise<Item[]>
  titles(): Promise<Record<Agent, string[]>>
  /** One that is open; throws where there is none. */
  item(agent: Agent, content: string): Promise<Item>
  /** Who has it open, as often as they do. */
  holders(content: string): Promise<Agent[]>
  edit(agent: Agent, content: string, fields: Record<string, unknown>): Promise<void>
  comments(agent: Agent, content: string): Promise<string[]>
  pull(): Promise<void>
  /** Pulls and settles until nothing is left to do, and all short waits are over. `asActivity`: of a worker who may die. */
  settle(asActivity?: AsActivity): Promise<void>
  worker(agent: Agent, asActivity?: AsActivity): TestWorker
  [Symbol.asyncDispose](): Promise<void>
}

export type OfficeOptions = {
  readonly assignees?: Partial<Record<Agent, AssigneeScope>>
  readonly deals?: boolean
}

export async function openOffice({ assignees = {}, deals = true }: OfficeOptions = {}): Promise<Office> {
  const database = await lendDatabase()
  const { db } = database
  const sims = {
    crm: await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 }),
    bea: await startTodoist({ port: 0, data: 'empty', seed: 2, settings: { userId: '2002' } }),
    sam: await startTodoist({ port: 0, data: 'empty', seed: 3, settings: { userId: '7007' } }),
  }
  const weather = {
    crm: await openHttpWeather(sims.crm.url),
    bea: await openHttpWeather(sims.bea.url),
    sam: await openHttpWeather(sims.sam.url),
  }
  const crm = simClient(sims.crm.url, AS_USER)
  const userOf = (agent: Agent) => simClient(sims[agent].url, { ...AS_USER, authorization: 'Bearer user' })
  const todoist = { bea: userOf('bea'), sam: userOf('sam') }
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
  const deps = depsWith(async () => undefined)
  const connect = async (
    name: string,
    provider: string,
    baseUrl: string,
    credentials: Record<string, string>,
  ) => {
    const given = { name, provider, baseUrl, credentials, pollSeconds: 30, webhooks: false }
    const connectionId = await saveConnection(db, given, SECRET)
    await check(deps, { connectionId }, new AbortController().signal)
    return connectionId
  }
  const leftId = await connect('crm', 'follow-up-boss', `${weather.crm.url}/v1`, {
    apiKey: 'key',
    systemName: 'Test',
    systemKey: 'system',
  })
  const ids = {
    bea: { leftId, rightId: await connect('bea', 'todoist', weather.bea.url, { token: 'token' }) },
    sam: { leftId, rightId: await connect('sam', 'todoist', weather.sam.url, { token: 'token' }) },
  }
  const addRouteOf = async (agent: Agent) => {
    const policy = {
      ...defaultPolicy('America/New_York'),
      ...(deals ? { deals: DEFAULT_DEALS } : {}),
      assignees: assignees[agent] ?? { only: [AGENTS[agent]], unassigned: false },
    }
    const { id } = await addRoute(db, { name: agent, ...ids[agent], policy })
    await setRouteState(db, id, 'active')
    await markFilled(db, id)
    return id
  }
  const routes = { bea: await addRouteOf('bea'), sam: await addRouteOf('sam') }
  const worker = (agent: Agent, asActivity?: AsActivity) => workerOver(ids[agent], depsWith, asActivity)
  const pullWith = async () => {
    if (deals) await worker('bea').pullDeals('complete')
    await worker('bea').pull('left', 'incremental')
    for (const agent of ['bea', 'sam'] as const) await worker(agent).pull('right', 'incremental')
  }

  const office: Office = {
    db,
    deps,
    crm,
    crmUrl: sims.crm.url,
    todoist,
    weather,
    routes,
    async addTask(name, of, personId = 5001) {
      const given = { personId, type: 'Follow Up', name, assignedUserId: of }
      const { body, status } = await crm.call<FubTask>('POST', '/v1/tasks', given)
      if (status >= 300) throw new Error(JSON.stringify(body))
      return body
    },
    async assign({ id }, to) {
      const { body, status } = await crm.call('PUT', `/v1/tasks/${id}`, { assignedUserId: to })
      if (status >= 300) throw new Error(JSON.stringify(body))
    },
    async crmTask({ id }) {
      return (await crm.call<FubTask & { assignedUserId: number }>('GET', `/v1/tasks/${id}`)).body
    },
    async items(agent) {
      return (await todoist[agent].call<{ results: Item[] }>('GET', '/api/v1/tasks?limit=200')).body.results
    },
    async titles() {
      const of = async (agent: Agent) => (await office.items(agent)).map(({ content }) => content).sort()
      return { bea: await of('bea'), sam: await of('sam') }
    },
    async item(agent, content) {
      const found = (await office.items(agent)).find((one) => one.content === content)
      if (found === undefined) throw new Error(`${agent} has no task ${content}`)
      return found
    },
    async holders(content) {
      const of = async (agent: Agent) =>
        (await office.items(agent)).filter((one) => one.content === content).map(() => agent)
      return [...(await of('bea')), ...(await of('sam'))]
    },
    async edit(agent, content, fields) {
      const { id } = await office.item(agent, content)
      const { status, body } = await todoist[agent].call('POST', `/api/v1/tasks/${id}`, fields)
      if (status >= 300) throw new Error(JSON.stringify(body))
    },
    async comments(agent, content) {
      const path = `/api/v1/comments?task_id=${(await office.item(agent, content)).id}`
      const { body } = await todoist[agent].call<{ results: { content: string }[] }>('GET', path)
      return body.results.map((one) => one.content)
    },
    pull: pullWith,
    async settle(asActivity) {
      for (let rounds = 0, quiet = false; !quiet; rounds += 1) {
        if (rounds > MAX_ROUNDS) throw new Error('It does not come to rest')
        await unlessTroubled(pullWith)
        let worked = false
        const active = worker('bea', asActivity)
        while (await active.work()) worked = true
        quiet = !worked && !(await stillOpen(db))
        await db`update pair set dispatched_at = null`
        await db`update deal_home set dispatched_at = null`
      }
    },
    worker,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(weather).map((one) => one.close()))
      await Promise.all(Object.values(sims).map((sim) => sim.close()))
      await database[Symbol.asyncDispose]()
    },
  }
  return office
}

/** What a service could not answer now is asked again with the next round. */
async function unlessTroubled(work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof Trouble)) throw error
  })
}
