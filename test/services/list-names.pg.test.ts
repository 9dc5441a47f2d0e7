import { afterEach, beforeEach, expect, it } from 'vitest'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { standingMappings } from '../../src/activities/mapping-state.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, start } from '../../src/starter/commands/route-admin.ts'
import { routeNamed } from '../../src/starter/route-named.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let lists: Readonly<Record<'work' | 'home', string>>
let mapping: string

beforeEach(async () => {
  accounts = await openAccounts()
  await accounts.connect('work')
  await accounts.connect('home')
  await addRoute(accounts.deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  lists = { work: await accounts.newList('work', 'Offers'), home: await accounts.newList('home', 'Deals') }
})
afterEach(() => accounts[Symbol.asyncDispose]())

async function begin(names?: 'own' | 'left' | 'right'): Promise<void> {
  const given = { route: 'lists', left: lists.work, right: lists.home }
  const how = names === undefined ? {} : { names }
  const { json } = await map.add(accounts.deciding, given, { direction: 'both', ...how })
  mapping = (json as { mapping: string }).mapping
  await start(accounts.deciding, 'lists', { yes: true })
  await accounts.fillAndSettle()
}
const called = async (account: 'work' | 'home') =>
  (await accounts.user(account).call<{ name: string }>('GET', `/api/v1/projects/${lists[account]}`)).body.name
const both = async () => [await called('work'), await called('home')]
const rename = (account: 'work' | 'home', name: string) =>
  accounts.user(account).call('POST', `/api/v1/projects/${lists[account]}`, { name })
const edit = (names: 'own' | 'left' | 'right') => map.edit(accounts.deciding, mapping, { names })
const nameError = async () => (await standingMappings(accounts.db, null))[0]?.nameError
const settle = () => accounts.settle()

/** What becomes of the call that renames: the second of a pull of the right account, after its look. */
async function pullWith(what: string): Promise<void> {
  const sim = simClient(accounts.sims.home.url, AS_USER)
  await sim.call('POST', '/__sim/faults', [{ match: 'POST /api/v1/sync', nth: 2, do: what }])
  const worker = accounts.worker(await routeNamed(accounts.db, 'lists'))
  await worker.pull('left', 'incremental')
  await worker.pull('right', 'incremental')
  await sim.call('POST', '/__sim/faults', [])
}

it('a list follows the name of the other one, at once and whenever that is renamed; its own name is left to its user', async () => {
  await begin('left')
  expect(await both()).toEqual(['Offers', 'Offers'])
  expect((await map.list(accounts.deciding)).lines.join()).toContain('both by the name in Todoist (work)')
  await rename('work', 'Sold')
  await settle()
  expect(await both()).toEqual(['Sold', 'Sold'])
  await rename('home', 'Mine')
  await settle()
  expect(await both()).toEqual(['Sold', 'Mine'])
  await rename('work', 'Closed')
  await settle()
  expect(await both()).toEqual(['Closed', 'Closed'])
})

it('lists with names of their own keep them; the rule can be changed, and turned round', async () => {
  await begin()
  expect(await both()).toEqual(['Offers', 'Deals'])
  expect((await edit('right')).json).toMatchObject({ names: 'right', direction: 'both' })
  await settle()
  expect(await both()).toEqual(['Deals', 'Deals'])
  await edit('own')
  await rename('home', 'Other')
  await settle()
  expect(await both()).toEqual(['Deals', 'Other'])
  await edit('left')
  await settle()
  expect(await both()).toEqual(['Deals', 'Deals'])
})

it('a lost answer is no second renaming: what its user calls the list meanwhile stays', async () => {
  await begin('left')
  await rename('work', 'Sold')
  await pullWith('reply-lost')
  expect(await both()).toEqual(['Sold', 'Sold'])
  await settle()
  expect(await nameError()).toBeNull()
  await rename('home', 'Mine')
  await settle()
  expect(await both()).toEqual(['Sold', 'Mine'])
})

it('a service that is away is asked again with the next pull', async () => {
  await begin('left')
  await rename('work', 'Sold')
  await pullWith('status:503')
  expect(await both()).toEqual(['Sold', 'Offers'])
  await settle()
  expect(await both()).toEqual(['Sold', 'Sold'])
})

it('a name that is refused for good is told of the mapping, not asked for again, and over with the next name', async () => {
  await begin('left')
  await rename('work', 'Sold')
  await pullWith('status:400')
  await settle()
  expect(await both()).toEqual(['Sold', 'Offers'])
  expect(await nameError()).toMatch(/^The list on the right cannot be renamed: /u)
  expect((await map.list(accounts.deciding)).lines.join()).toContain('cannot be renamed')
  await rename('work', 'Closed')
  await settle()
  expect([await both(), await nameError()]).toEqual([['Closed', 'Closed'], null])
})

it('nothing is renamed while the route rests', async () => {
  await begin('left')
  await accounts.db`update route set state = 'paused'`
  await rename('work', 'Sold')
  await settle()
  expect(await both()).toEqual(['Sold', 'Offers'])
})
