import { afterEach, beforeEach, expect, it } from 'vitest'
import { add } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, remove as removeRoute, start } from '../../src/starter/commands/route-admin.ts'
import { type Account, LOGIN, openAccount } from '../caldav/account.ts'
import { addTitled } from '../store/local.ts'
import { type Accounts, openAccounts } from './accounts.ts'

/* A CalDAV list that is in step with Todoist by one route and with our own tasks by another. */

let accounts: Accounts
let dav: Account
let project: string
let own: string

beforeEach(async () => {
  ;[accounts, dav] = await Promise.all([openAccounts({ deleteGraceMs: 100 }), openAccount()])
  const { deciding, db } = accounts
  await dav.makeList('hub')
  const credentials = await accounts.credentials(LOGIN)
  await add(deciding, 'dav', { provider: 'caldav', url: dav.server.url, credentials })
  await accounts.connect('work')
  await add(deciding, 'mine', { provider: 'local' })
  await addRoute(deciding, { name: 'errands', left: 'dav', right: 'work' }, { zone: 'Europe/Berlin' })
  await addRoute(deciding, { name: 'own', left: 'dav', right: 'mine' }, { zone: 'Europe/Berlin' })
  project = await accounts.newList('work', 'Errands')
  own = (await db<{ list: string }[]>`select default_list as list from local_store`)[0]?.list ?? ''
}, 300_000)
afterEach(async () => {
  await Promise.all([accounts[Symbol.asyncDispose](), dav.close()])
})

const TITLES = ['Dee', 'Eve', 'Fay']
const toTodoist = (content: string) =>
  accounts.user('work').call('POST', '/api/v1/tasks', { content, project_id: project })
const toOwn = (title: string) => addTitled(accounts.db, title, { list: own })
const mapped = async (route: 'errands' | 'own', left: string, right: string, create = false) => {
  await map.add(accounts.deciding, { route, left, right }, { direction: 'both', create })
  await start(accounts.deciding, route, { yes: true })
  await accounts.firstSyncs([route])
}
const PLACES = { errands: () => project, own: () => own } as const

async function davTitles(list: string): Promise<string[]> {
  const { text } = await dav.user('PROPFIND', `${list}/`, undefined, { depth: '1' })
  const names = [...new Set([...text.matchAll(/\/([^/<]+\.ics)</gu)].map(([, name]) => name ?? ''))]
  const texts = await Promise.all(names.map(async (name) => (await dav.user('GET', `${list}/${name}`)).text))
  return texts.map((one) => /SUMMARY:(.*)\r/u.exec(one)?.[1] ?? '').sort()
}

async function ownTitles(): Promise<string[]> {
  const rows = await accounts.db<{ title: string }[]>`
    select title from task where list_id::text = ${own} and deleted_at is null order by 1`
  return rows.map(({ title }) => title)
}

/** The titles of all three places, once everything is settled. */
async function everywhere(hub: string) {
  await accounts.settle()
  return { hub: await davTitles(hub), todoist: await accounts.titles('work'), own: await ownTitles() }
}
const all = (titles: string[]) => ({ hub: titles, todoist: titles, own: titles })

it.each([
  ['errands', 'own'],
  ['own', 'errands'],
] as const)('what is in all three is one, mapped by %s and then by %s', async (one, other) => {
  for (const title of TITLES) {
    await dav.put(`hub/${title}.ics`, [`SUMMARY:${title}`])
    await toTodoist(title)
    await toOwn(title)
  }
  await mapped(one, 'hub', PLACES[one]())
  await mapped(other, 'hub', PLACES[other]())
  expect(await everywhere('hub')).toEqual(all(TITLES))
})

it('so it is where the list in the middle was made for the first of them', async () => {
  for (const title of TITLES) {
    await toTodoist(title)
    await toOwn(title)
  }
  await mapped('errands', 'Made', project, true)
  const [made] = await accounts.db<{ left: string }[]>`select left_list as "left" from mapping`
  await mapped('own', made?.left ?? '', own)
  const hub = made?.left.replace(/\/$/u, '').split('/').at(-1) ?? ''
  expect(await everywhere(hub)).toEqual(all(TITLES))
})

it('another list in the place of one that was deleted is filled by one route, and matched by the other', async () => {
  for (const title of TITLES) await dav.put(`hub/${title}.ics`, [`SUMMARY:${title}`])
  await mapped('errands', 'hub', project)
  await mapped('own', 'hub', own)
  expect(await everywhere('hub')).toEqual(all(TITLES))
  await dav.user('DELETE', 'hub/')
  await accounts.settle()
  await dav.makeList('second')
  await map.add(
    accounts.deciding,
    { route: 'errands', left: 'second', right: project },
    { direction: 'both' },
  )
  await map.add(accounts.deciding, { route: 'own', left: 'second', right: own }, { direction: 'both' })
  await accounts.firstSyncs(['errands', 'own'])
  expect(await everywhere('second')).toEqual(all(TITLES))
})

it('markers of a route that is no more keep nothing from being matched', async () => {
  for (const title of TITLES) {
    await toTodoist(title)
    await toOwn(title)
  }
  await mapped('errands', 'hub', project)
  await removeRoute(accounts.deciding, 'errands', {})
  await mapped('own', 'hub', own)
  expect(await everywhere('hub')).toEqual(all(TITLES))
  await addRoute(accounts.deciding, { name: 'across', left: 'work', right: 'mine' }, {})
  await map.add(accounts.deciding, { route: 'across', left: project, right: own }, { direction: 'both' })
  await start(accounts.deciding, 'across', { yes: true })
  await accounts.firstSyncs(['across'])
  expect(await everywhere('hub')).toEqual(all(TITLES))
})
