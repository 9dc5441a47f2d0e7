import { afterEach, beforeEach, expect, it } from 'vitest'
import { add, list, remove } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { type Account, LOGIN, openAccount } from '../caldav/account.ts'
import { caldavState, todoistState } from './account-state.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let dav: Account

beforeEach(async () => {
  ;[accounts, dav] = await Promise.all([openAccounts(), openAccount()])
}, 300_000)
afterEach(async () => {
  await Promise.all([accounts[Symbol.asyncDispose](), dav.close()])
})

const OURS = /dealbridge|needs-person|sync-problem/iu
const user = () => accounts.user('work')

/** A list on each side with the same tasks, in their users' words; among them a repeating one, and one that is done. */
async function openSameLists() {
  await dav.makeList('offers')
  const project = await accounts.newList('work', 'Offers')
  await user().call('POST', '/api/v1/sync', {
    commands: [
      { type: 'project_update', uuid: crypto.randomUUID(), args: { id: project, description: 'My deals' } },
    ],
  })
  await dav.put('offers/a.ics', [
    'SUMMARY:Call Ann',
    'DESCRIPTION:line 1\\nline 2',
    'X-OTHER:kept',
    'STATUS:NEEDS-ACTION',
  ])
  await dav.put('offers/b.ics', [
    'SUMMARY:Write to Bob',
    'DUE;VALUE=DATE:20270104',
    'CATEGORIES:vip',
    'PRIORITY:1',
  ])
  const add = (fields: Record<string, unknown>) =>
    user().call<{ id: string }>('POST', '/api/v1/tasks', { project_id: project, ...fields })
  await add({ content: 'Call Ann', description: 'line 1\nline 2' })
  const done = await add({
    content: 'Write to Bob',
    due_date: '2027-01-04',
    labels: ['vip', 'own'],
    priority: 4,
  })
  return { project, done: done.body.id }
}

async function connectAll(): Promise<void> {
  const { deciding } = accounts
  const credentials = await accounts.credentials(LOGIN)
  await add(deciding, 'dav', { provider: 'caldav', url: dav.server.url, credentials })
  await accounts.connect('work')
}

async function routeAll(): Promise<void> {
  await addRoute(accounts.deciding, { name: 'tasks', left: 'dav', right: 'work' }, { zone: 'Europe/Berlin' })
}

const mapAll = () =>
  map.add(accounts.deciding, { route: 'tasks', left: 'offers', right: 'Offers' }, { direction: 'both' })

const state = async (completed: readonly string[] = []) => [
  ...(await todoistState(user(), completed)),
  ...(await caldavState(dav, ['offers'])),
]

it.each(['dav', 'work'])(
  'after a removal of %s with --clean both accounts are as before, and connected again nothing is doubled',
  async (name) => {
    const { deciding, db } = accounts
    await openSameLists()
    // What a first sync merges is no writing of ours: labels of one side come to the other, and stay.
    await connectAll()
    const untouched = await state()
    expect(untouched.join('\n')).not.toMatch(OURS)
    await routeAll()
    await mapAll()
    await accounts.fillAndSettle()
    const connected = await state()
    expect(connected.join('\n')).toMatch(OURS)

    const { json, outcome } = await remove(deciding, name, { clean: true })
    expect(json).toMatchObject({ clean: { kept: 0 }, removed: true })
    expect(outcome).toBe(0)
    const clean = await state()
    expect(clean.join('\n')).not.toMatch(OURS)
    // The categories that the first sync has carried over are its users' now.
    const words = (all: readonly string[]) => all.map((one) => one.replace(/\nCATEGORIES:[^\n]*/u, ''))
    expect(words(clean)).toEqual(words(untouched))
    expect(
      await db`select from connection where credentials like '%password%' or credentials like '%token%'`,
    ).toHaveLength(0)
    expect(await db`select from leftover`).toHaveLength(0)
    expect(await db`select distinct cause, status from op where cause = 'clean'`).toEqual([
      { cause: 'clean', status: 'confirmed' },
    ])

    if (name === 'work') await accounts.connect('work')
    else {
      const credentials = await accounts.credentials(LOGIN)
      await add(deciding, 'dav', { provider: 'caldav', url: dav.server.url, credentials })
    }
    await routeAll()
    await accounts.fillAndSettle()
    expect(await state()).toEqual(connected)
    expect(await db`select from conflict`).toHaveLength(0)
  },
)

