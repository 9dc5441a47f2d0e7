import { afterEach, beforeEach, expect, it } from 'vitest'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { add, edit, lists, pause, remove, retry } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, remove as removeRoute, start } from '../../src/starter/commands/route-admin.ts'
import type { Deciding } from '../../src/starter/deciding.ts'
import type { Db } from '../../src/store/database.ts'
import { allRoutes } from '../../src/store/routes.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let db: Db
let deciding: Deciding

beforeEach(async () => {
  accounts = await openAccounts()
  ;({ db, deciding } = accounts)
})
afterEach(() => accounts[Symbol.asyncDispose]())

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

it('an account is connected once, by a key that its service takes, and by what its provider asks for', async () => {
  const { json, lines } = await accounts.connect('work')
  expect(json).toEqual({ connection: 'work', provider: 'todoist', back: false })
  expect(lines[0]).toBe('work is connected: todoist.')
  expect(accounts.told).toEqual(['start work'])
  expect(await codeOf(accounts.connect('work'))).toBe('NAME_TAKEN')
  expect(await codeOf(accounts.connect('work', 'token', 'again'))).toBe('CONNECTED_ALREADY')
  await simClient(accounts.sims.home.url, AS_USER).call('POST', '/__sim/keys', { keys: ['another'] })
  expect(await codeOf(accounts.connect('home'))).toBe('KEY_REFUSED')
  const none = await accounts.credentials({})
  expect(await codeOf(add(deciding, 'home', { provider: 'todoist', credentials: none }))).toBe(
    'CREDENTIALS_MISSING',
  )
  expect(await codeOf(add(deciding, 'home', { provider: 'todois', credentials: none }))).toBe(
    'NO_SUCH_PROVIDER',
  )
  const url = 'http://127.0.0.1:9'
  const credentials = await accounts.credentials({ token: 'token' })
  expect(await codeOf(add(deciding, 'home', { provider: 'todoist', url, credentials }))).toBe(
    'SERVICE_UNREACHABLE',
  )
  const asked = { provider: 'todoist', url: new URL(accounts.sims.work.url).host, credentials }
  expect(await codeOf(add(deciding, 'home', asked))).toBe('NO_URL')
  expect(await db`select name from connection`).toEqual([{ name: 'work' }])
})

it('a key may be changed for another of the same account, and for none of another one', async () => {
  await accounts.connect('work')
  const { json } = await edit(deciding, 'work', {
    name: 'office',
    credentials: await accounts.credentials({ token: 'another' }),
    poll: 10,
  })
  expect(json).toEqual({ connection: 'office', state: 'ok' })
  const away = edit(deciding, 'office', { url: accounts.sims.home.url })
  await expect(away).rejects.toMatchObject({
    code: 'OTHER_ACCOUNT',
    message: expect.stringMatching(/^What answers at .* is another account than the one that office/),
  })
  expect(await codeOf(edit(deciding, 'office', { url: 'localhost:8080' }))).toBe('NO_URL')
  expect(await codeOf(edit(deciding, 'office', {}))).toBe('NOTHING_TO_CHANGE')
  expect(await codeOf(edit(deciding, 'work', {}))).toBe('NO_SUCH_CONNECTION')
  expect(await db`select name, poll_seconds from connection`).toEqual([{ name: 'office', poll_seconds: 10 }])
})

it('nobody looks at a paused connection until it is tried again', async () => {
  await accounts.connect('work')
  const [row] = await db<{ id: string }[]>`select id from connection`
  await pause(deciding, 'work')
  expect(await codeOf(lists(deciding, 'work'))).toBeUndefined()
  expect(await db`select state from connection`).toEqual([{ state: 'paused' }])
  await retry(deciding, 'work')
  expect(accounts.told.slice(1)).toEqual([`nudge ${row?.id}`, `retry ${row?.id}`])
  await accounts.newList('work', 'Offers')
  const { json } = await lists(deciding, 'work')
  expect(json).toMatchObject({ lists: [{ name: 'Inbox' }, { name: 'Offers' }] })
})

