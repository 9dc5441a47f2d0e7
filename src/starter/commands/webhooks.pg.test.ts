import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import '../../../test/support/provided.ts'
import {
  fromFollowUpBoss,
  fromTodoist,
  post,
  type ReceiverBed,
  SECRET_KEY,
} from '../../../test/receiver/running.ts'
import { openWebhookStand, PUBLIC, SYSTEM, type WebhookStand } from '../../../test/starter/webhook-stand.ts'
import { saveConfigured } from '../../store/connections.ts'
import type { Deciding } from '../deciding.ts'
import { remove as disconnect, edit as editAccount } from './connect.ts'
import { addBySignIn, editBySignIn, type SignInSurroundings } from './connect-oauth.ts'
import { rotate, test as waitFor } from './webhook-secrets.ts'
import { list, register, remove, repair } from './webhooks.ts'

const HERE = `${PUBLIC}/webhook/follow-up-boss`
const HOOKS = '/v1/webhooks'

let stand: WebhookStand
let bed: ReceiverBed
let service: WebhookStand['crm']
let crm: string
let deciding: (publicUrl?: string) => Deciding

beforeAll(async () => {
  stand = await openWebhookStand()
  bed = stand.bed
  service = stand.crm
  deciding = stand.deciding
})
beforeEach(async () => {
  await stand.reset()
  crm = await configured()
  await bed.db`insert into quota (connection_id, context, request_limit, window_ms) values (${crm}, 'global', 100000, 10000)`
})
afterAll(() => stand[Symbol.asyncDispose]())

/** Follow Up Boss as the environment gives it. */
const configured = (webhooks = true, systemKey = SYSTEM.systemKey) =>
  saveConfigured(
    bed.db,
    {
      name: 'crm',
      provider: 'follow-up-boss',
      baseUrl: stand.crmUrl,
      credentials: { apiKey: 'key', ...SYSTEM, systemKey },
      pollSeconds: 30,
      webhooks,
    },
    SECRET_KEY,
  )
const hooks = () => stand.hooks()
const fileOf = async (text: string) => {
  const path = join(await mkdtemp(join(inject('runFolder'), 'given-')), 'secret')
  await writeFile(path, text)
  return path
}
const stateOf = async () => {
  const { json, outcome, lines } = await list(deciding())
  return {
    outcome,
    text: lines.join('\n'),
    crm: (json as { connections: Record<string, unknown>[] }).connections[0],
  }
}
const credentialsOf = (id: string) => stand.credentialsOf(id)

it('lists, tries, registers, repairs and removes, and says at each step how it stands', async () => {
  expect(await stateOf()).toMatchObject({ outcome: 3, crm: { state: 'trouble', on: true, url: HERE } })
  const dry = await register(deciding(), undefined, { dryRun: true })
  expect(dry.lines.join('\n')).toMatch(/^Nothing is changed.*\n.*\n {2}register tasksCreated\n/)
  expect(await hooks()).toEqual([])
  expect(await register(deciding(), undefined, {})).toMatchObject({ outcome: 0 })
  const all = await hooks()
  expect(all).toHaveLength(15)
  await service.call('PUT', `${HOOKS}/${all[0]?.id}`, { status: 'Disabled' })
  await service.call('POST', HOOKS, { event: 'tasksCreated', url: 'https://other.example.com/hook' })
  const off = await stateOf()
  expect(off.outcome).toBe(3)
  expect(off.text).toMatch(/repair \w+ \(\d+\): switched off by the service/)
  expect(off.text).toContain(
    '1 of the same system lead elsewhere and are left alone: https://other.example.com',
  )
  expect((await repair(deciding(), undefined, {})).lines.join('\n')).toContain('switched off by the service')
  expect(await stateOf()).toMatchObject({
    outcome: 0,
    crm: { state: 'ok', lastDeliveryAt: null, refused: 0 },
  })
  const gone = await remove(deciding(), undefined, {})
  expect(gone.lines.join('\n')).toMatch(/15 webhooks are removed[\s\S]*set FUB_USE_WEBHOOKS=false/)
  expect((await hooks()).map(({ url }) => url)).toEqual(['https://other.example.com/hook'])
  expect(await stateOf()).toMatchObject({ outcome: 0, crm: { state: 'off', on: false } })
  await expect(repair(deciding(), 'crm', {})).rejects.toMatchObject({ code: 'WEBHOOKS_OFF' })
  await expect(repair(deciding(), undefined, {})).rejects.toMatchObject({ code: 'NO_WEBHOOKS' })
  const on = await register(deciding(), 'crm', {})
  expect(on.lines.slice(0, 2)).toEqual([
    'crm takes deliveries.',
    expect.stringContaining('FUB_USE_WEBHOOKS=false, take that out'),
  ])
  expect(await stateOf()).toMatchObject({ crm: { state: 'ok', on: true } })
})

