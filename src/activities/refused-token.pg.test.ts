import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import {
  settingsOf,
  signIn,
  startTokenService,
  type TokenService,
  workerDeps,
} from '../../test/activities/signed-in.ts'
import type { Reply } from '../../test/follow-up-boss/scripted-server.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { saveConnection } from '../store/connections.ts'
import { createProviderActivities } from './index.ts'
import { againWhenRenewed } from './refused-token.ts'

const MINUTE = 60_000

let record: TestRecord
let service: TokenService
beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())
afterEach(() => service.close())

/** The activity as a worker runs it. */
function probe(connectionId: string): Promise<void> {
  const { signal } = new AbortController()
  return createProviderActivities(workerDeps(record.db), (work) => work(signal)).check({ connectionId })
}

/** Signed in long ago, with a token that should last for another 40 minutes. */
async function lastingButRefused(answer: () => Reply | undefined): Promise<string> {
  service = await startTokenService(answer)
  const id = await signIn(record.db, service, 60 * MINUTE)
  await record.clock.advance(20 * MINUTE)
  return id
}

it('a token that is refused before its end is renewed once, and the call repeated once', async () => {
  const id = await lastingButRefused(() => undefined)
  service.good.add('access-1')
  await probe(id)
  expect(service.calls).toEqual(['access-0', 'access-1'])
  expect(service.renewals).toEqual(['refresh-0'])
})

it('a new token that is refused as well is not renewed again by each probe', async () => {
  const id = await lastingButRefused(() => undefined)
  for (let minute = 0; minute < 5; minute += 1) {
    await expect(probe(id)).rejects.toMatchObject({ kind: 'auth' })
    await record.clock.advance(MINUTE)
  }
  expect(service.renewals).toEqual(['refresh-0'])
})

it('access that was taken back: asked once, and each probe says to sign in again', async () => {
  const id = await lastingButRefused(() => ({ status: 400, body: { error: 'invalid_grant' } }))
  for (let minute = 0; minute < 3; minute += 1) {
    await expect(probe(id)).rejects.toMatchObject({
      kind: 'auth',
      hint: expect.stringContaining('Sign in to Todoist again'),
    })
    await record.clock.advance(MINUTE)
  }
  expect(service.renewals).toEqual(['refresh-0'])
})

it('a call that began before somebody else renewed is repeated with what that one got', async () => {
  const id = await lastingButRefused(() => undefined)
  service.good.add('access-1')
  let runs = 0
  await againWhenRenewed(workerDeps(record.db), id, async () => {
    runs += 1
    if (runs > 1) return
    await probe(id)
    throw new ProviderError({ kind: 'auth', provider: 'todoist', message: 'The old token was refused' })
  })
  expect(runs).toBe(2)
  expect(service.renewals).toEqual(['refresh-0'])
})

it('a refused personal token is refused, and the call is not repeated', async () => {
  service = await startTokenService(() => undefined)
  const given = { ...settingsOf('personal', service), credentials: { token: 'personal' } }
  const id = await saveConnection(record.db, given, SECRET)
  await expect(probe(id)).rejects.toMatchObject({ kind: 'auth' })
  expect(service.calls).toEqual(['personal'])
})
