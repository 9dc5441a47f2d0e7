import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AS_USER } from '../../../simulators/kit/client.ts'
import type { RunningSim } from '../../../simulators/kit/service.ts'
import { startTodoist } from '../../../simulators/todoist/start.ts'
import { check } from '../../../src/activities/connections.ts'
import type { Deps } from '../../../src/activities/deps.ts'
import { createLog } from '../../../src/config/log.ts'
import type { RoutePolicy } from '../../../src/core/policy.ts'
import { createCalDav } from '../../../src/providers/caldav/index.ts'
import { createLocal } from '../../../src/providers/local/index.ts'
import { createTodoist } from '../../../src/providers/todoist/index.ts'
import { saveConnection } from '../../../src/store/connections.ts'
import { type Db, inTransaction, openDatabase } from '../../../src/store/database.ts'
import { json } from '../../../src/store/json.ts'
import { addList } from '../../../src/store/local/change-list.ts'
import { createLocalTaskStore } from '../../../src/store/local/task-store.ts'
import { addMapping } from '../../../src/store/mappings.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { addRoute, type RouteRow } from '../../../src/store/routes.ts'
import { change } from '../../store/local.ts'
import { type CalDavServer, startCalDav } from '../../support/caldav-servers.ts'
import { LabClock } from '../services/clock.ts'
import type { WorkSite } from '../services/crew.ts'
import { carry } from '../services/in-process.ts'
import { Journal } from '../services/journal.ts'
import { callerOf, START } from '../services/lab.ts'
import { SIDES, type Side } from '../services/sides.ts'
import { TIMING } from '../world.ts'
import { caldavApp } from './caldav-app.ts'
import { DavService } from './dav-service.ts'
import { localApp } from './local-app.ts'
import { LocalService } from './local-service.ts'
import { type Pair, PLACES, type Place, SERVICES, type Service } from './pairs.ts'
import type { UserApp } from './side.ts'
import { todoistApp } from './todoist-app.ts'
import { ZONE } from './values.ts'

const SECRET = 'a secret of the tests'
const LOGIN = { username: 'ann', password: 'a password' }
const ORIGIN = { caldav: 'http://caldav.test', todoist: 'http://todoist.test' } as const
export type Faults = readonly { readonly do: string; readonly times: number }[]

