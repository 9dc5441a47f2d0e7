import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { alertingOf } from '../../src/config/alerting.ts'
import { createLog } from '../../src/config/log.ts'
import { type Config, readConfig } from '../../src/config/parse.ts'
import type { Answer } from '../../src/starter/answer.ts'
import { listAlerts } from '../../src/starter/commands/alerts.ts'
import { backup } from '../../src/starter/commands/backup.ts'
import * as connect from '../../src/starter/commands/connect.ts'
import { look } from '../../src/starter/commands/doctor.ts'
import { rotated } from '../../src/starter/commands/keys.ts'
import { migrated } from '../../src/starter/commands/migrate.ts'
import * as secrets from '../../src/starter/commands/webhook-secrets.ts'
import * as webhooks from '../../src/starter/commands/webhooks.ts'
import type { Deciding } from '../../src/starter/deciding.ts'
import type { Patient } from '../../src/starter/doctor/patient.ts'
import { writeExport } from '../../src/starter/export/write-export.ts'
import { describeFailure } from '../../src/starter/failure.ts'
import type { RecordSession } from '../../src/starter/session.ts'
import type { SetupContext } from '../../src/starter/setup/context.ts'
import { setupReport } from '../../src/starter/setup/report.ts'
import { webhooksAsSaid } from '../../src/starter/setup/said-webhooks.ts'
import { setupFileSaid } from '../../src/starter/setup/setup-file.ts'
import { routeToSetUp } from '../../src/starter/setup/sides.ts'
import { sendTest } from '../../src/starter/test-message.ts'
import { saveConfigured } from '../../src/store/connections.ts'
import { routeById } from '../../src/store/routes.ts'
import { answered } from '../starter/documents.ts'
import { openWebhookStand, type WebhookStand } from '../starter/webhook-stand.ts'
import { startHook, type TestHook } from '../support/hook-receiver.ts'
import { startSmtp, type TestSmtp } from '../support/smtp-server.ts'

/** Each is found again wherever it was told. */
const SECRETS = {
  FUB_API_KEY: 'telltale-fub-key',
  FUB_SYSTEM_KEY: 'telltale-system-key',
  TODOIST_API_TOKEN: 'telltale-todoist-token',
  TODOIST_CLIENT_SECRET: 'telltale-client-secret',
  TODOIST_WEBHOOK_SECRET: 'telltale-webhook-secret',
  ALERT_WEBHOOK_SECRET: 'telltale-alert-secret',
  API_TOKEN: 'telltale-api-token-of-32-letters',
  DEALBRIDGE_SECRET_KEY: 'telltale-secret-key',
}
const TODOIST = {
  token: SECRETS.TODOIST_API_TOKEN,
  refreshToken: 'telltale-refresh-token',
  clientId: 'app',
  clientSecret: SECRETS.TODOIST_CLIENT_SECRET,
  webhookSecret: SECRETS.TODOIST_WEBHOOK_SECRET,
  expiresAt: '2099-01-01T00:00:00.000Z',
}
const SOON = { timeout: 0.05 }

let stand: WebhookStand
let smtp: TestSmtp
let hook: TestHook
let folder: string
let config: Config
let deciding: Deciding
/** All that was said, on either stream, and every line of the log. */
const said: string[] = []

beforeAll(async () => {
  stand = await openWebhookStand()
  await stand.reset()
  smtp = await startSmtp()
  hook = await startHook()
  folder = await mkdtemp(join(tmpdir(), 'dealbridge-secrets-'))
  const env = {
    ...SECRETS,
    FUB_SYSTEM_NAME: 'Tests',
    FUB_BASE_URL: stand.crmUrl,
    TODOIST_BASE_URL: stand.todoistUrl,
    DATABASE_URL: stand.bed.url,
    DEALBRIDGE_DATA_DIR: folder,
    SMTP_URL: smtp.url.replace('user:password', 'telltale-user:telltale-smtp'),
    ALERT_EMAIL_TO: 'a@example.com',
    ALERT_WEBHOOK_URL: `${hook.url}?key=telltale-hook-key`,
  }
  config = readConfig({ env, cwd: folder, isTerminal: false })
  const destination = new Writable({
    write(chunk, _encoding, done) {
      said.push(String(chunk))
      done()
    },
  })
  const log = createLog({ level: 'trace', format: 'json', destination })
  const plain = stand.deciding()
  deciding = {
    ...plain,
    deps: { ...plain.deps, log },
    secretKey: async () => SECRETS.DEALBRIDGE_SECRET_KEY,
  }
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      said.push(String(chunk))
      return true
    })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await Promise.all([stand, smtp, hook].map((one) => one[Symbol.asyncDispose]()))
})

/** What a command says, as a person and as a program is told it. */
async function saying(command: string, work: Promise<Answer>): Promise<void> {
  const { lines, json } = await answered(command, work)
  said.push(...lines, JSON.stringify(json))
}

/** With `--debug`. */
async function failing(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    said.push(...describeFailure(error, true).lines)
    return
  }
  throw new Error('it was to fail')
}

const fileOf = async (content: string) => {
  const path = join(folder, `secret-${said.length}`)
  await writeFile(path, content)
  return path
}
const untold = () => {
  const all = said.join('\n')
  return [...all.matchAll(/telltale[\w-]*/gu)].map(([word]) => word)
}

