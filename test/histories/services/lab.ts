import { startFollowUpBoss } from '../../../simulators/follow-up-boss/start.ts'
import { AS_USER, type SimAnswer } from '../../../simulators/kit/client.ts'
import type { RunningSim } from '../../../simulators/kit/service.ts'
import type { SettingShape } from '../../../simulators/kit/settings.ts'
import { startTodoist } from '../../../simulators/todoist/start.ts'
import { check } from '../../../src/activities/connections.ts'
import type { Deps } from '../../../src/activities/deps.ts'
import { createLog } from '../../../src/config/log.ts'
import { createFollowUpBoss } from '../../../src/providers/follow-up-boss/index.ts'
import { createTodoist } from '../../../src/providers/todoist/index.ts'
import { connectionById, saveConnection } from '../../../src/store/connections.ts'
import { type Db, openDatabase } from '../../../src/store/database.ts'
import { json } from '../../../src/store/json.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { addRoute } from '../../../src/store/routes.ts'
import { TIMING } from '../world.ts'
import { LabClock } from './clock.ts'
import { carry } from './in-process.ts'
import { Journal } from './journal.ts'
import type { Side } from './sides.ts'
import type { Caller } from './users.ts'

const SECRET = 'a secret of the tests'
export const START = '2026-11-21T10:00:00Z'
/** Generous limits: what a used-up budget does is for other tests. */
const SETTINGS: Readonly<Record<Side, SettingShape>> = {
  left: { rateLimit: 0 },
  right: { rateLimit: false, dueMicroseconds: false },
}
export const ORIGIN: Readonly<Record<Side, string>> = {
  left: 'http://follow-up-boss.sim',
  right: 'http://todoist.sim',
}
const AS: Readonly<Record<Side, Readonly<Record<string, string>>>> = {
  left: AS_USER,
  right: { ...AS_USER, authorization: 'Bearer user' },
}

/** What one process needs for histories one after another: both simulators, a record, a clock that all share. */
export type Lab = {
  readonly db: Db
  readonly clock: LabClock
  readonly journal: Journal
  readonly leftId: string
  readonly rightId: string
  readonly routeId: string
  readonly user: Readonly<Record<Side, Caller>>
  readonly sims: Readonly<Record<Side, RunningSim>>
  depsFor(db: Db, providers: Deps['providers'], wakeTasks: Deps['wakeTasks']): Deps
  freshProviders(db: Db): Deps['providers']
  /** All is as at the start of the first history, and of several labs this one has the services. `settings`: switches of the simulators beside the lab's own. */
  reset(settings?: Partial<Record<Side, SettingShape>>): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** `url`: of an empty database, which is migrated here. */
export async function openLab(url: string): Promise<Lab> {
  // One connection: what several queries at the same time are answered first must not be left to chance.
  const db = openDatabase({ url, max: 1 })
  await migrate(db)
  const sims = {
    left: await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 }),
    right: await startTodoist({ port: 0, data: 'empty', seed: 1 }),
  }
  const user = { left: callerOf(sims.left, AS.left), right: callerOf(sims.right, AS.right) }
  const clock = new LabClock(db, Object.values(user), Date.parse(START))
  const journal = new Journal()
  await clock.install()
  const log = createLog({ level: 'silent', format: 'json' })
  const freshProviders = () =>
    new Map(
      [createFollowUpBoss(), createTodoist({ now: () => Date.parse(clock.iso) })].map((one) => [
        one.kind,
        one,
      ]),
    )
  const depsFor: Lab['depsFor'] = (ownDb, providers, wakeTasks) => ({
    db: ownDb,
    providers,
    secretKey: SECRET,
    timing: TIMING,
    log,
    wakeTasks,
    wakeDeals: async () => undefined,
    pause: async (ms) => {
      await clock.advance(ms)
      await clock.flush()
    },
  })
  let resets = 0
  const reset: Lab['reset'] = async (settings = {}) => {
    journal.clear()
    for (const side of ['left', 'right'] as const) {
      carry(ORIGIN[side], (request) => journal.exchange(side, sims[side], request))
      await user[side].call('POST', '/__sim/reset')
      await user[side].call('POST', '/__sim/settings', { ...SETTINGS[side], ...settings[side] })
      await user[side].call('POST', '/__sim/webhooks', {
        url: `http://127.0.0.1/${side}`,
        secret: side === 'left' ? 'system' : 'hook',
        events: ['*'],
      })
    }
    await clock.restart()
    resets += 1
    if (resets % SWEEP_EVERY === 0) await db.unsafe(SWEEP)
    await db.unsafe(EMPTY)
  }

  const connect = (name: string, provider: string, baseUrl: string, credentials: Record<string, string>) =>
    saveConnection(db, { name, provider, baseUrl, credentials, pollSeconds: 30, webhooks: true }, SECRET)
  const leftId = await connect('fub', 'follow-up-boss', `${ORIGIN.left}/v1`, {
    apiKey: 'key',
    systemName: 'Test',
    systemKey: 'system',
  })
  const rightId = await connect('todoist', 'todoist', ORIGIN.right, { token: 'token', webhookSecret: 'hook' })
  await reset()
  const deps = depsFor(db, freshProviders(), async () => undefined)
  for (const connectionId of [leftId, rightId])
    await check(deps, { connectionId }, new AbortController().signal)
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
    },
  })
  return {
    db,
    clock,
    journal,
    leftId,
    rightId,
    routeId: route.id,
    user,
    sims,
    depsFor,
    freshProviders,
    reset,
    async [Symbol.asyncDispose]() {
      await Promise.all([sims.left.close(), sims.right.close()])
      await db.end()
    },
  }
}

/**
 * Everything but the connections and their route. Rows are deleted, because after a truncation every plan is made anew;
 * what that leaves in the files is swept away now and then.
 */
const EMPTY = `
  delete from op; delete from conflict; delete from pair_member; delete from pair; delete from remote_task;
  delete from stamp; delete from checklist; delete from deal_home; delete from deal_cache; delete from deal_stage; delete from container; delete from sync_state; delete from delivery; delete from quota; delete from person;
  update connection set state = 'ok', state_note = null, last_pull_at = null, last_complete_at = null,
    deals_listed_at = null;
  update route set state = 'active', filled_at = clock()`

const SWEEP_EVERY = 100
const SWEEP = `
  truncate pair, pair_member, remote_task, container, op, conflict, sync_state, delivery, quota, person restart identity cascade`

/** Somebody who acts at a simulator in this process. */
export function callerOf(sim: RunningSim, headers: Readonly<Record<string, string>>): Caller {
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<SimAnswer<T>> {
      const answer = await sim.call(
        method,
        path,
        body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body === undefined ? '' : JSON.stringify(body),
      )
      if (answer === 'cut') throw new Error(`the simulator gave a user no answer to ${method} ${path}`)
      const text = answer.sent.toString('utf8')
      const json =
        text === '' ? undefined : text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text
      return { status: answer.status, headers: new Headers(answer.headers), body: json as T }
    },
  }
}

/** The account that the record believes the left side to be, for the marker of General. */
export async function accountOf(lab: Lab): Promise<string> {
  return (await connectionById(lab.db, lab.leftId)).facts?.accountId ?? ''
}

export async function setPolicy(lab: Lab, policy: Readonly<Record<string, unknown>>): Promise<void> {
  await lab.db`update route set policy = ${json(lab.db, policy)} where id = ${lab.routeId}`
}