/** What one process needs for histories of one pair, one after another: both services, a record, a clock. */
export type Lab = WorkSite & {
  readonly pair: Pair
  readonly apps: Readonly<Record<Side, UserApp>>
  setFaults(side: Side, faults: Faults): Promise<void>
  /** The ids of a side's lists. */
  places(side: Side): Readonly<Record<Place, string>>
  /** All is as at the start of the first history. */
  reset(policy: Partial<RoutePolicy>, strips: boolean): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** One side's service. `fresh`: as it is before a history; `provider`: as a worker's process knows it. */
type Stand = {
  readonly app: UserApp
  readonly connection: { readonly baseUrl: string; readonly credentials: Record<string, string> }
  provider(db: Db): Deps['providers'] extends ReadonlyMap<string, infer P> ? P : never
  setFaults(faults: Faults): Promise<void>
  places(): Readonly<Record<Place, string>>
  fresh(strips: boolean): Promise<void>
  close(): Promise<void>
}

/** `url`: of an empty database, which is migrated here. */
export async function openLab(pair: Pair, url: string): Promise<Lab> {
  // One connection: what several queries at the same time are answered first must not be left to chance.
  const db = openDatabase({ url, max: 1 })
  await migrate(db)
  await db.unsafe(COUNTED_IDS)
  const services = SERVICES[pair]
  const sim = services.right === 'todoist' ? await startTodoist({ port: 0, data: 'empty', seed: 1 }) : null
  const todoist = sim === null ? null : callerOf(sim, { ...AS_USER, authorization: 'Bearer user' })
  const clock = new LabClock(db, todoist === null ? [] : [todoist], Date.parse(START))
  await clock.install()
  const writes = (service: Service) => WRITES[service]
  const journal = new Journal({ left: writes(services.left), right: writes(services.right) })
  const openStand = (side: Side): Promise<Stand> => {
    switch (services[side]) {
      case 'caldav':
        return openCalDav(side, clock, journal)
      case 'local':
        return openLocal(side, db, journal)
      case 'todoist':
        if (sim === null || todoist === null) throw new Error('Todoist is not there')
        return Promise.resolve(openTodoist(side, sim, todoist, clock, journal))
    }
  }
  const stands = { left: await openStand('left'), right: await openStand('right') }
  const freshProviders = (own: Db) =>
    new Map(SIDES.map((side) => stands[side].provider(own)).map((one) => [one.kind, one]))
  const log = createLog({ level: 'silent', format: 'json' })
  const depsFor: Lab['depsFor'] = (ownDb, providers, wakeTasks) => {
    return {
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
    }
  }
  const connect = async (side: Side) => {
    const { connection } = stands[side]
    await stands[side].fresh(false)
    const given = { name: side, provider: services[side], pollSeconds: 30, webhooks: false, ...connection }
    const connectionId = await saveConnection(db, given, SECRET)
    const deps = depsFor(db, freshProviders(db), async () => undefined)
    await check(deps, { connectionId }, new AbortController().signal)
    return connectionId
  }
  const ids = { leftId: await connect('left'), rightId: await connect('right') }
  const route = await addRoute(db, { name: 'lists', ...ids, policy: policyWith({}) })
  return {
    pair,
    db,
    clock,
    journal,
    ...ids,
    routeId: route.id,
    apps: { left: stands.left.app, right: stands.right.app },
    depsFor,
    freshProviders,
    setFaults: (side, faults) => stands[side].setFaults(faults),
    places: (side) => stands[side].places(),
    async reset(policy, strips) {
      journal.clear()
      for (const side of SIDES) {
        await stands[side].setFaults([])
        await stands[side].fresh(strips)
      }
      await clock.restart()
      await db.unsafe(EMPTY)
      await db`update route set policy = ${json(db, policyWith(policy))} where id = ${route.id}`
      await mapLists(db, route, stands)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(SIDES.map((side) => stands[side].close()))
      await db.end()
    },
  }
}

/** Both of the mapped lists, to those of the same name. */
async function mapLists(db: Db, route: RouteRow, stands: Readonly<Record<Side, Stand>>): Promise<void> {
  const [left, right] = [stands.left.places(), stands.right.places()]
  await inTransaction(db, async (tx) => {
    for (const place of PLACES)
      if (place !== 'out')
        await addMapping(tx, route, { left: left[place], right: right[place], direction: 'both' })
  })
}

function policyWith(policy: Partial<RoutePolicy>): RoutePolicy {
  return {
    zone: ZONE,
    direction: 'both',
    fields: {},
    conflicts: 'newest',
    deletes: { left: 'propagate', right: 'propagate' },
    assignees: 'anyone',
    firstSync: { kind: 'open' },
    ...policy,
  }
}

const WRITES: Readonly<Record<Service, (request: { method: string; body: string }) => boolean>> = {
  caldav: ({ method }) => ['PUT', 'DELETE', 'MOVE', 'MKCALENDAR', 'PROPPATCH'].includes(method),
  todoist: ({ body }) => body.includes('"commands":'),
  local: ({ method }) => ['write', 'addList', 'changeList'].includes(method),
}

/** A Radicale, whose user's lists are put back as they were. */
async function openCalDav(side: Side, clock: LabClock, journal: Journal): Promise<Stand> {
  const server: CalDavServer = await startCalDav('radicale')
  await server.setUsers({ [LOGIN.username]: LOGIN.password })
  const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`
  const user = async (
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const response = await fetch(`${server.url}/${LOGIN.username}/${path}`, {
      method,
      headers: { authorization, 'content-type': 'text/calendar; charset=utf-8', ...headers },
      ...(body === undefined ? {} : { body }),
    })
    if (!response.ok)
      throw new Error(`a user's ${method} was answered ${response.status}: ${await response.text()}`)
    await response.arrayBuffer()
  }
  for (const place of PLACES)
    await user('MKCALENDAR', `${place}/`, MAKE_LIST, { 'content-type': 'application/xml' })
  const home = join(server.storage, 'collection-root', LOGIN.username)
  const empty = await mkdtemp(join(tmpdir(), 'dealbridge-lists-'))
  await cp(home, empty, { recursive: true })
  const service = new DavService(server.url, ORIGIN.caldav, () => Date.parse(clock.iso))
  return {
    app: caldavApp(user, home),
    connection: { baseUrl: ORIGIN.caldav, credentials: LOGIN },
    provider: () => createCalDav({ now: () => Date.parse(clock.iso) }),
    setFaults: async (faults) => {
      await service.call('POST', '/__sim/faults', {}, JSON.stringify(faults))
    },
    places: () => ({ one: 'one', two: 'two', out: 'out' }),
    async fresh(strips) {
      carry(ORIGIN.caldav, (request) => journal.exchange(side, service, request))
      service.forget()
      service.strips = strips
      await rm(home, { recursive: true, force: true })
      await cp(empty, home, { recursive: true })
    },
    async close() {
      await service.close()
      await server.close()
      await rm(empty, { recursive: true, force: true })
    },
  }
}

