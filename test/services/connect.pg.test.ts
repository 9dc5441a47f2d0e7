import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import type { Deps } from '../../src/activities/deps.ts'
import { activate } from '../../src/activities/fill.ts'
import { createLog } from '../../src/config/log.ts'
import { createProviders } from '../../src/providers/registry.ts'
import { add, edit, lists, pause, remove, retry } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, remove as removeRoute } from '../../src/starter/commands/route-admin.ts'
import type { Deciding } from '../../src/starter/deciding.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrate.ts'
import { allRoutes, markFilled, setRouteState } from '../../src/store/routes.ts'
import { workerOver } from '../histories/worker.ts'
import { TIMING } from '../histories/world.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const SECRET = 'a secret of the tests'

let database: TestDatabase
let db: Db
let sims: Readonly<Record<'work' | 'home' | 'crm', RunningSim>>
let told: string[]
let deciding: Deciding

beforeEach(async () => {
  database = await openTestDatabase()
  db = openDatabase({ url: database.url })
  await migrate(db)
  sims = {
    work: await startTodoist({ port: 0, data: 'empty', seed: 1 }),
    home: await startTodoist({ port: 0, data: 'empty', seed: 2, settings: { userId: '2' } }),
    crm: await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 }),
  }
  told = []
  const tell = (what: string) => async (ids: readonly unknown[]) => {
    told.push(...ids.map((id) => `${what} ${typeof id === 'string' ? id : (id as { name: string }).name}`))
    return 0 as const
  }
  deciding = {
    deps: {
      db,
      providers: createProviders(),
      timing: TIMING,
      log: createLog({ level: 'silent', format: 'json' }),
    },
    secretKey: async () => SECRET,
    signal: new AbortController().signal,
    wake: tell('wake'),
    nudge: tell('nudge'),
    startConnections: tell('start'),
    retry: tell('retry'),
    stopConnections: tell('stop'),
    fill: async ({ name }) => {
      told.push(`fill ${name}`)
      return 0
    },
  }
})

afterEach(async () => {
  await Promise.all([...Object.values(sims).map((sim) => sim.close()), db.end()])
  await database[Symbol.asyncDispose]()
})

type Account = 'work' | 'home'

const userOf = (account: Account) =>
  simClient(sims[account].url, { ...AS_USER, authorization: 'Bearer user' })

async function credentialsFile(credentials: Record<string, string>): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'dealbridge-test-')), 'credentials.json')
  await writeFile(path, JSON.stringify(credentials))
  return path
}

const connectTodoist = async (account: Account, token = 'token', name: string = account) =>
  add(deciding, name, {
    provider: 'todoist',
    url: sims[account].url,
    credentials: await credentialsFile({ token }),
  })

async function newList(account: Account, name: string): Promise<string> {
  return (await userOf(account).call<{ id: string }>('POST', '/api/v1/projects', { name })).body.id
}

async function items(account: Account): Promise<string[]> {
  const { body } = await userOf(account).call<{ results: { content: string }[] }>(
    'GET',
    '/api/v1/tasks?limit=200',
  )
  return body.results.map(({ content }) => content).sort()
}