it('no command tells a secret: to whom it answers, when it fails, or in its log', async () => {
  const { db } = stand.bed
  const key = SECRETS.DEALBRIDGE_SECRET_KEY
  const { FUB_API_KEY: apiKey, FUB_SYSTEM_KEY: systemKey } = SECRETS
  const one = { pollSeconds: 30, webhooks: true }
  const crm = { provider: 'follow-up-boss', baseUrl: stand.crmUrl, ...one }
  const app = { provider: 'todoist', baseUrl: stand.todoistUrl, ...one }
  await saveConfigured(
    db,
    { ...crm, name: 'crm', credentials: { apiKey, systemName: 'Tests', systemKey } },
    key,
  )
  await saveConfigured(db, { ...app, name: 'home', credentials: TODOIST }, key)

  const file = setupFileSaid('left: crm\nright: home\n', 'setup.yaml')
  const toSetUp = await routeToSetUp(deciding, config, file)
  said.push(...(await webhooksAsSaid(deciding, file, toSetUp, { dryRun: false })))
  const context = {
    session: { db },
    deciding,
    config,
    route: () => routeById(db, toSetUp.route.id),
  } as unknown as SetupContext
  await saying('setup', setupReport(context, { preview: null, status: null }))

  await saying('webhooks list', webhooks.list(deciding))
  await saying('webhooks register', webhooks.register(deciding, undefined, {}))
  await saying('webhooks repair', webhooks.repair(deciding, undefined, {}))
  await saying(
    'webhooks rotate',
    secrets.rotate(deciding, 'home', { secret: await fileOf('telltale-next-secret') }),
  )
  await saying('webhooks test', secrets.test(deciding, 'crm', SOON))
  await saying('webhooks remove', webhooks.remove(deciding, 'home', {}))
  await saying('connect list', connect.list(deciding))

  const alerting = alertingOf(config)
  await saying('alerts list', listAlerts(db, alerting, {}))
  const given = { zone: 'UTC', dryRun: false, signal: deciding.signal }
  await saying('alerts test', sendTest(alerting, ['email', 'webhook'], { ...given, dryRun: true }))
  await saying('alerts test', sendTest(alerting, ['email', 'webhook'], given))
  smtp.temper = 'refuses-login'
  hook.answer = { status: 403 }
  await saying('alerts test', sendTest(alerting, ['email', 'webhook'], given))

  const patient = {
    config,
    problems: [],
    dataDir: folder,
    run: undefined,
    record: { value: db },
    temporal: { error: new Error('none') },
    providers: deciding.deps.providers,
    secretKey: key,
    signal: deciding.signal,
  } as unknown as Patient
  await saying('doctor', look(patient, {}))
  await saying('backup', backup(config, { out: join(folder, 'kept.backup') }))
  await saying('migrate', migrated(config, {}))
  const session = { db, config, demo: false, signal: deciding.signal } as unknown as RecordSession
  const keys = { keys: () => [key, 'telltale-older-key'], file: undefined, own: false }
  await saying('keys rotate', rotated(session, keys, {}))

  const out = new PassThrough()
  const exported = text(out)
  await writeExport(db, out, { program: '1.2.3', signal: deciding.signal })
  out.end()
  said.push(await exported)
  expect(await exported).toContain('"kind":"connection"')
  expect(untold()).toEqual([])
})

it('nor does one that is refused, unreachable, or given what it does not understand', async () => {
  const { db } = stand.bed
  said.length = 0
  const edited = async (name: string, credentials: object) =>
    connect.edit(deciding, name, { credentials: await fileOf(JSON.stringify(credentials)) })
  await stand.crm.call('POST', '/__sim/keys', { keys: { other: 2 } })
  await failing(() => edited('crm', { apiKey: 'telltale-wrong-key' }))
  await failing(() => webhooks.register(deciding, 'nobody', {}))
  await saying('webhooks register', webhooks.register(deciding, undefined, {}))
  await failing(async () =>
    connect.edit(deciding, 'home', { credentials: await fileOf('{"token": "telltale-half') }),
  )
  await db`update connection set base_url = 'http://127.0.0.1:9/v1' where name = 'crm'`
  await failing(() => edited('crm', { apiKey: 'telltale-key-of-nobody' }))
  await saying('webhooks list', webhooks.list(deciding))

  for (const broken of ['"telltale-open', '*telltale-alias', '[telltale-list', '{telltale-map: x}'])
    await failing(() =>
      setupFileSaid(`left: {provider: todoist, credentials: {token: ${broken}}}`, 'setup.yaml'),
    )
  for (const [name, value] of [
    ['SMTP_URL', 'telltale://telltale-user:telltale-pass@x'],
    ['ALERT_WEBHOOK_URL', 'telltale-hook'],
    ['DATABASE_URL', 'telltale-database'],
    ['ALERT_WEBHOOK_SECRET_FILE', join(folder, 'none')],
  ] as const)
    await failing(() => readConfig({ env: { [name]: value, LOG_LEVEL: 'none' }, cwd: folder }))
  expect(untold()).toEqual([])
})
