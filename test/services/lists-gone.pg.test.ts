import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { list as conflicts } from '../../src/starter/commands/conflicts.ts'
import { add } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { relink } from '../../src/starter/commands/relink.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { readStatus, statusExitCode } from '../../src/starter/status-report.ts'
import { type Account, LOGIN, openAccount } from '../caldav/account.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let dav: Account
let project: string
let uid: string
/** What a worker's log has to say. */
let warned: string[]

const user = () => accounts.user('work')

/** A list of a Radicale and a project of Todoist with the same two tasks, in step. */
beforeEach(async () => {
  ;[accounts, dav] = await Promise.all([openAccounts({ deleteGraceMs: 200 }), openAccount()])
  const { deciding } = accounts
  warned = []
  const warn = (_of: unknown, words: string) => void warned.push(words)
  Object.assign(deciding.deps, { log: { ...deciding.deps.log, warn } })
  await dav.makeList('offers')
  uid = await dav.put('offers/x.ics', ['SUMMARY:One'])
  const credentials = await accounts.credentials(LOGIN)
  await add(deciding, 'dav', { provider: 'caldav', url: dav.server.url, credentials })
  await accounts.connect('work')
  await addRoute(deciding, { name: 'tasks', left: 'dav', right: 'work' }, { zone: 'Europe/Berlin' })
  project = await accounts.newList('work', 'Offers')
  await user().call('POST', '/api/v1/tasks', { content: 'Two', project_id: project })
  await map.add(deciding, { route: 'tasks', left: 'offers', right: 'Offers' }, { direction: 'both' })
  await accounts.fillAndSettle()
  expect(await accounts.titles('work')).toEqual(['One', 'Two'])
}, 300_000)
afterEach(async () => {
  await Promise.all([accounts[Symbol.asyncDispose](), dav.close()])
})

const pairs = () =>
  accounts.db<
    { memory: string; reason: string | null }[]
  >`select distinct memory, reason from pair order by 1, 2`

/** Until all pairs are like this: a task that is missing counts as deleted only when its grace is over. */
async function settleUntil(memory: string, reason: string | null): Promise<void> {
  for (let passes = 0; passes < 40; passes += 1) {
    await accounts.settle()
    const all = await pairs()
    if (all.length === 1 && all[0]?.memory === memory && all[0].reason === reason) return
    await pause(50)
  }
  expect(await pairs()).toEqual([{ memory, reason }])
}

async function titlesOfDav(list = 'offers'): Promise<string[]> {
  const { text } = await dav.user('PROPFIND', `${list}/`, undefined, { depth: '1' })
  const names = [...new Set([...text.matchAll(/\/([^/<]+\.ics)</gu)].map(([, name]) => name ?? ''))]
  const texts = await Promise.all(names.map(async (name) => (await dav.user('GET', `${list}/${name}`)).text))
  return texts.map((one) => /SUMMARY:(.*)\r/u.exec(one)?.[1] ?? '').sort()
}

const brokenMapping = async () =>
  ((await map.list(accounts.deciding)).json as { mappings: { broken: unknown }[] }).mappings.map(
    ({ broken }) => broken,
  )

