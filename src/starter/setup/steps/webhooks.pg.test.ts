import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromTodoist, post, type ReceiverBed, SECRET_KEY } from '../../../../test/receiver/running.ts'
import {
  openWebhookStand,
  PUBLIC,
  SYSTEM,
  type WebhookStand,
} from '../../../../test/starter/webhook-stand.ts'
import { type Scripted, scriptedPrompter, WAITING } from '../../../../test/support/scripted-prompter.ts'
import { readConfig } from '../../../config/parse.ts'
import { connectionById, openCredentials, saveConnection } from '../../../store/connections.ts'
import { addRoute, routeById } from '../../../store/routes.ts'
import type { SetupContext } from '../context.ts'
import { webhooksAsSaid } from '../said-webhooks.ts'
import { offerTest } from './test-delivery.ts'
import { todoistWebhooksStep } from './todoist-webhooks.ts'
import { webhooksStep } from './webhooks.ts'

const SHH = 'app-s3cret'
const POLICY = {
  zone: 'America/New_York',
  direction: 'both',
  fields: {},
  conflicts: 'newest',
  deletes: { left: 'propagate', right: 'unlink' },
  assignees: 'own',
  firstSync: { kind: 'open' },
} as const

let stand: WebhookStand
let bed: ReceiverBed
let crm: WebhookStand['crm']
let sim: WebhookStand['simulate']
let leftId: string
let rightId: string
let routeId: string
const said: string[] = []

beforeAll(async () => {
  stand = await openWebhookStand()
  bed = stand.bed
  crm = stand.crm
  sim = stand.simulate
})
beforeEach(async () => {
  said.length = 0
  await stand.reset()
  const one = { pollSeconds: 30, webhooks: false }
  const connect = (name: string, provider: string, baseUrl: string, credentials: Record<string, string>) =>
    saveConnection(bed.db, { ...one, name, provider, baseUrl, credentials }, SECRET_KEY)
  leftId = await connect('crm', 'follow-up-boss', stand.crmUrl, { apiKey: 'key', ...SYSTEM })
  rightId = await connect('home', 'todoist', stand.todoistUrl, { token: 'token' })
  await bed.db`insert into quota (connection_id, context, request_limit, window_ms) values (${leftId}, 'global', 100000, 10000)`
  routeId = (await addRoute(bed.db, { name: 'main', leftId, rightId, policy: POLICY })).id
})
afterAll(() => stand[Symbol.asyncDispose]())

function contextWith(publicUrl: string | null, env: Record<string, string> = {}): SetupContext {
  return {
    session: { db: bed.db, secretKey: async () => SECRET_KEY } as SetupContext['session'],
    deciding: stand.deciding(publicUrl),
    config: readConfig({ env, cwd: '/nonexistent', isTerminal: false }),
    link: {} as SetupContext['link'],
    route: () => routeById(bed.db, routeId),
  }
}

const answering = (...answers: readonly (readonly [string, string])[]) => scriptedPrompter(said, ...answers)
const hooks = () => stand.hooks()
const connection = (id: string) => connectionById(bed.db, id)
const heard = () => said.join('\n')