it('lists are mapped by name, what is in both is matched, and removed ones are in step no more', async () => {
  await accounts.connect('work')
  await accounts.connect('home')
  expect((await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})).json).toMatchObject({
    state: 'draft',
    policy: { deletes: { left: 'propagate', right: 'propagate' } },
  })
  const [work, home] = [await accounts.newList('work', 'Offers'), await accounts.newList('home', 'Deals')]
  await accounts.user('work').call('POST', '/api/v1/tasks', { content: 'Both', project_id: work })
  await accounts.user('home').call('POST', '/api/v1/tasks', { content: 'Both', project_id: home })
  await accounts.user('work').call('POST', '/api/v1/tasks', { content: 'One', project_id: work })
  const names = { route: 'lists', left: 'offers', right: 'Deals' }
  await expect(map.add(deciding, { ...names, right: 'None' }, { direction: 'both' })).rejects.toMatchObject({
    code: 'NO_SUCH_LIST',
    message: 'There is no list None in Todoist (home), on the right.',
    hints: ['There are: Inbox, Deals.', expect.stringContaining('--create')],
  })
  await map.add(deciding, names, { direction: 'both', dryRun: true })
  expect((await map.list(deciding)).json).toEqual({ mappings: [] })
  const { json, lines } = await map.add(deciding, names, { direction: 'both' })
  expect(json).toMatchObject({ left: work, right: home, direction: 'both' })
  expect(lines[0]).toBe('Todoist (work) “Offers” ↔ Todoist (home) “Deals” on route lists.')
  const again = await map.add(deciding, names, { direction: 'both' })
  expect(again).toMatchObject({ json, outcome: 0 })
  expect(again.lines[0]).toMatch(/on route lists: they are mapped already, as mapping \d+\.$/)
  const number = (json as { mapping: string }).mapping
  await expect(map.add(deciding, { ...names, right: 'Inbox' }, { direction: 'both' })).rejects.toMatchObject({
    code: 'MAPPED_ALREADY',
    message: 'The list “Offers” on the left is mapped by this route already, to “Deals”.',
    hints: [expect.stringContaining(`"dealbridge map remove ${number}"`)],
  })
  expect(await codeOf(map.edit(deciding, number, {}))).toBe('NOTHING_TO_CHANGE')

  expect((await start(deciding, 'lists', { yes: true })).json).toMatchObject({ begun: true })
  expect(accounts.told.at(-1)).toBe('fill lists')
  await accounts.fillAndSettle()
  expect((await start(deciding, 'lists', { yes: true })).json).toMatchObject({ begun: false })
  expect(await accounts.titles('work')).toEqual(['Both', 'One'])
  expect(await accounts.titles('home')).toEqual(['Both', 'One'])

  const listed = await map.list(deciding)
  const [mapping] = (listed.json as { mappings: { mapping: string }[] }).mappings
  expect(mapping).toMatchObject({ left: work, right: home, leftName: 'Offers', rightName: 'Deals' })
  // A list of the same name is told apart by its id, and one that was renamed since goes by its new name.
  const second = await accounts.newList('work', 'Offers')
  await accounts.user('home').call('POST', `/api/v1/projects/${home}`, { name: 'Sold' })
  await accounts.settle()
  expect((await map.list(deciding)).lines.slice(-2)).toEqual([
    `${mapping?.mapping}        lists  Todoist (work) “Offers” (${work}) ↔ Todoist (home) “Sold”`,
    expect.stringMatching(/^ {4}in step, as of /u),
  ])
  await accounts.user('work').call('DELETE', `/api/v1/projects/${second}`)
  await map.remove(deciding, mapping?.mapping ?? '', {})
  await accounts.user('work').call('POST', '/api/v1/tasks', { content: 'Two', project_id: work })
  await accounts.fillAndSettle()
  expect(await accounts.titles('home')).toEqual(['Both', 'One'])
})

it('what was removed is forgotten but for what it knew: connected again, nothing is doubled, and edits of both sides meet', async () => {
  await accounts.connect('work')
  await accounts.connect('home')
  const route = { name: 'lists', left: 'work', right: 'home' }
  await addRoute(deciding, route, {})
  const [work, home] = [await accounts.newList('work', 'Offers'), await accounts.newList('home', 'Deals')]
  await map.add(deciding, { route: 'lists', left: work, right: home }, { direction: 'both' })
  const task = await accounts.user('work').call<{ id: string }>('POST', '/api/v1/tasks', {
    content: 'One',
    project_id: work,
  })
  await accounts.fillAndSettle()
  const [copy] = (
    await accounts.user('home').call<{ results: { id: string }[] }>('GET', `/api/v1/tasks?project_id=${home}`)
  ).body.results

  expect((await remove(deciding, 'work', {})).json).toEqual({ connection: 'work', routes: ['lists'] })
  expect(await db`select from connection where credentials like '%token%'`).toHaveLength(0)
  expect(await allRoutes(db)).toEqual([])
  await accounts.user('work').call('POST', `/api/v1/tasks/${task.body.id}`, { content: 'One, renamed' })
  await accounts.user('home').call('POST', `/api/v1/tasks/${copy?.id}`, { priority: 4 })

  expect((await accounts.connect('work')).json).toMatchObject({ back: true })
  expect((await addRoute(deciding, route, {})).json).toMatchObject({ back: true, state: 'draft' })
  await accounts.fillAndSettle()
  expect(await accounts.titles('work')).toEqual(['One, renamed'])
  expect(await accounts.titles('home')).toEqual(['One, renamed'])
  const { body } = await accounts
    .user('work')
    .call<{ priority: number }>('GET', `/api/v1/tasks/${task.body.id}`)
  expect(body.priority).toBe(4)
})

