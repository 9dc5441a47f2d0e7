import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  signIn,
  startTokenService,
  storedCredentials,
  type TokenService,
  workerDeps,
} from '../../test/activities/signed-in.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { Credentials } from '../providers/contract.ts'
import { changeConnection } from './connect.ts'
import { check } from './connections.ts'

const MINUTE = 60_000
const { signal } = new AbortController()

let record: TestRecord
let service: TokenService
let id: string

beforeAll(async () => {
  record = await openTestRecord()
})
/** Somebody signed in, with a token that is to last for half an hour. */
beforeEach(async () => {
  service = await startTokenService(() => undefined)
  service.good.add('access-0').add('mine').add('access-1')
  id = await signIn(record.db, service, 30 * MINUTE, { webhookSecret: 'of-deliveries' })
})
afterEach(() => service.close())
afterAll(() => record[Symbol.asyncDispose]())

async function give(credentials: Credentials): Promise<Credentials> {
  await changeConnection(workerDeps(record.db), id, { credentials }, signal)
  return storedCredentials(record.db, id)
}

it('a token with what renews it goes on by the app of the one before', async () => {
  const stored = await give({ token: 'mine', refreshToken: 'of-mine' })
  expect(stored).toMatchObject({ token: 'mine', clientId: 'app', clientSecret: 'app-s3cret' })
  await record.clock.advance(40 * MINUTE)
  await check(workerDeps(record.db), { connectionId: id }, signal)
  expect(service.renewals).toEqual(['of-mine'])
  expect(service.calls).toEqual(['mine', 'access-1'])
})

it('a token alone lasts: nothing that renewed the one before stays, but the secret of deliveries does', async () => {
  expect(await give({ token: 'mine' })).toEqual({ token: 'mine', webhookSecret: 'of-deliveries' })
  await record.clock.advance(40 * MINUTE)
  await check(workerDeps(record.db), { connectionId: id }, signal)
  expect(service.renewals).toEqual([])
  expect(service.calls).toEqual(['mine', 'mine'])
})

it('the same token, given once more, is still renewed', async () => {
  const before = await storedCredentials(record.db, id)
  expect(await give({ token: 'access-0' })).toEqual(before)
})