const MAKE_LIST =
  '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>'

function openTodoist(
  side: Side,
  sim: RunningSim,
  user: ReturnType<typeof callerOf>,
  clock: LabClock,
  journal: Journal,
): Stand {
  let projects: Readonly<Record<Place, string>> = { one: '', two: '', out: '' }
  const make = async (name: Place) => {
    const { body } = await user.call<{ id: string }>('POST', '/api/v1/projects', { name })
    return body.id
  }
  return {
    app: todoistApp(user, () => projects),
    connection: { baseUrl: ORIGIN.todoist, credentials: { token: 'token' } },
    provider: () => createTodoist({ now: () => Date.parse(clock.iso) }),
    setFaults: async (faults) => {
      await user.call(
        'POST',
        '/__sim/faults',
        faults.map((one) => ({ match: '*', ...one })),
      )
    },
    places: () => projects,
    async fresh() {
      carry(ORIGIN.todoist, (request) => journal.exchange(side, sim, request))
      await user.call('POST', '/__sim/reset')
      // Generous limits: what a used-up budget does is for other tests.
      await user.call('POST', '/__sim/settings', { rateLimit: false, dueMicroseconds: false })
      projects = { one: await make('one'), two: await make('two'), out: await make('out') }
    },
    close: () => sim.close(),
  }
}

async function openLocal(side: Side, db: Db, journal: Journal): Promise<Stand> {
  const make = async (name: Place) => (await change(db, (writing) => addList(writing, { name }))).id
  const lists = { one: await make('one'), two: await make('two'), out: await make('out') }
  const service = new LocalService()
  return {
    app: localApp(db, () => lists),
    connection: { baseUrl: 'local:', credentials: {} },
    provider: (own) => createLocal(service.over(createLocalTaskStore(own), journal, side)),
    setFaults: async (faults) => service.setFaults(faults),
    places: () => lists,
    async fresh() {
      await db`delete from task`
      await db`delete from local_tombstone`
    },
    close: async () => undefined,
  }
}

/** Ids that are not left to chance: the order of resources is that of their names. */
const COUNTED_IDS = `
  create sequence if not exists test_ids;
  create or replace function test_id() returns uuid language sql volatile as
    $$ select overlay(overlay(md5(nextval('test_ids')::text) placing '4' from 13) placing '8' from 17)::uuid $$;
  alter table op alter column key set default test_id();
  alter table task alter column id set default test_id()`

/** Everything but the connections and their route. */
const EMPTY = `
  delete from op; delete from conflict; delete from pair_member; delete from pair; delete from remote_task;
  delete from mapping; delete from container; delete from sync_state; delete from delivery; delete from quota;
  alter sequence test_ids restart;
  update connection set state = 'ok', state_note = null, last_pull_at = null, last_complete_at = null;
  update route set state = 'active', filled_at = clock()`