describe('of the CRM', () => {
  it('are registered where a person says so, who may go back before', async () => {
    const prompter = answering(
      ['another name and key', ''],
      ['Register webhooks now', 'b'],
      ['another name and key', 'y'],
      ['System name', 'Dealbridge'],
      ['System key', 'system-key'],
      ['Register webhooks now', 'y'],
    )
    expect(await webhooksStep.run(contextWith(PUBLIC), prompter)).toBe('next')
    expect(prompter.left).toEqual([])
    expect(heard()).toMatch(/crm takes deliveries[\s\S]*register tasksCreated/u)
    expect(new Set((await hooks()).map(({ url }) => url))).toEqual(
      new Set([`${PUBLIC}/webhook/follow-up-boss`]),
    )
    expect((await connection(leftId)).webhooks).toBe(true)
  })

  it('that are refused are told, and the wizard goes on with deliveries off', async () => {
    const prompter = answering(['another name and key', ''], ['Register webhooks now', 'y'])
    await crm.call('POST', '/__sim/keys', { keys: { key: 7 } })
    expect(await webhooksStep.run(contextWith(PUBLIC), prompter)).toBe('next')
    expect(heard()).toMatch(/owner[\s\S]*goes on without; .*webhooks register crm/u)
    expect((await connection(leftId)).webhooks).toBe(false)
  })

  it('are not spoken of where the environment says no, and need an address', async () => {
    const env = { FUB_USE_WEBHOOKS: 'false' }
    await webhooksStep.run(contextWith(PUBLIC, env), answering(['another name and key', '']))
    expect(heard()).not.toContain('PUBLIC_URL')
    await webhooksStep.run(contextWith(null), answering(['another name and key', '']))
    expect(said.at(-1)).toMatch(/^Webhooks of Follow Up Boss need PUBLIC_URL/u)
    expect(await hooks()).toEqual([])
  })
})

describe('of Todoist', () => {
  it('need an address, and are skipped by Enter once it is there', async () => {
    expect(await todoistWebhooksStep.run(contextWith(null), answering())).toBe('passed')
    expect(said).toEqual([expect.stringMatching(/^Webhooks of Todoist need PUBLIC_URL/u)])
    expect(await todoistWebhooksStep.run(contextWith(PUBLIC), answering(['such an app', '']))).toBe('next')
    expect(heard()).toContain(`Webhook callback URL  ${PUBLIC}/webhook/todoist`)
    expect(await todoistWebhooksStep.run(contextWith(PUBLIC), answering(['such an app', 'b']))).toBe('back')
    expect((await connection(rightId)).webhooks).toBe(false)
  })

  /** The browser of the person: opens each page that is shown, once its address stands in the console. */
  function browsing(prompter: Scripted): Scripted {
    return {
      ...prompter,
      say(...lines) {
        prompter.say(...lines)
        const page = lines.find((line) => line.includes('/oauth/authorize'))?.trim()
        if (page === undefined) return
        const redirect = new URL(page).searchParams.get('redirect_uri')
        const app = { client_id: 'app', client_secret: SHH, redirect_uris: [redirect] }
        void sim('/__sim/apps', app).then(() => fetch(page))
      },
    }
  }

  it('are had by a sign-in, which may be given up, and done again when it was refused', async () => {
    await sim('/__sim/settings', { oauthConsent: 'deny' })
    const app = [
      ['such an app', 'y'],
      ['Client id', 'app'],
      ['Client secret', SHH],
    ] as const
    const first = answering(
      ['such an app', 'y'],
      ['Client id', 'app'],
      ['Client secret', 'b'],
      ['Client id', ''],
      ['Client secret', SHH],
      ['Client id', 'b'],
      ...app,
      [WAITING, 'b'],
      ...app,
      ['such an app', 'b'],
    )
    const here = contextWith(bed.receiver.url)
    expect(await todoistWebhooksStep.run(here, browsing(first))).toBe('back')
    expect(first.left).toEqual([])
    expect(heard()).toMatch(/takes both[\s\S]*Given up[\s\S]*gave no access: access was denied/u)
    expect(heard()).not.toMatch(/is not reached|s3cret/u)
    expect(openCredentials(await connection(rightId), SECRET_KEY)).toEqual({ token: 'token' })

    await sim('/__sim/settings', { oauthConsent: 'allow' })
    const second = answering(...app, ['wait for a delivery', 'b'], ['Sign in again', ''], ['wait for', ''])
    expect(await todoistWebhooksStep.run(here, browsing(second))).toBe('next')
    expect(second.left).toEqual([])
    expect(heard()).toContain('home has new access, and it works.\nhome takes deliveries.')
    const row = await connection(rightId)
    expect(row.webhooks).toBe(true)
    const kept = openCredentials(row, SECRET_KEY)
    expect(kept).toMatchObject({ clientId: 'app', webhookSecret: SHH })
    expect(kept.token).not.toBe('token')
  })

  it('are tried when a person likes: what came, or that none did and why', async () => {
    const credentials = { token: 'token', clientId: 'app', clientSecret: 'shh', webhookSecret: 'shh' }
    const mine = {
      name: 'home',
      provider: 'todoist',
      baseUrl: stand.todoistUrl,
      pollSeconds: 30,
      webhooks: true,
    }
    await saveConnection(bed.db, { ...mine, credentials }, SECRET_KEY)
    const away = contextWith('https://127.0.0.1:9').deciding
    const none = answering(['wait for', 'y'], ['wait for', 'y'], [WAITING, 'b'], ['wait for', 'b'])
    expect(await offerTest(away, none, 'home', 0.05)).not.toBe('done')
    expect(heard()).toMatch(/No delivery has come within 0\.05 s[\s\S]*does not answer from here/u)
    const prompter = answering(['wait for', 'y'])
    let sent = 0
    const again = setInterval(() => {
      void post(bed.receiver, '/webhook/todoist', fromTodoist(`d${sent++}`))
    }, 100)
    try {
      expect(await offerTest(contextWith(bed.receiver.url).deciding, prompter, 'home', 20)).toBe('done')
    } finally {
      clearInterval(again)
    }
    expect(said.at(-1)).toContain('webhooks of home work')
  })
})

