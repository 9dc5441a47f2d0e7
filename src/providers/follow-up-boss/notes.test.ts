import { afterEach, expect, test } from 'vitest'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import {
  type Reply,
  type ScriptedServer,
  scriptedServer,
} from '../../../test/follow-up-boss/scripted-server.ts'
import { createFollowUpBoss } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

const { notes } = createFollowUpBoss()
if (notes === undefined) throw new Error('Follow Up Boss has notes')

const IDENTITY: Reply = { body: { account: { id: 987654321 }, user: { id: 1 } } }
const row = (id: number, changes: object = {}) => ({
  id,
  personId: 5001,
  body: `Note ${id}`,
  created: '2026-11-21T10:00:00Z',
  ...changes,
})
const page = (rows: readonly object[], next: string | null = null): Reply => ({
  body: { _metadata: { collection: 'notes', next }, notes: rows },
})

async function answering(answer: (path: string, method: string, nth: number) => Reply) {
  server = await scriptedServer(({ path, method }, nth) =>
    path === '/identity' ? IDENTITY : answer(path, method, nth),
  )
  return testConnection(server.baseUrl)
}

test('a note is made as plain text, from the budget of notes', async () => {
  const connection = await answering(() => ({ status: 201, body: row(7, { body: 'Hello' }) }))
  const wanted = { person: '5001', subject: 'Task', text: 'Hello' }
  expect(await notes.create(connection, wanted)).toEqual({ remoteId: '7', person: '5001', text: 'Hello' })
  expect(server.asked.at(-1)?.body).toEqual({ personId: 5001, subject: 'Task', body: 'Hello', isHtml: false })
  expect(connection.taken.at(-1)).toBe('notes')
})

test.each<[string, Reply]>([
  ['nothing', 'cut'],
  ['an error of the service', { status: 500 }],
  ['a note without an id', { status: 201, body: {} }],
])('after %s nobody knows whether it was made', async (_what, reply) => {
  const connection = await answering(() => reply)
  const wanted = { person: '5001', subject: 'Task', text: 'Hello' }
  await expect(notes.create(connection, wanted)).rejects.toMatchObject({ kind: 'ambiguous-write' })
})

test('one that is gone is null, read or edited', async () => {
  const connection = await answering(() => ({
    status: 404,
    body: { errorMessage: 'Requested resource was not found.' },
  }))
  expect(await notes.read(connection, '7')).toBeNull()
  expect(await notes.update(connection, '7', 'Hello')).toBeNull()
  await notes.remove(connection, '7')
  expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/notes/7' })
})

test('one that cannot be deleted now says so', async () => {
  const connection = await answering(() => ({ status: 500 }))
  await expect(notes.remove(connection, '7')).rejects.toMatchObject({ name: 'ProviderError' })
})

test('those of a person are walked as far back as is asked for, and no others believed', async () => {
  const pages = [
    page([row(9), row(8, { personId: 6 })], 'next'),
    page([row(7, { created: '2026-11-20T10:00:00Z' })], 'more'),
    page([row(6)]),
  ]
  let asked = 0
  const connection = await answering(() => {
    asked += 1
    return pages[asked - 1] ?? page([])
  })
  const found = await notes.list(connection, '5001', '2026-11-21T09:00:00.000000Z')
  expect(found.notes.map(({ remoteId }) => remoteId)).toEqual(['9', '7'])
  expect([found.whole, asked]).toEqual([true, 2])
})

test('a walk in a circle has not come to its end', async () => {
  const connection = await answering(() => page([row(9)], 'again'))
  expect((await notes.list(connection, '5001', null)).whole).toBe(false)
})