it('says what is missing before anything is done', async () => {
  const { publicUrl: _, ...deps } = deciding().deps
  await expect(register({ ...deciding(), deps }, undefined, {})).rejects.toMatchObject({
    code: 'NO_PUBLIC_URL',
    exitCode: 2,
  })
  await expect(register(deciding('http://sync.example.com'), undefined, {})).rejects.toMatchObject({
    kind: 'invalid',
  })
  await expect(register(deciding(), 'nobody', {})).rejects.toMatchObject({ code: 'NO_SUCH_CONNECTION' })
  expect(await hooks()).toEqual([])
})

it('the trouble of one connection does not cost the others, and decides the exit code', async () => {
  await saveConfigured(
    bed.db,
    {
      name: 'away',
      provider: 'follow-up-boss',
      baseUrl: 'http://127.0.0.1:9/v1',
      credentials: { apiKey: 'key', ...SYSTEM },
      pollSeconds: 30,
      webhooks: true,
    },
    SECRET_KEY,
  )
  const { outcome, lines } = await register(deciding(), undefined, {})
  expect(outcome).toBe(4)
  expect(lines.join('\n')).toMatch(/^crm, at .*\/webhook\/follow-up-boss\/crm:/)
  expect(lines.join('\n')).toContain('away: ')
  expect(await hooks()).toHaveLength(15)
})

describe('another secret', () => {
  const send = async (eventId: string, key: string) => {
    const event = { eventId, event: 'tasksUpdated', resourceIds: [1] }
    return (await post(bed.receiver, '/webhook/fub', fromFollowUpBoss(event, key))).status
  }

  it('is tried, then in force beside the one before, and outlives the next start', async () => {
    await service.call('POST', '/__sim/settings', { systems: 'Dealbridge=system-key,Dealbridge=new-key' })
    await expect(rotate(deciding(), 'crm', { secret: await fileOf('wrong') })).rejects.toMatchObject({
      code: 'SECRET_REFUSED',
    })
    await expect(rotate(deciding(), 'crm', { secret: await fileOf('system-key\n') })).rejects.toMatchObject({
      code: 'SAME_SECRET',
    })
    const { lines } = await rotate(deciding(), 'crm', { secret: await fileOf('new-key\n'), keep: 1 })
    expect(lines.join('\n')).toMatch(/^crm has another secret.\nThe one before is taken until 20/)
    expect((await stateOf()).text).toContain('the secret before is taken until')
    await configured()
    expect(await credentialsOf(crm)).toMatchObject({ systemKey: 'new-key', apiKey: 'key' })
    expect([await send('r1', 'new-key'), await send('r2', 'system-key'), await send('r3', 'wrong')]).toEqual([
      200, 200, 401,
    ])
  })

  it('of an app replaces its client secret too, and tells who else has it', async () => {
    const app = { token: 'token', clientId: 'app', clientSecret: 'old', webhookSecret: 'old' }
    const one = { provider: 'todoist', baseUrl: stand.todoistUrl, pollSeconds: 30, webhooks: true }
    const id = await saveConfigured(bed.db, { ...one, name: 'mine', credentials: app }, SECRET_KEY)
    await saveConfigured(bed.db, { ...one, name: 'hers', credentials: { ...app, token: 'hers' } }, SECRET_KEY)
    const { json } = await rotate(deciding(), 'mine', { secret: await fileOf('new'), keep: 0 })
    expect(json).toEqual({ connection: 'mine', formerSecretUntil: null, alike: ['hers'] })
    expect(await credentialsOf(id)).toEqual({ ...app, clientSecret: 'new', webhookSecret: 'new' })
  })
})

