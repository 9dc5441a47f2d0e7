import { afterEach, beforeEach, expect, it } from 'vitest'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, start } from '../../src/starter/commands/route-admin.ts'
import { type Account, type Accounts, openAccounts } from './accounts.ts'

/* The lists of two routes that share one: what is in several of the three places is one task. */

let accounts: Accounts
/** A list of each account. `home` is the one in the middle. */
let lists: Readonly<Record<Account, string>>

beforeEach(async () => {
  accounts = await openAccounts({ deleteGraceMs: 200 })
  const list = async (who: Account) => accounts.newList(who, who.toUpperCase())
  for (const who of ['work', 'home', 'third'] as const) await accounts.connect(who)
  lists = { work: await list('work'), home: await list('home'), third: await list('third') }
  await addRoute(accounts.deciding, { name: 'first', left: 'work', right: 'home' }, {})
  await addRoute(accounts.deciding, { name: 'second', left: 'home', right: 'third' }, {})
})
afterEach(() => accounts[Symbol.asyncDispose]())

const post = async (who: Account, content: string, fields: Record<string, unknown> = {}) =>
  (
    await accounts
      .user(who)
      .call<{ id: string }>('POST', '/api/v1/tasks', { content, project_id: lists[who], ...fields })
  ).body.id
const titles = async () => [
  await accounts.titles('work'),
  await accounts.titles('home'),
  await accounts.titles('third'),
]
const everywhere = (...all: string[]) => [all, all, all]
const SIDES = { first: ['work', 'home'], second: ['home', 'third'] } as const
const mapOf = async (route: 'first' | 'second') => {
  const [left, right] = SIDES[route]
  await map.add(accounts.deciding, { route, left: lists[left], right: lists[right] }, { direction: 'both' })
}
const begin = (route: string) => start(accounts.deciding, route, { yes: true })
const settled = async () => {
  await accounts.settle()
  return titles()
}

it.each([
  ['first', 'second'],
  ['second', 'first'],
] as const)('a task of all three lists is one, mapped %s and then %s', async (one, other) => {
  for (const who of ['work', 'home', 'third'] as const) await post(who, 'Dee')
  await mapOf(one)
  await begin(one)
  await accounts.firstSyncs([one])
  await accounts.settle()
  await mapOf(other)
  await begin(other)
  await accounts.firstSyncs([other])
  expect(await settled()).toEqual(everywhere('Dee'))
  // And stays so: each edit goes all the way.
  expect(await accounts.db`select from pair where memory = 'linked'`).toHaveLength(2)
})

it.each([
  ['one after the other', false],
  ['at the same time', true],
])('a task of both ends of a chain is one, its routes begun %s', async (_how, together) => {
  await post('work', 'Dee')
  await post('third', 'Dee')
  for (const route of ['first', 'second'] as const) await mapOf(route)
  for (const route of ['first', 'second'] as const) await begin(route)
  if (together) await accounts.firstSyncs(['first', 'second'])
  else for (const route of ['first', 'second']) await accounts.firstSyncs([route])
  expect(await settled()).toEqual(everywhere('Dee'))
})