it('a project that is deleted in Todoist lets its tasks go; another one in its place gets them', async () => {
  await user().call('DELETE', `/api/v1/projects/${project}`)
  await settleUntil('unlinked', 'home-gone')
  expect(await titlesOfDav()).toEqual(['One', 'Two'])
  expect(await brokenMapping()).toEqual([{ side: 'right', state: 'gone' }])
  expect((await map.list(accounts.deciding)).lines.join('\n')).toContain('map add tasks ')
  const report = await readStatus(accounts.db)
  expect([report.settled, report.routes[0]?.broken, statusExitCode(report)]).toEqual([true, 1, 3])
  const asked = await conflicts(accounts.deciding, {})
  expect([asked.outcome, asked.lines.join('\n')]).toEqual([
    3,
    expect.stringMatching(/mapping 1, .*“Offers”, is broken: Todoist “Offers” was deleted/u),
  ])
  const [pair] = await accounts.db<{ id: string }[]>`select id from pair limit 1`
  await expect(relink(accounts.deciding, [pair?.id ?? ''], {})).rejects.toMatchObject({
    code: 'CANNOT_RELINK',
    message: expect.stringContaining('the list in which it would lie is deleted'),
  })
  expect((await relink(accounts.deciding, [], { since: { agoMs: 3_600_000 }, yes: true })).lines.at(-1)).toBe(
    '0 tasks linked again, 2 not.',
  )
  expect(await pairs()).toEqual([{ memory: 'unlinked', reason: 'home-gone' }])
  expect(warned).toEqual([expect.stringContaining('a mapped list was deleted')])
  // One that holds the same task already: it is linked with that, and the other is made.
  const other = await accounts.newList('work', 'Deals')
  await user().call('POST', '/api/v1/tasks', { content: 'One', project_id: other })
  await map.add(accounts.deciding, { route: 'tasks', left: 'offers', right: 'Deals' }, { direction: 'both' })
  await accounts.fillAndSettle()
  expect(await accounts.titles('work')).toEqual(['One', 'Two'])
  expect(await titlesOfDav()).toEqual(['One', 'Two'])
  expect(await brokenMapping()).toEqual([null])
})

it('a project that is archived in Todoist lets its tasks go, and brings them back with their base', async () => {
  await user().call('POST', `/api/v1/projects/${project}/archive`)
  await settleUntil('unlinked', 'home-gone')
  expect(await brokenMapping()).toEqual([{ side: 'right', state: 'archived' }])
  const { text, etag } = await dav.user('GET', 'offers/x.ics')
  await dav.user('PUT', 'offers/x.ics', text.replace('SUMMARY:One', 'SUMMARY:One edited'), {
    'if-match': etag,
  })
  await dav.put('offers/z.ics', ['SUMMARY:New meanwhile'])
  await accounts.settle()
  expect(await titlesOfDav()).toEqual(['New meanwhile', 'One edited', 'Two'])
  expect(await accounts.db`select from op where status in ('refused', 'unknown')`).toHaveLength(0)
  await user().call('POST', `/api/v1/projects/${project}/unarchive`)
  await settleUntil('linked', null)
  expect(await accounts.titles('work')).toEqual(['New meanwhile', 'One edited', 'Two'])
  expect(await brokenMapping()).toEqual([null])
})

it('a list that is deleted on a CalDAV server lets its tasks go; made again with them, they are linked again', async () => {
  const { text } = await dav.user('GET', 'offers/x.ics')
  await dav.user('DELETE', 'offers/')
  await settleUntil('unlinked', 'home-gone')
  expect(await accounts.titles('work')).toEqual(['One', 'Two'])
  expect(await brokenMapping()).toEqual([{ side: 'left', state: 'gone' }])
  await dav.makeList('offers')
  await dav.user('PUT', `offers/${uid}.ics`, text.replace('SUMMARY:One', 'SUMMARY:One back'))
  for (let passes = 0; passes < 40 && !(await accounts.titles('work')).includes('One back'); passes += 1)
    await accounts.settle()
  expect(await accounts.titles('work')).toEqual(['One back', 'Two'])
  expect(await brokenMapping()).toEqual([null])
  expect(await titlesOfDav()).toEqual(['One back'])
})

it('another list takes the place of one that was deleted a moment ago, and nothing of the other side is lost', async () => {
  const { timing } = accounts.deciding.deps
  Object.assign(timing, { deleteGraceMs: 60_000 })
  await dav.makeList('deals')
  await dav.user('DELETE', 'offers/')
  await accounts.settle()
  expect(await brokenMapping()).toEqual([{ side: 'left', state: 'gone' }])
  expect(await pairs()).toEqual([{ memory: 'linked', reason: null }])
  await map.add(accounts.deciding, { route: 'tasks', left: 'deals', right: 'Offers' }, { direction: 'both' })
  Object.assign(timing, { deleteGraceMs: 0 })
  await accounts.fillAndSettle()
  await accounts.settle()
  expect(await accounts.titles('work')).toEqual(['One', 'Two'])
  expect(await titlesOfDav('deals')).toEqual(['One', 'Two'])
  expect(await accounts.db`select from op where verb = 'delete'`).toHaveLength(0)
})
