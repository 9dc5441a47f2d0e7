import { afterEach, beforeEach, expect, it } from 'vitest'
import { pauseRoute, resumeRoute } from '../../src/activities/manage/routes.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, start } from '../../src/starter/commands/route-admin.ts'
import { routeNamed } from '../../src/starter/route-named.ts'
import { readStatus } from '../../src/starter/status-report.ts'
import { routeStatus } from '../../src/store/status.ts'
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
/** The first sync of a route up to where it would wait; true when it was done before that. */
const untilHeld = async (name: string) => {
  const held = new Error('it waits')
  const rest = () => Promise.reject(held)
  return accounts
    .firstSyncs([name], () => ({ rest }))
    .then(
      () => true,
      (error: unknown) => (error === held ? false : Promise.reject(error)),
    )
}
/** A look at the left of a route, and what is due then; whether there was anything. */
const worked = async (name: string) => {
  const worker = accounts.worker(await routeNamed(accounts.db, name))
  await worker.pull('left', 'incremental')
  return worker.work()
}
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

it('a chain is matched with what lies at its end only when all has come through it', async () => {
  await post('work', 'Dee')
  await mapOf('first')
  await mapOf('second')
  await begin('second')
  await accounts.firstSyncs(['second'])
  await begin('first')
  await accounts.firstSyncs(['first'])
  // It has come to `home`, and not yet to `third`.
  const end = await accounts.newList('work', 'END')
  await accounts.user('work').call('POST', '/api/v1/tasks', { content: 'Dee', project_id: end })
  await addRoute(accounts.deciding, { name: 'last', left: 'third', right: 'work' }, {})
  await map.add(accounts.deciding, { route: 'last', left: lists.third, right: end }, { direction: 'both' })
  await begin('last')
  expect(await untilHeld('last')).toBe(false)
  await accounts.settle()
  expect(await untilHeld('last')).toBe(true)
  expect(await settled()).toEqual([['Dee', 'Dee'], ['Dee'], ['Dee']])
})

it('lists that are mapped while the first sync of another route runs wait for it', async () => {
  await post('work', 'Dee')
  await post('third', 'Dee')
  await mapOf('first')
  await begin('first')
  let done: boolean | null = null
  await accounts.firstSyncs(['first'], (usual) => ({
    async settle(pairIds) {
      await mapOf('second')
      await begin('second')
      done ??= await untilHeld('second')
      return usual.settle(pairIds)
    },
  }))
  expect(done).toBe(false)
  await accounts.firstSyncs(['second'])
  expect(await settled()).toEqual(everywhere('Dee'))
})

it('a route that rests in the middle of its first sync matches again when it goes on', async () => {
  await post('work', 'Dee')
  await post('work', 'Only here')
  await post('third', 'Dee')
  for (const name of ['first', 'second'] as const) await mapOf(name)
  for (const name of ['first', 'second'] as const) await begin(name)
  const { deciding } = accounts
  const first = () => routeNamed(deciding.deps.db, 'first')
  const stop = new Error('the worker is gone')
  const pausing = accounts.firstSyncs(['first'], () => ({
    async settle() {
      await pauseRoute(deciding, await first(), { dryRun: false })
      throw stop
    },
  }))
  await expect(pausing).rejects.toBe(stop)
  expect(await untilHeld('second')).toBe(true)
  await accounts.settle()
  await resumeRoute(deciding, await first(), { dryRun: false, once: false })
  await accounts.firstSyncs(['first'])
  expect(await settled()).toEqual(everywhere('Dee', 'Only here'))
})

it('a new task is pending on its own route alone, also while that rests', async () => {
  const { db, deciding } = accounts
  const other = await accounts.newList('home', 'OTHER')
  await mapOf('first')
  await map.add(deciding, { route: 'second', left: other, right: lists.third }, { direction: 'both' })
  for (const name of ['first', 'second'] as const) await begin(name)
  await accounts.firstSyncs(['first', 'second'])
  const pending = async () => (await routeStatus(db)).map((one) => one.pending)
  await post('work', 'Dee')
  expect(await worked('first')).toBe(true)
  // Nobody has looked at `home` since it was made there.
  expect([await accounts.titles('home'), await pending()]).toEqual([['Dee'], [0, 0]])
  await pauseRoute(deciding, await routeNamed(db, 'first'), { dryRun: false })
  await post('work', 'Eve')
  await accounts.settle()
  expect([await accounts.titles('home'), await pending()]).toEqual([['Dee'], [1, 0]])
  expect((await readStatus(db)).settled).toBe(false)
})