it('routes form no circle, and lead from a CRM to one task app or another, never between two', async () => {
  await accounts.connect('work')
  await accounts.connect('home')
  const apiKey = await accounts.credentials({ apiKey: 'key' })
  await add(deciding, 'crm', {
    provider: 'follow-up-boss',
    url: `${accounts.sims.crm.url}/v1`,
    credentials: apiKey,
  })
  const route = (name: string, left: string, right: string) =>
    addRoute(deciding, { name, left, right }, { deleteLeft: 'unlink' })
  expect(await codeOf(route('x', 'work', 'work'))).toBe('SAME_CONNECTION')
  expect((await route('deals', 'work', 'crm')).json).toMatchObject({
    policy: { deletes: { left: 'propagate', right: 'unlink' } },
  })
  expect((await allRoutes(db)).map(({ leftId }) => leftId)).toEqual(
    (await db<{ id: string }[]>`select id from connection where name = 'crm'`).map(({ id }) => id),
  )
  await route('more', 'crm', 'home')
  await route('lists', 'work', 'home')
  // Where the tasks of the CRM lie in both.
  for (const [name, id] of [
    ['deals', await accounts.newList('work', 'General')],
    ['more', await accounts.newList('home', 'General')],
  ] as const)
    await db`
      insert into container (route_id, connection_id, role, name, marker, remote_id)
      select id, right_id, 'general', 'General', 'm', ${id} from route where name = ${name}`
  const general = { route: 'lists', left: 'General', right: 'General' }
  await expect(map.add(deciding, general, { direction: 'both' })).rejects.toMatchObject({
    code: 'CIRCLE',
    message: expect.stringContaining(
      'by crm and work “General” (route deals), crm and home “General” (route more).',
    ),
  })
  await removeRoute(deciding, 'more', {})
  expect(await codeOf(map.add(deciding, general, { direction: 'both' }))).toBe('done')
  expect(await codeOf(map.add(deciding, { ...general, route: 'deals' }, { direction: 'both' }))).toBe(
    'NOT_BY_LISTS',
  )
})

it('a route that is added again the other way round keeps its sides, and turns round what is said of them', async () => {
  await accounts.connect('work')
  await accounts.connect('home')
  await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  const [work, home] = [await accounts.newList('work', 'Offers'), await accounts.newList('home', 'Deals')]
  await map.add(deciding, { route: 'lists', left: work, right: home }, { direction: 'both' })
  await removeRoute({ deps: deciding.deps }, 'lists', {})
  const { json, lines } = await addRoute(
    deciding,
    { name: 'push', left: 'home', right: 'work' },
    { direction: 'toRight', conflicts: 'left', deleteLeft: 'propagate', deleteRight: 'unlink' },
  )
  expect(json).toMatchObject({
    back: true,
    turned: true,
    policy: { direction: 'toLeft', conflicts: 'right', deletes: { left: 'unlink', right: 'propagate' } },
  })
  const [mapping] = await db<{ id: string }[]>`select id from mapping`
  expect(lines.slice(1, 4)).toEqual([
    'Left: Todoist (work), right: Todoist (home); tasks flow to the left. Times of day are those of America/New_York.',
    'Todoist (work) is on the left, as it was before the removal: what you said of left and right is turned round with the sides.',
    `Mapped again: Todoist (work) “Offers” ← Todoist (home) “Deals” (mapping ${mapping?.id}).`,
  ])
})

it('a task that was deleted while disconnected stays on the other side, also where one look has no time for it', async () => {
  await accounts.connect('work')
  await accounts.connect('home')
  const route = { name: 'lists', left: 'work', right: 'home' }
  await addRoute(deciding, route, {})
  const [work, home] = [await accounts.newList('work', 'Offers'), await accounts.newList('home', 'Deals')]
  await map.add(deciding, { route: 'lists', left: work, right: home }, { direction: 'both' })
  for (const content of ['Kept', 'Gone'])
    await accounts.user('work').call('POST', '/api/v1/tasks', { content, project_id: work })
  await accounts.fillAndSettle()
  await remove(deciding, 'home', {})
  const user = accounts.user('home')
  const { body } = await user.call<{ results: { id: string; content: string }[] }>('GET', '/api/v1/tasks')
  const gone = body.results.find(({ content }) => content === 'Gone')
  await user.call('DELETE', `/api/v1/tasks/${gone?.id}`)

  await accounts.connect('home')
  await addRoute(deciding, route, {})
  // The complete look shows it no more, and the budget ends before it is looked at itself.
  await user.call('POST', '/__sim/faults', [
    { match: 'GET /api/v1/tasks/*', nth: 1, do: 'status:429-wait:1' },
  ])
  await accounts.fillAndSettle()
  await accounts.fillAndSettle()
  expect(await db`select memory, reason from pair order by memory`).toEqual([
    { memory: 'linked', reason: null },
    { memory: 'unlinked', reason: 'disconnected' },
  ])
  await accounts.settle()
  expect(await accounts.titles('work')).toEqual(['Gone', 'Kept'])
  expect(await accounts.titles('home')).toEqual(['Kept'])
})
