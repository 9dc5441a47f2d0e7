import { afterEach, beforeEach, expect, it } from 'vitest'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { type Account, type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let lists: Readonly<Record<'one' | 'other' | 'home' | 'third', string>>

/** A list of `work` for each of two other accounts. */
beforeEach(async () => {
  accounts = await openAccounts()
  const { deciding } = accounts
  for (const account of ['work', 'home', 'third'] as const) await accounts.connect(account)
  lists = {
    one: await accounts.newList('work', 'For home'),
    other: await accounts.newList('work', 'For the third'),
    home: await accounts.newList('home', 'From work'),
    third: await accounts.newList('third', 'From work'),
  }
  await addRoute(deciding, { name: 'to-home', left: 'work', right: 'home' }, {})
  await addRoute(deciding, { name: 'to-third', left: 'work', right: 'third' }, {})
  await map.add(deciding, { route: 'to-home', left: lists.one, right: lists.home }, { direction: 'both' })
  await map.add(deciding, { route: 'to-third', left: lists.other, right: lists.third }, { direction: 'both' })
  await accounts.fillAndSettle()
})
afterEach(() => accounts[Symbol.asyncDispose]())

const addTask = async (content: string, project_id: string) =>
  (await accounts.user('work').call<{ id: string }>('POST', '/api/v1/tasks', { content, project_id })).body.id

const move = (id: string, project_id: string) =>
  accounts.user('work').call('POST', `/api/v1/tasks/${id}/move`, { project_id })

const everywhere = async () => {
  const titles = async (account: Account) => [account, await accounts.titles(account)]
  return Object.fromEntries(await Promise.all((['work', 'home', 'third'] as const).map(titles)))
}

const pendingNow = async () =>
  (
    await accounts.db<{ count: number }[]>`
    select (select count(*)::int from pending) + (select count(*)::int from unclaimed) as count`
  )[0]?.count

it('each route has the tasks of its own lists, and nothing is left to do', async () => {
  await addTask('One', lists.one)
  await addTask('Two', lists.other)
  await accounts.settle()
  expect(await everywhere()).toEqual({ work: ['One', 'Two'], home: ['One'], third: ['Two'] })
  expect(await pendingNow()).toBe(0)
})

it('a task that is moved to a list of another account is handed over, and moved back again', async () => {
  const id = await addTask('One', lists.one)
  await accounts.settle()
  await move(id, lists.other)
  await accounts.settle()
  expect(await everywhere()).toEqual({ work: ['One'], home: [], third: ['One'] })
  expect(await pendingNow()).toBe(0)
  await move(id, lists.one)
  await accounts.settle()
  expect(await everywhere()).toEqual({ work: ['One'], home: ['One'], third: [] })
  expect(await accounts.db`select from conflict`).toHaveLength(0)
})

it('what was typed into the old one while it was handed over goes along', async () => {
  const id = await addTask('One', lists.one)
  await accounts.settle()
  const { body } = await accounts.user('home').call<{ results: { id: string }[] }>('GET', '/api/v1/tasks')
  await move(id, lists.other)
  await accounts.user('home').call('POST', `/api/v1/tasks/${body.results[0]?.id}`, { content: 'One, edited' })
  await accounts.settle()
  expect(await everywhere()).toEqual({ work: ['One, edited'], home: [], third: ['One, edited'] })
})
