import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { add } from '../../src/starter/commands/connect.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { type Account, LOGIN, openAccount } from '../caldav/account.ts'
import { PYTHON, pythonPackages } from '../support/python-packages.ts'
import { type Accounts, openAccounts } from './accounts.ts'

const run = promisify(execFile)
const CLIENT = fileURLToPath(new URL('../caldav/foreign_client.py', import.meta.url))

let accounts: Accounts
let dav: Account
let lists: Readonly<Record<'offers' | 'ideas', string>>

/** Two lists of a Radicale, each in step with a project of Todoist. */
beforeEach(async () => {
  ;[accounts, dav] = await Promise.all([openAccounts(), openAccount()])
  const { deciding } = accounts
  for (const name of ['offers', 'ideas']) await dav.makeList(name)
  const credentials = await accounts.credentials(LOGIN)
  await add(deciding, 'dav', { provider: 'caldav', url: dav.server.url, credentials })
  await accounts.connect('work')
  await addRoute(deciding, { name: 'tasks', left: 'dav', right: 'work' }, { zone: 'Europe/Berlin' })
  lists = { offers: await accounts.newList('work', 'Offers'), ideas: await accounts.newList('work', 'Ideas') }
  await map.add(deciding, { route: 'tasks', left: 'offers', right: 'Offers' }, { direction: 'both' })
  await map.add(deciding, { route: 'tasks', left: 'ideas', right: 'Ideas' }, { direction: 'both' })
  await accounts.fillAndSettle()
}, 300_000)
afterEach(async () => {
  await Promise.all([accounts[Symbol.asyncDispose](), dav.close()])
})

type Item = {
  readonly id: string
  readonly content: string
  readonly project_id: string
  readonly parent_id: string | null
  readonly priority: number
  readonly labels: readonly string[]
  readonly due: { readonly date: string } | null
}

async function items(): Promise<Item[]> {
  const { body } = await accounts.user('work').call<{ results: Item[] }>('GET', '/api/v1/tasks?limit=200')
  return body.results
}

const edit = (id: string, change: Record<string, unknown>) =>
  accounts.user('work').call('POST', `/api/v1/tasks/${id}`, change)

it('a task of either side comes to the other, in its list, and what no field holds stays to the letter', async () => {
  const uid = await dav.put('offers/x.ics', [
    'SUMMARY:Call Ann',
    'DUE;VALUE=DATE:20270104',
    'PRIORITY:1',
    'CATEGORIES:vip',
    'X-OTHER-APP;X-P=1:keep\\, this',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:Now',
    'TRIGGER:-PT15M',
    'END:VALARM',
  ])
  const child = await dav.put('offers/y.ics', ['SUMMARY:Find the number', `RELATED-TO:${uid}`])
  await accounts.settle()
  const [above] = (await items()).filter(({ content }) => content === 'Call Ann')
  const [below] = (await items()).filter(({ content }) => content === 'Find the number')
  expect(above).toMatchObject({
    project_id: lists.offers,
    priority: 4,
    labels: ['vip'],
    due: { date: '2027-01-04' },
  })
  expect(below?.parent_id).toBe(above?.id)

  await edit(above?.id ?? '', { content: 'Call Ann, again', due_date: '2027-01-05' })
  await accounts.user('work').call('POST', '/api/v1/tasks', { content: 'New here', project_id: lists.ideas })
  await accounts.settle()
  const { text } = await dav.user('GET', 'offers/x.ics')
  expect(text).toContain('SUMMARY:Call Ann\\, again')
  expect(text).toContain('DUE;VALUE=DATE:20270105')
  expect(text).toContain('X-OTHER-APP;X-P=1:keep\\, this')
  expect(text).toContain('TRIGGER:-PT15M')
  const made = await dav.user('PROPFIND', 'ideas/', undefined, { depth: '1' })
  expect(made.text.match(/\.ics/gu)).toHaveLength(1)
  expect((await dav.user('GET', 'offers/y.ics')).text).toContain(child)
})

it('a task that its user moves to another list moves in Todoist, and back again', async () => {
  const uid = await dav.put('offers/x.ics', ['SUMMARY:One'])
  await accounts.settle()
  const { text, etag } = await dav.user('GET', 'offers/x.ics')
  await dav.user('PUT', 'ideas/x.ics', text)
  await dav.user('DELETE', 'offers/x.ics', undefined, { 'if-match': etag })
  await accounts.settle()
  const [item, ...more] = await items()
  expect([item?.project_id, more]).toEqual([lists.ideas, []])
  await accounts.user('work').call('POST', `/api/v1/tasks/${item?.id}/move`, { project_id: lists.offers })
  await accounts.settle()
  expect((await dav.user('GET', 'offers/x.ics')).text).toContain(uid)
  expect(await accounts.db`select from conflict`).toHaveLength(0)
})