describe('a test', () => {
  const soon = { timeout: 0.05 }

  it('ends with the first delivery', async () => {
    const waiting = waitFor(deciding(), 'crm', { timeout: 20 })
    const event = { eventId: 't1', event: 'peopleUpdated', resourceIds: [1] }
    await post(bed.receiver, '/webhook/fub', fromFollowUpBoss(event, 'system-key'))
    const again = setInterval(() => {
      void post(
        bed.receiver,
        '/webhook/fub',
        fromFollowUpBoss({ ...event, eventId: `t${performance.now()}` }, 'system-key'),
      )
    }, 100)
    try {
      expect(await waiting).toMatchObject({ outcome: 0, json: { came: true, about: 'people' } })
    } finally {
      clearInterval(again)
    }
  })

  it('says that none came, and why that may be', async () => {
    const { outcome, lines, json } = await waitFor(deciding(bed.receiver.url), 'crm', soon)
    expect(outcome).toBe(1)
    expect(json).toMatchObject({ came: false, about: null })
    expect(lines[0]).toBe('No delivery has come within 0.05 s.')
    const away = (await waitFor(deciding('https://127.0.0.1:9'), 'crm', soon)).lines.join('\n')
    expect(away).toContain('https://127.0.0.1:9/webhook/follow-up-boss does not answer from here')
    expect(away).toContain('are not as they should be')
    const another = (await waitFor(deciding(stand.todoistUrl), 'crm', soon)).lines.join('\n')
    expect(another).toContain('is not Dealbridge')
  })

  it('of a personal token of Todoist says that nobody has signed in by the app', async () => {
    const credentials = { token: 'token', webhookSecret: 'shh' }
    const one = { provider: 'todoist', baseUrl: stand.todoistUrl, pollSeconds: 30, webhooks: true }
    await saveConfigured(bed.db, { ...one, name: 'mine', credentials }, SECRET_KEY)
    const text = (await waitFor(deciding(bed.receiver.url), 'mine', soon)).lines.join('\n')
    expect(text).toMatch(/personal token: .*connect edit mine --oauth/)
    expect(text).not.toMatch(/does not answer|is not Dealbridge/)
    await bed.db`update connection set webhooks = false`
    await expect(waitFor(deciding(), 'mine', soon)).rejects.toMatchObject({ code: 'WEBHOOKS_OFF' })
  })
})

it('a connection that is removed leaves no webhooks of ours behind', async () => {
  await register(deciding(), undefined, {})
  await disconnect(deciding(), 'crm', { dryRun: true })
  expect(await hooks()).toHaveLength(15)
  await disconnect(deciding(), 'crm', {})
  expect(await hooks()).toEqual([])
})

describe('signing in', () => {
  const surroundings: SignInSurroundings = {
    app: { clientId: 'app', clientSecret: 'shh' },
    webhooks: true,
    show: (page, redirectUri) => {
      const app = { client_id: 'app', client_secret: 'shh', redirect_uris: [redirectUri] }
      const headers = { 'content-type': 'application/json' }
      void fetch(`${stand.todoistUrl}/__sim/apps`, {
        method: 'POST',
        headers,
        body: JSON.stringify(app),
      }).then(() => fetch(page))
    },
  }
  const flags = { provider: 'todoist', callbackPort: 0, timeout: 20 }

  it('connects an account whose deliveries are checked by the secret of the app, and is done anew', async () => {
    const { lines } = await addBySignIn(deciding(), 'mine', { ...flags, url: stand.todoistUrl }, surroundings)
    expect(lines.join('\n')).toMatch(
      /^mine is connected: todoist\.[\s\S]*Webhook callback URL +https:\/\/sync\.example\.com\/webhook\/todoist/,
    )
    expect((await post(bed.receiver, '/webhook/todoist', fromTodoist('s1', undefined, 'shh'))).status).toBe(
      200,
    )
    const [row] = await bed.db<{ id: string }[]>`select id from connection where name = 'mine'`
    const before = await credentialsOf(row?.id ?? '')
    expect(await editBySignIn(deciding(), 'mine', flags, { ...surroundings, app: {} })).toMatchObject({
      outcome: 0,
    })
    const after = await credentialsOf(row?.id ?? '')
    expect(after).toMatchObject({ clientId: 'app', clientSecret: 'shh', scope: before.scope })
    expect(after.token).not.toBe(before.token)
    // A personal token in its place ends by nobody's renewal, and tells of no app.
    const personal = await fileOf('{"token": "personal"}')
    await editAccount(deciding(), 'mine', { credentials: personal })
    expect(await credentialsOf(row?.id ?? '')).toEqual({ token: 'personal', webhookSecret: 'shh' })
    await expect(addBySignIn(deciding(), 'mine', flags, surroundings)).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    })
  })

  it('is refused where a service has none, and needs an app', async () => {
    const none = addBySignIn(deciding(), 'dav', { ...flags, provider: 'caldav' }, surroundings)
    await expect(none).rejects.toMatchObject({ code: 'NO_SIGN_IN', exitCode: 2 })
    const app = addBySignIn(deciding(), 'mine', flags, { ...surroundings, app: { clientId: 'app' } })
    await expect(app).rejects.toMatchObject({ code: 'APP_MISSING', exitCode: 2 })
  })
})
