import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCalDav } from '../../src/providers/caldav/index.ts'
import { nameOf } from '../../src/providers/caldav/xml.ts'
import { type Account, openAccount, present, resource, walked } from './account.ts'

/** What a real server shows of lists in which a user puts things about. */
let account: Account
let count = 0
let [one, two] = ['', '']

beforeAll(async () => {
  account = await openAccount()
}, 120_000)
afterAll(() => account?.close())

/** Two lists of their own for each test, and only these are walked. */
beforeEach(async () => {
  count += 1
  ;[one, two] = [`a${count}`, `b${count}`]
  await account.makeList(one)
  await account.makeList(two)
})
const lists = () => ({ lists: new Set([one, two]) })
const walk = (cursor: string | null) => walked(account, cursor, lists())

describe('walks', () => {
  test('a task that its user moved is in its new list, and never gone', async () => {
    const uid = await account.put(`${one}/x.ics`, ['SUMMARY:One'])
    const { last } = await walk(null)
    const { text, etag } = await account.user('GET', `${one}/x.ics`)
    await account.user('PUT', `${two}/moved.ics`, text)
    await account.user('DELETE', `${one}/x.ics`, undefined, { 'if-match': etag })
    const { seen } = await walk(last.cursor)
    expect(present(seen.get(uid)).task.list).toBe(two)
  })

  test('a task that was moved into a list that nobody walks is seen there', async () => {
    await account.makeList(`c${count}`)
    const uid = await account.put(`${one}/x.ics`, ['SUMMARY:One'])
    const { last } = await walk(null)
    const { text, etag } = await account.user('GET', `${one}/x.ics`)
    await account.user('PUT', `c${count}/y.ics`, text)
    await account.user('DELETE', `${one}/x.ics`, undefined, { 'if-match': etag })
    const { seen } = await walk(last.cursor)
    expect(present(seen.get(uid)).task.list).toBe(`c${count}`)
  })

  test('a deleted task is gone for certain, also where its resource has another name', async () => {
    const uid = await account.put(`${one}/another-name.ics`, ['SUMMARY:One'])
    const { last } = await walk(null)
    await account.user('DELETE', `${one}/another-name.ics`)
    const { seen } = await walk(last.cursor)
    expect([...seen.values()]).toEqual([{ kind: 'gone', remoteId: uid, certain: true }])
  })

  test.each([1, 2, 3, 4])('pages of %i go through lists of any names, one after the other', async (page) => {
    const names = [`n${count}`, `n${count}-1`, `n${count}.x`]
    const uids: string[] = []
    for (const name of names) {
      await account.makeList(name)
      for (const nth of [1, 2, 3]) uids.push(await account.put(`${name}/${nth}.ics`, [`SUMMARY:${nth}`]))
    }
    const paged = { ...account, provider: createCalDav({ page }) }
    const { seen, last } = await walked(paged, null, { lists: new Set(names) })
    expect([...seen.keys()].sort()).toEqual(uids.sort())
    expect(Object.keys(JSON.parse(last.cursor ?? '').lists).sort()).toEqual([...names].sort())
  })

  test.each(['a/b@host', 'x:y?z', 'long'.repeat(70)])(
    'a deleted task whose UID no resource could be named after (%s) is gone, and others go on',
    async (odd) => {
      const uid = await account.put(`${one}/plain.ics`, ['SUMMARY:One'], `${odd}-${count}`)
      const { last } = await walk(null)
      await account.user('DELETE', `${one}/plain.ics`)
      const other = await account.put(`${two}/other.ics`, ['SUMMARY:Two'])
      const { seen } = await walk(last.cursor)
      expect(seen.get(uid)).toMatchObject({ kind: 'gone' })
      expect(present(seen.get(other)).task.title).toBe('Two')
    },
  )

  test('a list that is gone makes a walk of everything', async () => {
    await account.put(`${one}/x.ics`, ['SUMMARY:One'])
    const uid = await account.put(`${two}/y.ics`, ['SUMMARY:Two'])
    const { last } = await walk(null)
    await account.user('DELETE', `${one}/`)
    const after = await walk(last.cursor)
    expect([...after.seen.keys()]).toEqual([uid])
    expect(after.last.complete).toBe(true)
  })

  test('a list that is new to the connection is walked whole, and the others from where they were', async () => {
    await account.put(`${one}/x.ics`, ['SUMMARY:One'])
    const uid = await account.put(`${two}/y.ics`, ['SUMMARY:Two'])
    const { last } = await walked(account, null, { lists: new Set([one]) })
    const after = await walk(last.cursor)
    expect([...after.seen.keys()]).toEqual([uid])
    expect(after.last.complete).toBe(false)
  })

  test('of two resources with one UID the first by path is the task, until it is gone', async () => {
    const uid = await account.put(`${two}/same.ics`, ['SUMMARY:Copy'], 'same')
    await account.put(`${one}/same.ics`, ['SUMMARY:Task'], uid)
    const { last, seen } = await walk(null)
    expect(present(seen.get(uid))).toMatchObject({ task: { title: 'Task', list: one } })
    await account.user('PUT', `${two}/same.ics`, resource(uid, ['SUMMARY:Edited copy']))
    const edited = await walk(last.cursor)
    expect(edited.seen.has(uid)).toBe(false)
    await account.user('DELETE', `${one}/same.ics`)
    const after = await walk(edited.last.cursor)
    expect(present(after.seen.get(uid))).toMatchObject({ task: { title: 'Edited copy', list: two } })
  })

  test('events in a list of tasks are none', async () => {
    const event = resource('an-event', ['SUMMARY:Event']).replaceAll('VTODO', 'VEVENT')
    await account.user('PUT', `${one}/e.ics`, event.replace('DTSTAMP', 'DTSTART:20270101T000000Z\r\nDTSTAMP'))
    const { last, seen } = await walk(null)
    expect(seen.size).toBe(0)
    await account.user('DELETE', `${one}/e.ics`)
    expect([...(await walk(last.cursor)).seen.values()].every(({ kind }) => kind === 'gone')).toBe(true)
  })

  test('a server without sync-collection is looked at by its etags', async () => {
    const [stays, edited, moved, deleted] = await Promise.all(
      ['stays', 'edited', 'moved', 'deleted'].map((name) =>
        account.put(`${one}/n-${name}.ics`, [`SUMMARY:${name}`]),
      ),
    )
    account.weather.alter(withoutSync)
    try {
      const { last, seen } = await walk(null)
      expect(seen.size).toBe(4)
      expect(JSON.parse(last.cursor ?? '').lists[one].etags).toBeDefined()
      const quiet = await walk(last.cursor)
      expect(quiet.seen.size).toBe(0)
      await account.user('PUT', `${one}/n-edited.ics`, resource(edited ?? '', ['SUMMARY:New']))
      const { text } = await account.user('GET', `${one}/n-moved.ics`)
      await account.user('DELETE', `${one}/n-moved.ics`)
      await account.user('PUT', `${two}/n-moved.ics`, text)
      await account.user('DELETE', `${one}/n-deleted.ics`)
      const after = await walk(quiet.last.cursor)
      expect(after.seen.has(stays ?? '')).toBe(false)
      expect(present(after.seen.get(edited ?? '')).task.title).toBe('New')
      expect(present(after.seen.get(moved ?? '')).task.list).toBe(two)
      // Nobody has said so: it is only not there.
      expect(after.seen.get(deleted ?? '')).toEqual({ kind: 'gone', remoteId: deleted, certain: false })
    } finally {
      account.weather.alter(null)
    }
  })
})

type Element = { readonly name: string; children: Element[] }

/** As a server shows its lists that knows nothing of RFC 6578. */
function withoutSync(body: unknown): unknown {
  const element = body as Element
  const isSync = (one: Element): boolean =>
    one.name === nameOf('DAV:', 'sync-token') ||
    (one.name === nameOf('DAV:', 'supported-report') && JSON.stringify(one).includes('sync-collection'))
  element.children = element.children?.filter((one) => !isSync(one))
  for (const child of element.children ?? []) withoutSync(child)
  return element
}
