import { afterEach, beforeEach, expect, it } from 'vitest'
import { add, remove } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, remove as removeRoute } from '../../src/starter/commands/route-admin.ts'
import { inTransaction } from '../../src/store/database.ts'
import { forgetRemoved } from '../../src/store/forget.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts

/** Three accounts: `work` in step with `home`, and by another list with `third`. Words that nobody else says. */
beforeEach(async () => {
  accounts = await openAccounts()
  const { deciding } = accounts
  for (const name of ['work', 'home', 'third'] as const) await accounts.connect(name)
  await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  await addRoute(deciding, { name: 'more', left: 'work', right: 'third' }, {})
  for (const [account, name] of [
    ['work', 'Offers'],
    ['home', 'Offers'],
    ['work', 'Ideas'],
    ['third', 'Ideas'],
  ] as const)
    await accounts.newList(account, name)
  await map.add(deciding, { route: 'lists', left: 'Offers', right: 'Offers' }, { direction: 'both' })
  await map.add(deciding, { route: 'more', left: 'Ideas', right: 'Ideas' }, { direction: 'both' })
  await put('work', 'Offers', 'Zebra one', 'zebra notes')
  await put('work', 'Ideas', 'Quagga two', 'quagga notes')
  await accounts.fillAndSettle()
  const [copy] = await tasks('home')
  await accounts
    .user('home')
    .call('POST', `/api/v1/tasks/${copy?.id}`, { content: 'Zebra renamed', labels: ['zebra'] })
  await accounts.settle()
}, 120_000)
afterEach(async () => {
  await accounts[Symbol.asyncDispose]()
})

async function tasks(account: 'work' | 'home' | 'third') {
  const { body } = await accounts
    .user(account)
    .call<{ results: { id: string; content: string }[] }>('GET', '/api/v1/tasks?limit=200')
  return body.results
}

async function put(
  account: 'work' | 'home',
  list: string,
  content: string,
  description: string,
): Promise<void> {
  const { body } = await accounts
    .user(account)
    .call<{ results: { id: string; name: string }[] }>('GET', '/api/v1/projects')
  const project_id = body.results.find(({ name }) => name === list)?.id
  await accounts.user(account).call('POST', '/api/v1/tasks', { content, description, project_id })
}

/** The tables in which a word stands somewhere. */
async function tablesWith(word: string): Promise<string[]> {
  const { db } = accounts
  const tables = await db<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'dealbridge' and table_type = 'BASE TABLE' order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await db`select from ${db(name)} t where to_jsonb(t)::text ilike ${`%${word}%`} limit 1`
    if (rows.length > 0) found.push(name)
  }
  return found
}

const DAY_MS = 86_400_000
const forget = (afterMs: number | null) => inTransaction(accounts.db, (tx) => forgetRemoved(tx, afterMs))

it('words of a removed route stay for their time, and are then nowhere in the record; other routes keep theirs', async () => {
  expect(await tablesWith('zebra')).toEqual(['op', 'pair', 'remote_task'])
  await removeRoute(accounts.deciding, 'lists', {})
  expect(await forget(30 * DAY_MS)).toEqual([])
  expect(await tablesWith('zebra')).toEqual(['op', 'pair', 'remote_task'])
  expect(await forget(0)).toEqual(['lists'])
  expect(await tablesWith('zebra')).toEqual([])
  expect(await tablesWith('quagga')).toEqual(['op', 'pair', 'remote_task'])
  expect(await forget(0)).toEqual([])

  // What goes on does go on.
  const [other] = await tasks('third')
  await accounts.user('third').call('POST', `/api/v1/tasks/${other?.id}`, { content: 'Quagga renamed' })
  await accounts.settle()
  expect(await accounts.titles('work')).toEqual(['Quagga renamed', 'Zebra renamed'])
})

it('with --forget they go at once; connected again, nothing is doubled, and values that differ are a conflict', async () => {
  const { deciding, db } = accounts
  await remove(deciding, 'home', { forget: true })
  expect(await tablesWith('zebra')).toEqual([])
  expect(await db`select from pair_member where remote_id is not null`).not.toHaveLength(0)
  const [copy] = await tasks('home')
  await accounts.user('home').call('POST', `/api/v1/tasks/${copy?.id}`, { content: 'Zebra of home' })
  await accounts.connect('home')
  await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  await accounts.fillAndSettle()
  expect(await accounts.titles('home')).toHaveLength(1)
  expect(await accounts.titles('home')).toEqual(
    (await accounts.titles('work')).filter((one) => one.startsWith('Zebra')),
  )
  const conflicts = await db<{ values: string }[]>`
    select concat_ws(' | ', "left" #>> '{}', "right" #>> '{}') as values from conflict where field = 'title'`
  expect(conflicts).toEqual([{ values: 'Zebra renamed | Zebra of home' }])
})

it('a clean removal with --forget leaves no word of it', async () => {
  await remove(accounts.deciding, 'home', { clean: true, forget: true })
  expect(await tablesWith('zebra')).toEqual([])
  await add(accounts.deciding, 'home', {
    provider: 'todoist',
    url: accounts.sims.home.url,
    credentials: await accounts.credentials({ token: 'token' }),
  })
  await addRoute(accounts.deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  await accounts.fillAndSettle()
  expect(await accounts.titles('home')).toEqual(['Zebra renamed'])
})