it('an occurrence that somebody else’s client completes is over in Todoist, which shows the next date', async () => {
  const packages = await pythonPackages()
  const uid = await dav.put('offers/x.ics', [
    'SUMMARY:Water plants',
    'DTSTART:20270104T090000Z',
    'DUE:20270104T090000Z',
    'RRULE:FREQ=WEEKLY;BYDAY=MO',
  ])
  await accounts.settle()
  const [first] = await items()
  expect(first?.due?.date).toMatch(/^2027-01-04T09:00/)
  const words = [
    dav.server.url,
    LOGIN.username,
    LOGIN.password,
    'offers',
    'complete',
    JSON.stringify({ uid, at: '2027-01-04T12:00:00+00:00' }),
  ]
  await run(PYTHON, [CLIENT, ...words], { env: { ...process.env, PYTHONPATH: packages } })
  await accounts.settle()
  const [second, ...more] = await items()
  expect(more).toEqual([])
  expect(second?.id).not.toBe(first?.id)
  expect(second?.due?.date).toMatch(/^2027-01-11T09:00/)

  await accounts.user('work').call('POST', `/api/v1/tasks/${second?.id}/close`)
  await accounts.settle()
  const [third] = await items()
  expect(third?.due?.date).toMatch(/^2027-01-18T09:00/)
  expect((await dav.user('GET', 'offers/x.ics')).text).toContain('DUE:20270118T090000Z')
})

it('a client that counts from the moment of the closing is read as well, and the copy that it leaves is a task of its own', async () => {
  const packages = await pythonPackages()
  const uid = await dav.put('offers/x.ics', [
    'SUMMARY:Clean the floor',
    'DTSTART;VALUE=DATE:20270104',
    'DUE;VALUE=DATE:20270104',
    'RRULE:FREQ=WEEKLY',
  ])
  await accounts.settle()
  const [first] = await items()
  // As where the two were there before, and were linked.
  const series = await dav.user('GET', 'offers/x.ics')
  const marked = series.text.replace('RRULE', `X-DEALBRIDGE-MARKER:todoist/task/(${first?.id})\r\nRRULE`)
  await dav.user('PUT', 'offers/x.ics', marked, { 'if-match': series.etag })
  const given = JSON.stringify({ uid, at: '2027-01-06T15:45:10+00:00' })
  const words = [dav.server.url, LOGIN.username, LOGIN.password, 'offers', 'complete', given]
  await run(PYTHON, [CLIENT, ...words], { env: { ...process.env, PYTHONPATH: packages } })
  await accounts.settle()
  const [second, ...more] = await items()
  expect(more).toEqual([])
  expect(second?.id).not.toBe(first?.id)
  expect(second?.due?.date).toMatch(/^2027-01-13T/u)

  // It carries our marker, and stands for nothing until somebody opens it again.
  const listed = await dav.user('PROPFIND', 'offers/', undefined, { depth: '1' })
  const names = new Set([...listed.text.matchAll(/\/([^/<]+\.ics)</gu)].map(([, name]) => name ?? ''))
  const [copy, ...rest] = [...names].filter((name) => name !== 'x.ics')
  expect(rest).toEqual([])
  const { text, etag } = await dav.user('GET', `offers/${copy}`)
  expect(text).toMatch(/X-DEALBRIDGE-MARKER/u)
  const open = text.replace(/^(STATUS|COMPLETED):.*\r\n/gmu, '')
  await dav.user('PUT', `offers/${copy}`, open, { 'if-match': etag })
  await accounts.settle()
  const both = (await items()).map(({ content, due }) => [content, due?.date.slice(0, 10)])
  expect(both.sort()).toEqual([
    ['Clean the floor', '2027-01-04'],
    ['Clean the floor', '2027-01-13'],
  ])
  expect(await accounts.db`select from pair where memory = 'linked'`).toHaveLength(2)
})

it('an occurrence that Todoist moves is moved alone, one that an app puts off or completes by itself is told so', async () => {
  const rule = 'RRULE:FREQ=WEEKLY;BYDAY=MO'
  const days = (start: string, due: string) => [`DTSTART;VALUE=DATE:${start}`, `DUE;VALUE=DATE:${due}`]
  const moved = await dav.put('offers/x.ics', ['SUMMARY:Moved', ...days('20270104', '20270104'), rule])
  const daily = ['SUMMARY:Put off', 'RRULE:FREQ=DAILY']
  const putOff = await dav.put('offers/y.ics', [...daily, ...days('20270104', '20270104')])
  const weekly = ['SUMMARY:By itself', ...days('20270104', '20270104'), rule]
  const done = await dav.put('offers/z.ics', weekly)
  await accounts.settle()
  const named = async (name: string) => (await items()).filter(({ content }) => content === name)
  const [first] = await named('Moved')
  const [same] = await named('Put off')
  await edit(first?.id ?? '', { due_date: '2027-01-06' })
  await dav.put('offers/y.ics', [...daily, ...days('20270104', '20270107')], putOff)
  const override = [`UID:${done}`, 'RECURRENCE-ID;VALUE=DATE:20270104', 'DTSTAMP:20260101T000000Z']
  await dav.put(
    'offers/z.ics',
    [...weekly, 'END:VTODO', 'BEGIN:VTODO', ...override, 'STATUS:COMPLETED'],
    done,
  )
  await accounts.settle()
  expect((await dav.user('GET', 'offers/x.ics')).text).toContain('DUE;VALUE=DATE:20270106')
  expect(await named('Moved')).toMatchObject([{ id: first?.id, due: { date: '2027-01-06' } }])
  expect(await named('Put off')).toMatchObject([{ id: same?.id, due: { date: '2027-01-07' } }])
  expect(await named('By itself')).toMatchObject([{ due: { date: '2027-01-11' } }])

  await accounts.user('work').call('POST', `/api/v1/tasks/${first?.id}/close`)
  await accounts.settle()
  expect(await named('Moved')).toMatchObject([{ due: { date: '2027-01-11' } }])
  const { text } = await dav.user('GET', 'offers/x.ics')
  for (const line of days('20270111', '20270111')) expect(text).toContain(line)
  expect(text).toContain(moved)
})