/** What the first sync of the only route does, with nobody but us at work. */
async function fillAndSettle(): Promise<void> {
  const [route] = await allRoutes(db)
  if (route === undefined) throw new Error('there is no route')
  const depsWith = (wakeTasks: Deps['wakeTasks']): Deps => ({
    ...deciding.deps,
    secretKey: SECRET,
    wakeTasks,
  })
  const worker = workerOver(route, depsWith)
  await setRouteState(db, route.id, 'matching')
  await worker.pull('left', 'complete')
  await worker.pull('right', 'complete')
  await activate(
    depsWith(async () => undefined),
    { routeId: route.id },
  )
  await markFilled(db, route.id)
  for (let passes = 0; passes < 3; passes += 1) {
    while (await worker.work());
    await worker.pull('left', 'incremental')
    await worker.pull('right', 'incremental')
    await db`update pair set dispatched_at = null`
  }
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

it('an account is connected once, by a key that its service takes, and by what its provider asks for', async () => {
  const { json, lines } = await connectTodoist('work')
  expect(json).toEqual({ connection: 'work', provider: 'todoist', back: false })
  expect(lines[0]).toBe('work is connected: todoist.')
  expect(told).toEqual(['start work'])
  expect(await codeOf(connectTodoist('work'))).toBe('NAME_TAKEN')
  expect(await codeOf(connectTodoist('work', 'token', 'again'))).toBe('CONNECTED_ALREADY')
  await simClient(sims.home.url, AS_USER).call('POST', '/__sim/keys', { keys: ['another'] })
  expect(await codeOf(connectTodoist('home'))).toBe('KEY_REFUSED')
  const none = await credentialsFile({})
  expect(await codeOf(add(deciding, 'home', { provider: 'todoist', credentials: none }))).toBe(
    'CREDENTIALS_MISSING',
  )
  expect(await codeOf(add(deciding, 'home', { provider: 'todois', credentials: none }))).toBe(
    'NO_SUCH_PROVIDER',
  )
  const url = 'http://127.0.0.1:9'
  const credentials = await credentialsFile({ token: 'token' })
  expect(await codeOf(add(deciding, 'home', { provider: 'todoist', url, credentials }))).toBe(
    'SERVICE_UNREACHABLE',
  )
  expect(await db`select name from connection`).toEqual([{ name: 'work' }])
})

it('a key may be changed for another of the same account, and for none of another one', async () => {
  await connectTodoist('work')
  const { json } = await edit(deciding, 'work', {
    name: 'office',
    credentials: await credentialsFile({ token: 'another' }),
    poll: 10,
  })
  expect(json).toEqual({ connection: 'office', state: 'ok' })
  expect(await codeOf(edit(deciding, 'office', { url: sims.home.url }))).toBe('OTHER_ACCOUNT')
  expect(await codeOf(edit(deciding, 'work', {}))).toBe('NO_SUCH_CONNECTION')
  expect(await db`select name, poll_seconds from connection`).toEqual([{ name: 'office', poll_seconds: 10 }])
})

it('nobody looks at a paused connection until it is tried again', async () => {
  await connectTodoist('work')
  const [row] = await db<{ id: string }[]>`select id from connection`
  await pause(deciding, 'work')
  expect(await codeOf(lists(deciding, 'work'))).toBeUndefined()
  expect(await db`select state from connection`).toEqual([{ state: 'paused' }])
  await retry(deciding, 'work')
  expect(told.slice(1)).toEqual([`nudge ${row?.id}`, `retry ${row?.id}`])
  await newList('work', 'Offers')
  const { json } = await lists(deciding, 'work')
  expect(json).toMatchObject({ lists: [{ name: 'Inbox' }, { name: 'Offers' }] })
})

it('lists are mapped by name, what is in both is matched, and removed ones are in step no more', async () => {
  await connectTodoist('work')
  await connectTodoist('home')
  expect((await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})).json).toMatchObject({
    state: 'draft',
    policy: { deletes: { left: 'propagate', right: 'propagate' } },
  })
  const [work, home] = [await newList('work', 'Offers'), await newList('home', 'Deals')]
  await userOf('work').call('POST', '/api/v1/tasks', { content: 'Both', project_id: work })
  await userOf('home').call('POST', '/api/v1/tasks', { content: 'Both', project_id: home })
  await userOf('work').call('POST', '/api/v1/tasks', { content: 'One', project_id: work })
  const names = { route: 'lists', left: 'offers', right: 'Deals' }
  expect(await codeOf(map.add(deciding, { ...names, right: 'None' }, { direction: 'both' }))).toBe(
    'NO_SUCH_LIST',
  )
  await map.add(deciding, names, { direction: 'both', dryRun: true })
  expect((await map.list(deciding)).json).toEqual({ mappings: [] })
  const { json } = await map.add(deciding, names, { direction: 'both' })
  expect(json).toMatchObject({ left: work, right: home, direction: 'both' })
  expect(await codeOf(map.add(deciding, names, { direction: 'both' }))).toBe('MAPPED_ALREADY')

  await fillAndSettle()
  expect(await items('work')).toEqual(['Both', 'One'])
  expect(await items('home')).toEqual(['Both', 'One'])

  const [mapping] = ((await map.list(deciding)).json as { mappings: { mapping: string }[] }).mappings
  await map.remove(deciding, mapping?.mapping ?? '', {})
  await userOf('work').call('POST', '/api/v1/tasks', { content: 'Two', project_id: work })
  await fillAndSettle()
  expect(await items('home')).toEqual(['Both', 'One'])
})

