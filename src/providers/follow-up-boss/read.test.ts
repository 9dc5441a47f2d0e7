import { afterEach, expect, test } from 'vitest'
import { FACTS, testConnection } from '../../../test/follow-up-boss/connection.ts'
import {
  type Asked,
  type Reply,
  type ScriptedServer,
  scriptedServer,
  taskPage,
  taskRow,
} from '../../../test/follow-up-boss/scripted-server.ts'
import { createFollowUpBoss } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

async function answering(answer: (asked: Asked, nth: number) => Reply, options = {}) {
  server = await scriptedServer(answer)
  const connection = testConnection(server.baseUrl, options)
  const fub = createFollowUpBoss()
  return { connection, read: (ids: string[]) => fub.read(connection, ids) }
}
const asked = () =>
  server.asked.map(({ path, query }) => path + (query.ids === undefined ? '' : `?ids=${query.ids}`))
const missing = { status: 404, body: { errorMessage: 'Requested resource was not found.' } }
const alone = ({ path }: Asked) => taskRow(Number(path.split('/').at(-1)))

test('many are read in one request where the service filters by ids', async () => {
  const { read, connection } = await answering(({ query }) =>
    taskPage((query.ids ?? '').split(',').map((id) => taskRow(Number(id)))),
  )
  const { observations, askedAt } = await read(['3', '1', '2'])
  expect(observations.map((one) => [one.remoteId, one.kind])).toEqual([
    ['3', 'present'],
    ['1', 'present'],
    ['2', 'present'],
  ])
  expect(asked()).toEqual(['/tasks?ids=3,1,2'])
  expect(connection.taken).toHaveLength(1)
  expect(askedAt).toMatch(/^\d{4}.*\.\d{6}Z$/)
})

test('one that such an answer leaves out is asked for alone', async () => {
  const { read } = await answering((one) => (one.query.ids ? taskPage([taskRow(1)]) : missing))
  expect((await read(['1', '2'])).observations[1]).toEqual({ kind: 'gone', remoteId: '2', certain: false })
  expect(asked()).toEqual(['/tasks?ids=1,2', '/tasks/2'])
})

test('a filter that is ignored is noticed, what it showed is used, and it is not tried again', async () => {
  const { read } = await answering((one) =>
    one.query.ids ? taskPage([taskRow(9), taskRow(1)]) : { body: alone(one) },
  )
  for (const ids of [
    ['1', '2'],
    ['1', '2'],
  ]) {
    const { observations } = await read(ids)
    expect(observations.map((one) => [one.remoteId, one.kind])).toEqual([
      ['1', 'present'],
      ['2', 'present'],
    ])
  }
  expect(asked().sort()).toEqual(['/tasks/1', '/tasks/2', '/tasks/2', '/tasks?ids=1,2'])
})

test('a filter that the check found to be ignored is not tried', async () => {
  const facts = { ...FACTS, probes: { ids: false } }
  const { read } = await answering((one) => ({ body: alone(one) }), { facts })
  await read(['1', '2'])
  expect(asked().sort()).toEqual(['/tasks/1', '/tasks/2'])
})

test('what a key may not see is not gone', async () => {
  const facts = { ...FACTS, seesEveryone: false }
  const { read } = await answering(() => missing, { facts })
  expect((await read(['1'])).observations).toEqual([{ kind: 'unknown', remoteId: '1', why: 'not-visible' }])
})

test('a task at which the service fails costs the others nothing', async () => {
  const facts = { ...FACTS, probes: { ids: false } }
  const { read } = await answering(
    (one) => (one.path === '/tasks/1' ? { status: 500 } : { body: alone(one) }),
    { facts },
  )
  const { observations } = await read(['1', '2', '3', '4', '5', '6', '7'])
  expect(observations[0]).toEqual({ kind: 'unknown', remoteId: '1', why: 'in-doubt' })
  expect(observations.slice(1).every((one) => one.kind === 'present')).toBe(true)
})

test.each(['<html>', '{"id": 1, "na', ''])(
  'an answer that is no JSON (%j) says nothing about the task',
  async (body) => {
    const { read } = await answering(() => ({ body }))
    await expect(read(['1'])).rejects.toMatchObject({ kind: 'transient' })
  },
)

test('an outage is the failure of the call, after a few requests', async () => {
  const { read } = await answering(() => ({ status: 503 }), { facts: { ...FACTS, probes: { ids: false } } })
  const ids = Array.from({ length: 50 }, (_, at) => String(at + 1))
  await expect(read(ids)).rejects.toMatchObject({ kind: 'transient' })
  expect(server.asked.length).toBeLessThanOrEqual(10)
})

test('when the slots run out, what was seen counts and the rest is said to be unreached', async () => {
  const facts = { ...FACTS, probes: { ids: false } }
  const { read } = await answering((one) => ({ body: alone(one) }), { facts, slots: 3 })
  const { observations, unreached } = await read(['1', '2', '3', '4', '5', '6'])
  expect(observations.map((one) => one.kind)).toEqual(Array(3).fill('present'))
  expect(unreached).toMatchObject({ kind: 'rate-limited' })
})

test('one slot at a time is enough to look at tasks that a list does not show', async () => {
  server = await scriptedServer(({ path }) => (path === '/tasks' ? taskPage([]) : missing))
  const fub = createFollowUpBoss()
  const seen: string[] = []
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const left = ['1', '2', '3'].filter((id) => !seen.includes(id))
    const read = fub.read(testConnection(server.baseUrl, { slots: 1 }), left)
    const { observations } = await read.catch(() => ({ observations: [] }))
    seen.push(...observations.map(({ remoteId }) => remoteId))
  }
  expect(asked()).toEqual(['/tasks?ids=1,2,3', '/tasks/1', '/tasks/2', '/tasks/3'])
  expect(seen).toEqual(['1', '2', '3'])
})

test('an answer about another task says nothing about this one', async () => {
  const { read } = await answering(() => ({ body: taskRow(2) }))
  expect((await read(['1'])).observations).toEqual([{ kind: 'unknown', remoteId: '1', why: 'unreadable' }])
})
