import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  given,
  settingsOf,
  signIn,
  startTokenService,
  storedCredentials,
  type TokenService,
  workerDeps,
} from '../../test/activities/signed-in.ts'
import type { Reply } from '../../test/follow-up-boss/scripted-server.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import type { Provider, Renewal } from '../providers/contract.ts'
import { connectionById, saveConnection } from '../store/connections.ts'
import { openDatabase } from '../store/database.ts'
import { check, noteTrouble } from './connections.ts'
import type { Deps } from './deps.ts'
import { toFailure } from './failures.ts'
import { openConnection } from './open-connection.ts'

const MINUTE = 60_000
const NEVER_ABORTED = new AbortController().signal

let record: TestRecord
let service: TokenService
beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())
afterEach(() => service.close())

const open = (deps: Deps, id: string) => openConnection(deps, id, 'change', NEVER_ABORTED)
const token = async (deps: Deps, id: string) => (await open(deps, id)).connection.credentials.token
const stored = (id: string) => storedCredentials(record.db, id)

/** Something that others wait for. */
class Happening {
  happens: () => void = () => undefined
  readonly promise = new Promise<void>((resolve) => {
    this.happens = resolve
  })
}

/** A worker whose renewal differs in something. */
function withRenewal(change: (real: Renewal) => Partial<Renewal>): Deps {
  const deps = workerDeps(record.db)
  const [provider] = [...deps.providers.values()]
  if (provider?.renewal == null) throw new Error('there is nothing to renew')
  const changed: Provider = { ...provider, renewal: { ...provider.renewal, ...change(provider.renewal) } }
  return { ...deps, providers: new Map([[changed.kind, changed]]) }
}

/** A worker that is killed when its renewal has left: nothing of the answer reaches it. */
function dyingDeps(sent: () => void): Deps {
  return withRenewal((real) => ({
    async renew(connection) {
      await real.renew(connection)
      sent()
      return new Promise(() => undefined)
    },
  }))
}

async function killedAfterSending(id: string): Promise<void> {
  await new Promise<void>((sent) => void open(dyingDeps(sent), id))
}

describe('one renewer', () => {
  it('of two workers at once, one renews and the other one asks again', async () => {
    const otherWasRefused = new Happening()
    service = await startTokenService(async () => {
      await otherWasRefused.promise
      return undefined
    })
    const id = await signIn(record.db, service, -1)
    const db = openDatabase({ url: record.url })
    const workers = [workerDeps(record.db), workerDeps(db)]
    const both = workers.map((deps) =>
      token(deps, id).catch((error: unknown) => {
        otherWasRefused.happens()
        return error
      }),
    )
    const outcomes = await Promise.all(both)
    expect(outcomes).toContain('access-1')
    expect(outcomes).toContainEqual(
      expect.objectContaining({ kind: 'rate-limited', retryAfterMs: expect.any(Number) }),
    )
    for (const deps of workers) expect(await token(deps, id)).toBe('access-1')
    expect(service.renewals).toEqual(['refresh-0'])
    expect(await stored(id)).toMatchObject({ refreshToken: 'refresh-1', clientSecret: 'app-s3cret' })
    await db.end()
  })

  it('while one renews, the others go on with a token that has not ended', async () => {
    const [asked, otherIsDone] = [new Happening(), new Happening()]
    service = await startTokenService(async () => {
      asked.happens()
      await otherIsDone.promise
      return undefined
    })
    const id = await signIn(record.db, service, 4 * MINUTE)
    const renewing = token(workerDeps(record.db), id)
    await asked.promise
    expect(await token(workerDeps(record.db), id)).toBe('access-0')
    otherIsDone.happens()
    expect(await renewing).toBe('access-1')
    expect(service.renewals).toEqual(['refresh-0'])
  })

  it('renews again an hour later, with the refresh token that came', async () => {
    service = await startTokenService(() => undefined)
    const id = await signIn(record.db, service, -1)
    const deps = workerDeps(record.db)
    expect(await token(deps, id)).toBe('access-1')
    await record.clock.advance(54 * MINUTE)
    expect(await token(deps, id)).toBe('access-1')
    await record.clock.advance(2 * MINUTE)
    expect(await token(deps, id)).toBe('access-2')
    expect(service.renewals).toEqual(['refresh-0', 'refresh-1'])
  })

  it('a cancelled call does not cut a renewal off', async () => {
    const caller = new AbortController()
    service = await startTokenService(() => {
      caller.abort()
      return undefined
    })
    const id = await signIn(record.db, service, -1)
    await openConnection(workerDeps(record.db), id, 'change', caller.signal)
    expect(await stored(id)).toMatchObject({ refreshToken: 'refresh-1' })
  })

  it('new tokens are stored although the record refuses at first', async () => {
    service = await startTokenService(() => undefined)
    const id = await signIn(record.db, service, -1)
    await record.db.unsafe(`
      create sequence refusals;
      create function refuse_once() returns trigger language plpgsql as $$
        begin if nextval('refusals') = 1 then raise exception 'not now'; end if; return new; end $$;
      create trigger refuse_once before update of credentials on connection
        for each row execute function refuse_once()`)
    expect(await token(workerDeps(record.db), id)).toBe('access-1')
    expect(await stored(id)).toMatchObject({ refreshToken: 'refresh-1' })
    await record.db`drop trigger refuse_once on connection`
  })
})

