import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTodoist } from '../../../simulators/todoist/start.ts'
import { openReceiver, type ReceiverBed, SECRET_KEY } from '../../../test/receiver/running.ts'
import { createLog } from '../../config/log.ts'
import type { Credentials } from '../../providers/contract.ts'
import { createTodoist } from '../../providers/todoist/index.ts'
import { localCallback, publicCallback } from './callbacks.ts'
import { type SigningIn, signIn } from './sign-in.ts'

const APP = { clientId: 'app', clientSecret: 'app-s3cret' }
const log = createLog({ level: 'silent', format: 'json' })

let bed: ReceiverBed
let sim: Awaited<ReturnType<typeof startTodoist>>

beforeAll(async () => {
  sim = await startTodoist({ port: 0, data: 'empty', seed: 1 })
  bed = await openReceiver({ API_TOKEN: 'letmein' })
})
beforeEach(() => post('/__sim/reset', {}))
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await sim.close()
})

async function post(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(sim.url + path, { method: 'POST', body: JSON.stringify(body), headers })).status).toBe(
    200,
  )
}

/** What a person does in a browser: registers the address in the console, opens the page, and is sent back. */
async function browse(page: string, redirectUri: string): Promise<Response> {
  await post('/__sim/apps', { client_id: 'app', client_secret: 'app-s3cret', redirect_uris: [redirectUri] })
  return fetch(page)
}

const locally: SigningIn['open'] = (state) => localCallback({ provider: 'todoist', port: 0, log }, state)
const publicly =
  (timeoutMs = 20_000): SigningIn['open'] =>
  (state) =>
    publicCallback(
      { db: bed.db, secretKey: SECRET_KEY, publicUrl: bed.receiver.url, provider: 'todoist', timeoutMs },
      state,
    )

/** Signs in while a browser does this; gives what both came to. */
async function signInWith(
  open: SigningIn['open'],
  browser: (page: string, redirectUri: string) => Promise<Response> = browse,
  given: Partial<SigningIn> = {},
): Promise<{ credentials: Credentials; shown: Response }> {
  let shown: Promise<Response> | undefined
  const credentials = await signIn({
    db: bed.db,
    provider: createTodoist(),
    baseUrl: sim.url,
    app: APP,
    open,
    show: (page, redirectUri) => {
      shown = browser(page, redirectUri)
      shown.catch(() => undefined)
    },
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    ...given,
  })
  return { credentials, shown: await (shown ?? Promise.reject(new Error('no page was shown'))) }
}

const WAYS = [
  ['to this machine', locally],
  ['to the receiver, without its token', publicly()],
] as const

describe.each(WAYS)('coming back %s', (_where, open) => {
  it('a person who agrees gives access that works, lasts, and checks deliveries', async () => {
    const { credentials, shown } = await signInWith(open)
    expect(credentials).toMatchObject({ ...APP, webhookSecret: 'app-s3cret', scope: expect.any(String) })
    expect(await shown.text()).toContain('Thank you')
    expect(shown.headers.get('cache-control')).toBe('no-store')
    const endsAt = createTodoist().renewal?.endsAt(credentials) ?? 0
    expect(endsAt).toBeGreaterThan(Date.now() + 50 * 60_000)
    const answer = await fetch(`${sim.url}/api/v1/tasks`, {
      headers: { authorization: `Bearer ${credentials.token}` },
    })
    expect(answer.status).toBe(200)
  })

  it('one who does not agree is told so, and what to do', async () => {
    await post('/__sim/settings', { oauthConsent: 'deny' })
    const work = signInWith(open)
    await expect(work).rejects.toMatchObject({
      code: 'ACCESS_NOT_GIVEN',
      exitCode: 2,
      message: 'Todoist gave no access: access was denied on its page.',
    })
  })

  it('an answer with another state counts for nothing; the right one is still taken', async () => {
    const { credentials, shown } = await signInWith(open, async (page, redirectUri) => {
      const forged = await fetch(`${redirectUri}?code=stolen&state=guessed`)
      expect(forged.status).toBe(400)
      expect(await forged.text()).toContain('Nobody waits for this answer')
      expect((await fetch(redirectUri)).status).toBe(400)
      return browse(page, redirectUri)
    })
    expect(shown.status).toBe(200)
    expect(credentials.token).not.toBe('')
  })
})

it('says when only strangers came, and when nobody did', async () => {
  const stray = (_page: string, redirectUri: string) => fetch(`${redirectUri}?code=stolen&state=guessed`)
  await expect(signInWith(locally, stray, { timeoutMs: 500 })).rejects.toMatchObject({
    code: 'NO_SIGN_IN_ANSWER',
    exitCode: 3,
    message: expect.stringContaining('1 came with another state'),
  })
  const nobody = async () => new Response()
  await expect(signInWith(publicly(), nobody, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'NO_SIGN_IN_ANSWER',
    message: expect.stringMatching(/^Nobody came back/),
    hints: expect.arrayContaining([expect.stringContaining('/sign-in/todoist')]),
  })
  expect(await bed.db`select from sign_in`).toHaveLength(0)
})

it('a code serves once, and only while its sign-in is waited for', async () => {
  let back = ''
  const { shown } = await signInWith(publicly(), async (page, redirectUri) => {
    const sent = await browse(page, redirectUri)
    back = sent.url
    return sent
  })
  expect(shown.url).toContain('code=')
  expect((await fetch(back)).status).toBe(400)
})

it('the answer lies sealed in the record, under a digest of its state', async () => {
  const state = 'a state that nobody can guess'
  const callback = await publicly()(state)
  expect((await fetch(`${callback.redirectUri}?code=c0de&state=${encodeURIComponent(state)}`)).status).toBe(
    200,
  )
  const [row] = await bed.db<{ state: string; answer: string }[]>`select state, answer from sign_in`
  expect(row?.state).not.toBe(state)
  expect(row?.answer).not.toContain('c0de')
  expect(await callback.answer(new AbortController().signal)).toEqual({ code: 'c0de' })
  await callback.close()
})

it('a wrong secret of the app, and a port in use, are told as such', async () => {
  const app = { ...APP, clientSecret: 'wrong' }
  await expect(signInWith(locally, browse, { app })).rejects.toMatchObject({
    kind: 'auth',
    message: expect.stringContaining('the id or the secret of the Todoist app is not right'),
  })
  const port = Number(new URL(bed.receiver.url).port)
  const taken: SigningIn['open'] = (state) => localCallback({ provider: 'todoist', port, log }, state)
  await expect(signInWith(taken)).rejects.toMatchObject({ code: 'CALLBACK_PORT_TAKEN', exitCode: 2 })
})
