import { afterEach, expect, test } from 'vitest'
import { FACTS, testConnection } from '../../../test/follow-up-boss/connection.ts'
import { deleteOp } from '../../../test/follow-up-boss/ops.ts'
import {
  type Asked,
  type Reply,
  type ScriptedServer,
  scriptedServer,
  taskRow,
} from '../../../test/follow-up-boss/scripted-server.ts'
import { createFollowUpBoss } from './index.ts'

const IDENTITY = { body: { account: { id: FACTS.accountId }, user: { id: FACTS.userId } } }

let server: ScriptedServer
afterEach(() => server.close())

async function answering(answer: (asked: Asked, nth: number) => Reply | Promise<Reply>): Promise<string> {
  server = await scriptedServer(answer)
  return server.baseUrl
}

test('the key goes as the user name, the system where there is one, and the slot before the request', async () => {
  const baseUrl = await answering(() => ({ body: taskRow(1) }))
  const credentials = { apiKey: 'fka_test', systemName: 'Dealbridge', systemKey: 'sk' }
  const connection = testConnection(baseUrl, { credentials })
  await createFollowUpBoss().read(connection, ['1'])
  expect(server.asked[0]?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('fka_test:').toString('base64')}`,
    'x-system': 'Dealbridge',
    'x-system-key': 'sk',
  })
  expect(connection.taken).toEqual(['global'])
})

test('a refusal that does not say how long to wait tells the budget the service’s own window', async () => {
  const connection = testConnection(await answering(() => ({ status: 429 })))
  await expect(createFollowUpBoss().read(connection, ['1'])).rejects.toMatchObject({ retryAfterMs: 10_000 })
  expect(connection.news).toEqual([expect.objectContaining({ context: 'global', retryAfterMs: 10_000 })])
})

test.each([
  ['a read', 'transient'],
  ['a deletion', 'ambiguous-write'],
])('a page of somebody else in answer to %s is no answer', async (what, kind) => {
  const page = { body: '<html>Please sign in</html>', headers: { 'fub-account-id': FACTS.accountId } }
  const connection = testConnection(await answering(({ path }) => (path === '/identity' ? IDENTITY : page)))
  const fub = createFollowUpBoss()
  if (what === 'a read') await expect(fub.read(connection, ['1'])).rejects.toMatchObject({ kind })
  else {
    const { results } = await fub.write(connection, [deleteOp('1')])
    expect(results[0]?.steps[0]).toMatchObject({ outcome: 'unknown', error: { kind } })
  }
})

test('what an answer says about the budget is passed on', async () => {
  const headers = {
    'x-ratelimit-context': 'notes',
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '4',
    'x-ratelimit-window': '10',
    'retry-after': '3',
  }
  const connection = testConnection(await answering(() => ({ status: 429, headers })))
  await expect(createFollowUpBoss().read(connection, ['1'])).rejects.toMatchObject({
    kind: 'rate-limited',
    retryAfterMs: 3000,
  })
  const news = { context: 'notes', limit: 10, remaining: 4, windowMs: 10_000, retryAfterMs: 3000 }
  expect(connection.news).toEqual([news])
})

test('without a slot nothing is sent', async () => {
  const connection = testConnection(await answering(() => ({ body: taskRow(1) })), { slots: 0 })
  await expect(createFollowUpBoss().read(connection, ['1'])).rejects.toMatchObject({ retryAfterMs: 700 })
  expect(server.asked).toEqual([])
})

test('an answer of another account is refused', async () => {
  const headers = { 'fub-account-id': '5' }
  const connection = testConnection(await answering(() => ({ body: taskRow(1), headers })))
  const reading = createFollowUpBoss().read(connection, ['1'])
  await expect(reading).rejects.toMatchObject({
    kind: 'auth',
    hint: expect.stringContaining(FACTS.accountId),
  })
})

test('a caller that is gone stops a request under way, and sends no other', async () => {
  const caller = new AbortController()
  const baseUrl = await answering(() => {
    caller.abort()
    return new Promise<Reply>(() => undefined)
  })
  const connection = testConnection(baseUrl, { signal: caller.signal })
  const fub = createFollowUpBoss()
  await expect(fub.read(connection, ['1'])).rejects.toMatchObject({ kind: 'transient' })
  await expect(fub.read(connection, ['1'])).rejects.toMatchObject({ kind: 'transient' })
  expect(server.asked).toHaveLength(1)
})

test('a page of HTML is a passing failure, and nothing of it is told', async () => {
  const connection = testConnection(await answering(() => ({ body: '<h1>Tom Baker</h1>' })))
  const pulling = createFollowUpBoss().pull(connection, { mode: 'complete', cursor: null, position: null })
  const error: Error = await pulling.then(
    () => new Error('no error'),
    (one) => one,
  )
  expect(error).toMatchObject({ kind: 'transient' })
  expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain('Tom Baker')
})

test('no key, and an address where nobody listens, are told apart', async () => {
  const fub = createFollowUpBoss()
  const baseUrl = await answering(() => ({}))
  const keyless = testConnection(baseUrl, { credentials: { apiKey: '' } })
  await expect(fub.read(keyless, ['1'])).rejects.toMatchObject({ kind: 'auth' })
  await server.close()
  await expect(fub.read(testConnection(baseUrl), ['1'])).rejects.toMatchObject({
    kind: 'transient',
    message: 'Follow Up Boss cannot be reached',
  })
})