it('without --clean everything stays as it is, and connected again it is the same', async () => {
  const { deciding } = accounts
  await openSameLists()
  await connectAll()
  await routeAll()
  await mapAll()
  await accounts.fillAndSettle()
  const connected = await state()
  await remove(deciding, 'work', {})
  expect(await state()).toEqual(connected)
  await accounts.connect('work')
  await routeAll()
  await accounts.fillAndSettle()
  expect(await state()).toEqual(connected)
})

it('what a user typed, completed or copied stays, without what is ours; a copy in a list that nobody maps is found', async () => {
  const { deciding, db } = accounts
  const { done } = await openSameLists()
  await connectAll()
  await routeAll()
  await mapAll()
  await accounts.fillAndSettle()
  const items = async () =>
    (
      await user().call<{ results: { id: string; content: string; description: string }[] }>(
        'GET',
        '/api/v1/tasks',
      )
    ).body.results
  const ann = (await items()).find(({ content }) => content === 'Call Ann')
  // Typed below our block, and not known to anybody yet.
  await user().call('POST', `/api/v1/tasks/${ann?.id}`, {
    description: `${ann?.description}\ntyped below`,
    labels: ['mine'],
  })
  // A copy in a list that nobody maps: its marker is all that tells.
  const inbox = (
    await user().call<{ id: string }>('POST', '/api/v1/tasks', {
      content: 'Copy',
      description: ann?.description,
    })
  ).body
  await user().call('POST', `/api/v1/tasks/${done}/close`)
  await accounts.settle()
  await remove(deciding, 'work', { clean: true })
  const after = await state([done])
  expect(after.join('\n')).not.toMatch(OURS)
  const told = new Map((await items()).map((one) => [one.id, one.description]))
  expect(told.get(ann?.id ?? '')).toBe('line 1\nline 2\ntyped below')
  expect(told.get(inbox.id)).toBe('line 1\nline 2')
  expect(after.join('\n')).toContain('"labels":["mine"]')
  expect((await list(deciding)).json).toMatchObject({ connections: [{ connection: 'dav' }] })
  expect(await db`select from leftover`).toHaveLength(0)
})

it('a cleaning that is given up halfway leaves no word of a task behind, and the connection is removed', async () => {
  const { deciding, db } = accounts
  await openSameLists()
  await connectAll()
  await routeAll()
  await mapAll()
  await accounts.fillAndSettle()
  // Nobody is there who would do it.
  const unattended = { ...deciding, clean: async () => 4 as const }
  expect((await remove(unattended, 'work', { clean: true })).outcome).toBe(4)
  expect((await list(deciding)).lines.join('\n')).toMatch(/^work +ok /mu)
  expect((await list(deciding)).lines.join('\n')).toContain('is being removed')
  await expect(accounts.connect('work', 'token', 'again')).rejects.toMatchObject({ code: 'LEAVING' })
  await expect(addRoute(deciding, { name: 'x', left: 'dav', right: 'work' }, {})).rejects.toMatchObject({
    code: 'LEAVING',
  })
  const [row] = await db<{ id: string }[]>`select id from connection where name = 'work'`
  await db`
    insert into leftover (leaving_id, connection_id, remote_id, pair_id, side, seen)
    select ${row?.id ?? ''}, connection_id, remote_id, pair_id, side, '{"title":"Call Ann"}' from pair_member`
  expect((await remove(deciding, 'work', {})).outcome).toBe(0)
  expect(await db`select from leftover`).toHaveLength(0)
  expect((await list(deciding)).json).toMatchObject({ connections: [{ connection: 'dav' }] })
})
