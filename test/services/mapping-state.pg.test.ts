import { afterEach, beforeEach, expect, it } from 'vitest'
import { type StandingMapping, standingMappings } from '../../src/activities/mapping-state.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, start } from '../../src/starter/commands/route-admin.ts'
import { routeNamed } from '../../src/starter/route-named.ts'
import { type Account, type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let lists: Readonly<Record<'work' | 'home' | 'other', string>>

beforeEach(async () => {
  accounts = await openAccounts()
  await accounts.connect('work')
  await accounts.connect('home')
  await addRoute(accounts.deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  lists = {
    work: await accounts.newList('work', 'Offers'),
    home: await accounts.newList('home', 'Deals'),
    other: await accounts.newList('work', 'Ideas'),
  }
  const given = { route: 'lists', left: lists.work, right: lists.home }
  await map.add(accounts.deciding, given, { direction: 'both' })
})
afterEach(() => accounts[Symbol.asyncDispose]())

const user = (account: Account) => accounts.user(account)
const newTask = async (content: string, list = lists.work) =>
  (await user('work').call<{ id: string }>('POST', '/api/v1/tasks', { content, project_id: list })).body.id
async function begin(): Promise<void> {
  await start(accounts.deciding, 'lists', { yes: true })
  await accounts.fillAndSettle()
}
async function state(at = 0): Promise<StandingMapping> {
  const found = (await standingMappings(accounts.db, null))[at]
  if (found === undefined) throw new Error('there is no such mapping')
  return found
}
const lines = async () => (await map.list(accounts.deciding)).lines.join('\n')

it('is in step as of the last look at both accounts, and else was last when something of it was written', async () => {
  expect(await state()).toMatchObject({ inStep: false, lastSyncAt: null, pending: 0 })
  expect(await lines()).toContain('nothing of it was written yet')
  const task = await newTask('Call Dana')
  await begin()
  const [looked] = await accounts.db<{ at: string }[]>`select min(last_pull_at) as at from connection`
  const inStep = await state()
  expect(inStep).toMatchObject({ inStep: true, lastError: null, lastSyncAt: looked?.at })
  expect(await lines()).toContain('in step, as of ')

  await user('work').call('POST', `/api/v1/tasks/${task}`, { content: 'Call Tom' })
  const worker = accounts.worker(await routeNamed(accounts.db, 'lists'))
  await worker.pull('left', 'incremental')
  const [written] = await accounts.db<
    { at: string }[]
  >`select max(closed_at) as at from op where status = 'confirmed'`
  const toGo = await state()
  expect(toGo).toMatchObject({ inStep: false, pending: 1, lastError: null })
  expect(Date.parse(toGo.lastSyncAt ?? '')).toBeGreaterThanOrEqual(Date.parse(written?.at ?? ''))
  expect(await lines()).toMatch(/1 task to go; last written \d/u)
  await accounts.settle()
  expect((await state()).inStep).toBe(true)
  expect(JSON.stringify((await map.list(accounts.deciding)).json)).toContain('"inStep":true')
})

it('what lies in other lists is not its business, and what has not come in yet is', async () => {
  await newTask('One')
  await begin()
  const right = await accounts.newList('home', 'Someday')
  await map.add(accounts.deciding, { route: 'lists', left: lists.other, right }, { direction: 'toRight' })
  await accounts.fillAndSettle()
  await accounts.db`
    insert into remote_task (connection_id, remote_id, presence, seen, asked_at)
    select left_id, 'new', 'present', ${{ task: { list: lists.other, completed: false }, flags: [] } as never}, clock()
    from route`
  expect([await state(0), await state(1)]).toMatchObject([
    { inStep: true, pending: 0 },
    { inStep: false, pending: 1 },
  ])
})

it('a deletion that was carried over is the last that was written', async () => {
  const task = await newTask('One')
  await begin()
  const before = await state()
  await user('work').call('DELETE', `/api/v1/tasks/${task}`)
  await accounts.settle()
  await accounts.db`update route set state = 'paused'`
  const { inStep, lastSyncAt } = await state()
  const [deleted] = await accounts.db<{ at: string }[]>`select closed_at as at from op where verb = 'delete'`
  expect([inStep, lastSyncAt]).toEqual([false, deleted?.at])
  expect(lastSyncAt).not.toBe(before.lastSyncAt)
})

it('what stands in its way is told, without a word of its tasks', async () => {
  expect((await state()).lastError).toBe('Its route has not been started.')
  await newTask('Call Dana')
  await newTask('Call Tom')
  await begin()
  const { db } = accounts
  await db`update pair set state = case id when (select min(id) from pair) then 'error' else 'waiting' end`
  await db`update connection set state = 'auth-failed' where name = 'home'`
  await db`update route set state = 'paused'`
  const held = await state()
  expect(held).toMatchObject({ inStep: false, waiting: 1, failed: 1 })
  expect(held.lastError).toBe(
    'home refuses its key. Its route is paused. 1 task waits for you to decide. 1 task has failed.',
  )
  expect(await lines()).toContain(`    held up: ${held.lastError}`)
  await map.edit(accounts.deciding, held.id, { direction: 'off' })
  expect(await state()).toMatchObject({ inStep: false, lastError: null })
})

it('a list that is gone stands in its way', async () => {
  await newTask('One')
  await begin()
  await user('home').call('DELETE', `/api/v1/projects/${lists.home}`)
  await accounts.settle()
  const lost = await state()
  expect(lost.inStep).toBe(false)
  expect(lost.lastError).toMatch(/^The list on the right was deleted, and its tasks are let go\./u)
  expect(await lines()).toContain('broken: the list in Todoist (home)')
})