it('what was removed is forgotten but for what it knew: connected again, nothing is doubled, and edits of both sides meet', async () => {
  await connectTodoist('work')
  await connectTodoist('home')
  const route = { name: 'lists', left: 'work', right: 'home' }
  await addRoute(deciding, route, {})
  const [work, home] = [await newList('work', 'Offers'), await newList('home', 'Deals')]
  await map.add(deciding, { route: 'lists', left: work, right: home }, { direction: 'both' })
  const task = await userOf('work').call<{ id: string }>('POST', '/api/v1/tasks', {
    content: 'One',
    project_id: work,
  })
  await fillAndSettle()
  const [copy] = (
    await userOf('home').call<{ results: { id: string }[] }>('GET', `/api/v1/tasks?project_id=${home}`)
  ).body.results

  expect((await remove(deciding, 'work', {})).json).toEqual({ connection: 'work', routes: ['lists'] })
  expect(await db`select from connection where credentials like '%token%'`).toHaveLength(0)
  expect(await allRoutes(db)).toEqual([])
  await userOf('work').call('POST', `/api/v1/tasks/${task.body.id}`, { content: 'One, renamed' })
  await userOf('home').call('POST', `/api/v1/tasks/${copy?.id}`, { priority: 4 })

  expect((await connectTodoist('work')).json).toMatchObject({ back: true })
  expect((await addRoute(deciding, route, {})).json).toMatchObject({ back: true, state: 'draft' })
  await fillAndSettle()
  expect(await items('work')).toEqual(['One, renamed'])
  expect(await items('home')).toEqual(['One, renamed'])
  const { body } = await userOf('work').call<{ priority: number }>('GET', `/api/v1/tasks/${task.body.id}`)
  expect(body.priority).toBe(4)
})

it('routes form no circle, and lead from a CRM to one task app or another, never between two', async () => {
  await connectTodoist('work')
  await connectTodoist('home')
  const apiKey = await credentialsFile({ apiKey: 'key' })
  await add(deciding, 'crm', { provider: 'follow-up-boss', url: `${sims.crm.url}/v1`, credentials: apiKey })
  const route = (name: string, left: string, right: string) => addRoute(deciding, { name, left, right }, {})
  expect(await codeOf(route('x', 'work', 'work'))).toBe('SAME_CONNECTION')
  expect((await route('deals', 'work', 'crm')).json).toMatchObject({
    policy: { deletes: { right: 'unlink' } },
  })
  expect((await allRoutes(db)).map(({ leftId }) => leftId)).toEqual(
    (await db<{ id: string }[]>`select id from connection where name = 'crm'`).map(({ id }) => id),
  )
  await route('more', 'crm', 'home')
  await route('lists', 'work', 'home')
  // Where the tasks of the CRM lie in both.
  for (const [name, id] of [
    ['deals', await newList('work', 'General')],
    ['more', await newList('home', 'General')],
  ] as const)
    await db`
      insert into container (route_id, connection_id, role, name, marker, remote_id)
      select id, right_id, 'general', 'General', 'm', ${id} from route where name = ${name}`
  const general = { route: 'lists', left: 'General', right: 'General' }
  expect(await codeOf(map.add(deciding, general, { direction: 'both' }))).toBe('CIRCLE')
  await removeRoute(deciding, 'more', {})
  expect(await codeOf(map.add(deciding, general, { direction: 'both' }))).toBe('done')
  expect(await codeOf(map.add(deciding, { ...general, route: 'deals' }, { direction: 'both' }))).toBe(
    'NOT_BY_LISTS',
  )
})