describe('an answer that did not come', () => {
  it('killed between sending and storing: another worker sends the same once the lease is over', async () => {
    service = await startTokenService((nth) =>
      nth === 1 ? undefined : { body: { ...given(1), refresh_token: undefined } },
    )
    const id = await signIn(record.db, service, -1)
    await killedAfterSending(id)
    const deps = workerDeps(record.db)
    await expect(open(deps, id)).rejects.toMatchObject({ kind: 'rate-limited' })
    await record.clock.advance(30_000)
    expect(await token(deps, id)).toBe('access-1')
    expect(service.renewals).toEqual(['refresh-0', 'refresh-0'])
    expect(await stored(id)).not.toHaveProperty('refreshToken')
    // It lasts for its hour; then only a person can help.
    await record.clock.advance(58 * MINUTE)
    expect(await token(deps, id)).toBe('access-1')
    await record.clock.advance(3 * MINUTE)
    await expect(open(deps, id)).rejects.toMatchObject({
      kind: 'auth',
      hint: expect.stringMatching(/sign in/i),
    })
    expect(service.renewals).toHaveLength(2)
  })

  it('killed, and nobody was there for too long: it is never sent again', async () => {
    service = await startTokenService(() => undefined)
    const id = await signIn(record.db, service, -1)
    await killedAfterSending(id)
    await record.clock.advance(50_000)
    const deps = workerDeps(record.db)
    for (let minute = 0; minute < 3; minute += 1) {
      const probe = check(deps, { connectionId: id }, NEVER_ABORTED)
      await expect(probe).rejects.toMatchObject({ kind: 'auth', hint: 'Sign in again' })
      await record.clock.advance(MINUTE)
    }
    expect(service.renewals).toEqual(['refresh-0'])
    expect(service.calls).toEqual([])
  })

  it('a lost reply is asked for again at once, also while the old token lasts', async () => {
    service = await startTokenService((nth) =>
      nth === 1 ? 'cut' : { body: { ...given(1), refresh_token: undefined } },
    )
    const id = await signIn(record.db, service, MINUTE)
    const deps = workerDeps(record.db)
    await expect(open(deps, id)).rejects.toMatchObject({ kind: 'rate-limited' })
    expect(await token(deps, id)).toBe('access-1')
  })

  it('what was certainly not done is tried again later, and does not count as sent', async () => {
    service = await startTokenService((nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '3' } } : undefined,
    )
    const id = await signIn(record.db, service, 4 * MINUTE)
    const deps = workerDeps(record.db)
    expect(await token(deps, id)).toBe('access-0')
    expect(await token(deps, id)).toBe('access-0')
    expect(service.renewals).toHaveLength(1)
    await record.clock.advance(3 * MINUTE)
    expect(await token(deps, id)).toBe('access-2')
    expect(await stored(id)).toMatchObject({ refreshToken: 'refresh-2' })
  })

  it('a process that is held up between its claim and its sending sends nothing', async () => {
    service = await startTokenService(() => undefined)
    const id = await signIn(record.db, service, -1)
    const deps = withRenewal(() => ({ repeatMs: 0.001 }))
    await expect(open(deps, id)).rejects.toMatchObject({ kind: 'transient' })
    expect(service.renewals).toEqual([])
    await record.clock.advance(MINUTE)
    expect(await token(workerDeps(record.db), id)).toBe('access-1')
  })
})