it('a file says of each account whether its webhooks are registered', async () => {
  const { deciding } = contextWith(PUBLIC)
  const rows = { left: await connection(leftId), right: await connection(rightId) }
  const file = (webhooks: boolean) => ({ left: { provider: 'follow-up-boss', webhooks }, right: 'home' })
  const dry = await webhooksAsSaid(deciding, file(true), rows, { dryRun: true })
  expect(dry.join('\n')).toContain('register tasksCreated')
  expect(await hooks()).toEqual([])
  await webhooksAsSaid(deciding, file(true), rows, { dryRun: false })
  expect(await hooks()).toHaveLength(15)
  expect((await webhooksAsSaid(deciding, file(false), rows, { dryRun: false }))[0]).toContain('15 webhooks')
  expect(await hooks()).toEqual([])
  expect(await webhooksAsSaid(deciding, file(false), rows, { dryRun: false })).toEqual([])
  const right = { provider: 'todoist', webhooks: true }
  await expect(
    webhooksAsSaid(deciding, { left: 'crm', right }, rows, { dryRun: true }),
  ).rejects.toMatchObject({ code: 'NO_WEBHOOK_SECRET', exitCode: 2 })
})

it('what the environment or a person has switched on is registered without a word in the file; what is refused is told', async () => {
  const rows = { left: await connection(leftId), right: await connection(rightId) }
  const nothingSaid = { left: undefined, right: undefined }
  const said = (publicUrl: string | null, dryRun = false) =>
    webhooksAsSaid(stand.deciding(publicUrl), nothingSaid, rows, { dryRun })
  expect(await said(PUBLIC)).toEqual([])
  await bed.db`update connection set webhooks = true`
  expect(await said(null)).toEqual([])
  expect((await said(PUBLIC, true)).join('\n')).toContain('register tasksCreated')
  expect(await hooks()).toEqual([])
  await crm.call('POST', '/__sim/keys', { keys: { key: 7 } })
  expect((await said(PUBLIC)).join('\n')).toMatch(/owner[\s\S]*goes on without; .*webhooks register crm/u)
  expect((await connection(leftId)).webhooks).toBe(true)
  await crm.call('POST', '/__sim/keys', { keys: null })
  await said(PUBLIC)
  expect(await hooks()).toHaveLength(15)
  expect(await said(PUBLIC)).toEqual([expect.stringContaining('everything is registered')])
})
