import { afterEach, beforeEach, expect, it } from 'vitest'
import { UserError } from '../../src/config/errors.ts'
import { add, remove } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { type Account, LOGIN, openAccount } from '../caldav/account.ts'
import { type HttpWeather, openHttpWeather } from '../contract/http-weather.ts'
import { todoistState } from './account-state.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let dav: Account
let todoist: HttpWeather

beforeEach(async () => {
  ;[accounts, dav] = await Promise.all([openAccounts(), openAccount()])
  const { deciding } = accounts
  todoist = await openHttpWeather(accounts.sims.work.url)
  const login = await accounts.credentials(LOGIN)
  await add(deciding, 'dav', { provider: 'caldav', url: dav.weather.url, credentials: login })
  const credentials = await accounts.credentials({ token: 'token' })
  await add(deciding, 'work', { provider: 'todoist', url: todoist.url, credentials })
  await addRoute(deciding, { name: 'tasks', left: 'dav', right: 'work' }, { zone: 'Europe/Berlin' })
}, 300_000)
afterEach(async () => {
  await Promise.all([accounts[Symbol.asyncDispose](), dav.close(), todoist.close()])
})

const create = (left: string, right?: string, dryRun = false) =>
  map.add(accounts.deciding, { route: 'tasks', left, right }, { direction: 'both', create: true, dryRun })

async function projects(): Promise<string[]> {
  const { body } = await accounts
    .user('work')
    .call<{ results: { name: string; inbox_project: boolean }[] }>('GET', '/api/v1/projects')
  return body.results.filter((one) => !one.inbox_project).map(({ name }) => name)
}

async function davLists(): Promise<number> {
  const { text } = await dav.user('PROPFIND', '', undefined, { depth: '1' })
  return (text.match(/<C:calendar\s*\/>|<[^>]*calendar xmlns[^>]*\/>|<\w*:?calendar\s*\/>/gu) ?? []).length
}

const NAMED =
  '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>Offers</d:displayname></d:prop></d:set></d:propertyupdate>'

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof UserError ? error : Promise.reject(error)),
  )

it('makes the missing list by the name of the other, once, also when the answer is lost; and is done when it is repeated', async () => {
  await dav.makeList('x')
  await dav.user('PROPPATCH', 'x/', NAMED, { 'content-type': 'application/xml' })
  expect((await create('Offers', undefined, true)).json).toMatchObject({
    made: { side: 'right', name: 'Offers' },
  })
  expect(await projects()).toEqual([])
  // Twice two requests list what is there, the fifth makes it.
  todoist.on('reply-lost', { nth: 5 })
  expect((await errorOf(create('offers')))?.code).toBe('LIST_IN_DOUBT')
  todoist.clear()
  const { json } = await create('offers')
  const again = await create('Offers')
  expect(again.json).toEqual(json)
  expect(await projects()).toEqual(['Offers'])
  expect(await accounts.db`select made, remote_id is not null as there from container where made`).toEqual([
    { made: true, there: true },
  ])
  await dav.put('x/x.ics', ['SUMMARY:One'])
  await accounts.fillAndSettle()
  expect(await accounts.titles('work')).toEqual(['One'])
})

it('makes one on the CalDAV side under a name that is given, and refuses where neither is there', async () => {
  const before = await davLists()
  await accounts.newList('work', 'Deals')
  expect((await errorOf(create('Nothing', 'Nowhere')))?.code).toBe('NO_SUCH_LIST')
  const made = await create('Offers', 'Deals')
  expect(made.lines[0]).toBe('CalDAV “Offers” ↔ Todoist “Deals” on route tasks.')
  await create('Offers', 'Deals')
  expect(await davLists()).toBe(before + 1)
  await accounts
    .user('work')
    .call('POST', '/api/v1/tasks', { content: 'One', project_id: await projectId('Deals') })
  await accounts.fillAndSettle()
  expect((await errorOf(create('More', 'Deals')))?.code).toBe('MAPPED_ALREADY')
  expect(await davLists()).toBe(before + 1)
  // It holds what Todoist's user made, so that it stays.
  await remove(accounts.deciding, 'work', { clean: true })
  expect(await davLists()).toBe(before + 1)
})

it('a list that was made, and is empty, goes with a clean removal', async () => {
  await dav.makeList('Offers')
  await create('Offers', 'Deals')
  expect(await projects()).toEqual(['Deals'])
  await accounts.fillAndSettle()
  await remove(accounts.deciding, 'dav', { clean: true })
  expect(await projects()).toEqual([])
  expect((await map.list(accounts.deciding)).json).toEqual({ mappings: [] })
})

it('a list that was made loses our marker with a clean removal, also when it was mapped to another one since', async () => {
  await dav.makeList('x')
  await dav.makeList('y')
  await create('x', 'Deals')
  await dav.put('x/x.ics', ['SUMMARY:One'])
  await accounts.fillAndSettle()
  await dav.user('DELETE', 'x/')
  await accounts.settle()
  await map.add(accounts.deciding, { route: 'tasks', left: 'y', right: 'Deals' }, { direction: 'both' })
  await accounts.fillAndSettle()
  await remove(accounts.deciding, 'dav', { clean: true })
  expect(await accounts.titles('work')).toEqual(['One'])
  expect((await todoistState(accounts.user('work'))).join('\n')).not.toMatch(/dealbridge/iu)
})

it('a list of a CalDAV server follows the name of its project', async () => {
  await accounts.newList('work', 'Offers')
  const { deciding } = accounts
  const given = { route: 'tasks', left: 'Mine', right: 'Offers' }
  await map.add(deciding, given, { direction: 'both', names: 'right', create: true })
  await accounts.fillAndSettle()
  const nameThere = async () => (await map.list(deciding)).json
  expect(await nameThere()).toMatchObject({ mappings: [{ leftName: 'Offers', rightName: 'Offers' }] })
  const path = `/api/v1/projects/${await projectId('Offers')}`
  await accounts.user('work').call('POST', path, { name: 'Sold' })
  await accounts.settle()
  const { text } = await dav.user('PROPFIND', '', undefined, { depth: '1' })
  expect(text).toContain('>Sold<')
  expect(await projects()).toEqual(['Sold'])
  expect(await nameThere()).toMatchObject({
    mappings: [{ leftName: 'Sold', rightName: 'Sold', lastError: null }],
  })
})

async function projectId(name: string): Promise<string> {
  const { body } = await accounts
    .user('work')
    .call<{ results: { id: string; name: string }[] }>('GET', '/api/v1/projects')
  return body.results.find((one) => one.name === name)?.id ?? ''
}
