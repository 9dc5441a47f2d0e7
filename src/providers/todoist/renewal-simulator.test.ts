import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTodoist } from '../../../simulators/todoist/start.ts'
import { todoistConnection } from '../../../test/todoist/connection.ts'
import type { Credentials } from '../contract.ts'
import { createTodoist } from './index.ts'

const APP = { client_id: 'app', client_secret: 'app-s3cret' }
const REDIRECT = 'https://app.example/back'
const SCOPE = 'data:read_write,data:delete'

const provider = createTodoist()
let sim: Awaited<ReturnType<typeof startTodoist>>

beforeAll(async () => {
  sim = await startTodoist({ port: 0, data: 'empty', seed: 1 })
})
beforeEach(async () => {
  await post('/__sim/reset', {})
  await post('/__sim/apps', { ...APP, redirect_uris: [REDIRECT] })
})
afterAll(() => sim.close())

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(sim.url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return (await response.json()) as Record<string, unknown>
}

/** What a browser does: the user says yes, the code is traded. */
async function signIn(): Promise<Credentials> {
  const query = new URLSearchParams({ client_id: APP.client_id, scope: SCOPE, state: 'st' })
  const yes = await fetch(`${sim.url}/oauth/authorize?${query}`, { redirect: 'manual' })
  const code = new URL(yes.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const answer = await post('/oauth/access_token', { ...APP, code })
  return {
    token: String(answer.access_token),
    refreshToken: String(answer.refresh_token),
    clientId: APP.client_id,
    clientSecret: APP.client_secret,
    expiresAt: '2026-11-21T11:00:00.000000Z',
  }
}

const connect = (credentials: Credentials) => todoistConnection(sim.url, { credentials })
const works = (credentials: Credentials) =>
  provider.check(connect(credentials)).then(
    () => true,
    (error: { kind: string }) => error.kind,
  )
const renew = async (credentials: Credentials) => (await provider.renewal?.renew(connect(credentials))) ?? {}
const advance = (advanceMs: number) => post('/__sim/clock', { advanceMs })

it('a token lasts an hour, and is renewed again and again', async () => {
  let credentials = await signIn()
  for (let hour = 0; hour < 3; hour += 1) {
    expect(await works(credentials)).toBe(true)
    await advance(3_601_000)
    expect(await works(credentials)).toBe('auth')
    const next = await renew(credentials)
    expect(next.refreshToken).not.toBe(credentials.refreshToken)
    credentials = next
  }
})

it('a lost reply: the same again within a minute gives the token that was lost, for its hour alone', async () => {
  const credentials = await signIn()
  await post('/__sim/faults', [{ match: 'POST /oauth/access_token', nth: 1, do: 'reply-lost' }])
  await expect(renew(credentials)).rejects.toMatchObject({ kind: 'ambiguous-write' })
  await advance(provider.renewal?.repeatMs ?? 0)
  const next = await renew(credentials)
  expect(next).not.toHaveProperty('refreshToken')
  expect(await works(next)).toBe(true)
})

it('the same again later ends everything', async () => {
  const credentials = await signIn()
  const next = await renew(credentials)
  await advance(61_000)
  await expect(renew(credentials)).rejects.toMatchObject({
    kind: 'auth',
    hint: expect.stringContaining('Sign in'),
  })
  expect(await works(next)).toBe('auth')
  await expect(renew(next)).rejects.toMatchObject({ kind: 'auth' })
})

it('a wrong secret of the app is told apart', async () => {
  const credentials = { ...(await signIn()), clientSecret: 'another' }
  await expect(renew(credentials)).rejects.toMatchObject({
    kind: 'auth',
    hint: expect.stringContaining('App Management'),
  })
})