describe('a person is needed', () => {
  it('a dead grant is asked once; the old token serves to its end, and then nothing is asked', async () => {
    service = await startTokenService(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    const id = await signIn(record.db, service, 2 * MINUTE)
    const deps = workerDeps(record.db)
    expect(await token(deps, id)).toBe('access-0')
    await record.clock.advance(3 * MINUTE)
    await expect(open(deps, id)).rejects.toMatchObject({
      kind: 'auth',
      hint: expect.stringContaining('Sign in to Todoist again'),
    })
    expect(service.renewals).toHaveLength(1)
  })

  it('who signs in again ends it, whatever was claimed before', async () => {
    service = await startTokenService((nth) => (nth === 1 ? 'cut' : undefined))
    service.good.add('access-new').add('access-2')
    const id = await signIn(record.db, service, -1)
    const deps = workerDeps(record.db)
    await expect(open(deps, id)).rejects.toMatchObject({ kind: 'rate-limited' })
    await record.clock.advance(MINUTE)
    await expect(check(deps, { connectionId: id }, NEVER_ABORTED)).rejects.toMatchObject({ kind: 'auth' })
    const row = await connectionById(record.db, id)
    const credentials = { ...(await stored(id)), token: 'access-new', refreshToken: 'refresh-new' }
    await saveConnection(record.db, { ...settingsOf(row.name, service), credentials }, SECRET)
    await check(deps, { connectionId: id }, NEVER_ABORTED)
    expect(service.renewals).toEqual(['refresh-0', 'refresh-new'])
    expect((await connectionById(record.db, id)).state).toBe('ok')
  })

  it('credentials that are entered during a renewal stay', async () => {
    let enter = async (): Promise<void> => undefined
    service = await startTokenService(async (): Promise<Reply | undefined> => {
      await enter()
      return undefined
    })
    const id = await signIn(record.db, service, -1)
    const { name } = await connectionById(record.db, id)
    enter = async () => {
      const credentials = { token: 'personal' }
      await saveConnection(record.db, { ...settingsOf(name, service), credentials }, SECRET)
    }
    expect(await token(workerDeps(record.db), id)).toBe('personal')
    expect(await stored(id)).toEqual({ token: 'personal' })
  })
})

it('a personal token is never renewed', async () => {
  service = await startTokenService(() => undefined)
  const given = { ...settingsOf('personal', service), credentials: { token: 'personal' } }
  const id = await saveConnection(record.db, given, SECRET)
  const before = await connectionById(record.db, id)
  await record.clock.advance(100 * 60 * MINUTE)
  expect(await token(workerDeps(record.db), id)).toBe('personal')
  expect(await connectionById(record.db, id)).toEqual(before)
  expect(service.renewals).toEqual([])
})

it.each<[string, Reply]>([
  ['a dead grant', { status: 400, body: { error: 'invalid_grant', error_description: 'refresh-0 is dead' } }],
  ['a wrong app', { status: 401, body: { error: 'invalid_client', hint: 'app-s3cret' } }],
  ['a lost reply', 'cut'],
])('%s leaves no secret in the error, the failure and the record', async (_, reply) => {
  service = await startTokenService(() => reply)
  const id = await signIn(record.db, service, -1)
  const deps = workerDeps(record.db)
  const told: string[] = []
  for (let tries = 0; tries < 2; tries += 1) {
    const error = await open(deps, id).catch((reason: unknown) => reason as Error)
    if (!(error instanceof Error)) throw new Error('it was renewed')
    const failure = toFailure(error) as Error
    told.push(
      error.message,
      error.stack ?? '',
      JSON.stringify(error),
      failure.message,
      JSON.stringify(failure),
    )
    await noteTrouble(deps, { connectionId: id, state: 'auth-failed', note: failure.message })
    await record.clock.advance(MINUTE)
  }
  const [row] = await record.db<{ text: string }[]>`select c::text as text from connection c where id = ${id}`
  told.push(row?.text ?? '')
  for (const secret of ['access-0', 'refresh-0', 's3cret']) expect(told.join('\n')).not.toContain(secret)
})
