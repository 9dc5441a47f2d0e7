import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addTestRoute, openTestRecord, SECRET, type TestRecord } from '../../../test/store/record.ts'
import { startHook } from '../../../test/support/hook-receiver.ts'
import { startSmtp } from '../../../test/support/smtp-server.ts'
import { lookForTrouble } from '../../activities/alerts/look-for-trouble.ts'
import { watchDeps } from '../../activities/alerts/watch-deps.ts'
import { type Alerting, alertingOf } from '../../config/alerting.ts'
import { createLog } from '../../config/log.ts'
import { readConfig } from '../../config/parse.ts'
import { setConnectionState } from '../../store/connections.ts'
import { sendTest, waysToTest } from '../test-message.ts'
import { listAlerts } from './alerts.ts'

let record: TestRecord
beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

const alerting = (env: NodeJS.ProcessEnv): Alerting =>
  alertingOf(readConfig({ env: { ALERT_TIMEZONE: 'UTC', ...env }, cwd: '/', isTerminal: false }))

describe('alerts list', () => {
  const nobody = alerting({})
  const look = () =>
    lookForTrouble(
      {
        ...watchDeps({
          db: record.db,
          providers: new Map(),
          secretKey: SECRET,
          log: createLog({ level: 'silent', format: 'json' }),
        } as never),
        alerting: nobody,
      },
      { by: 'worker' },
    )

  it('says what is wrong, whether it was told, what to do, and afterwards how long it was', async () => {
    expect(await listAlerts(record.db, nobody, {})).toMatchObject({
      lines: ['Nothing is wrong.', expect.stringContaining('Nobody is told of trouble')],
      outcome: 0,
    })
    const { right } = await addTestRoute(record.db)
    await record.db`update connection set last_pull_at = 'infinity'`
    await setConnectionState(record.db, right, 'auth-failed', 'no')
    await look()
    const watched = await listAlerts(record.db, nobody, {})
    expect(watched.lines).toContain('      since 2026-11-21 10:00; not told yet: it may pass')
    expect(watched.outcome).toBe(0)
    await record.clock.advance(15 * 60_000)
    await look()
    const open = await listAlerts(record.db, nobody, {})
    expect(open.outcome).toBe(3)
    expect(open.lines[0]).toMatch(/^right-\d+ refuses its key$/u)
    expect(open.lines.join('\n')).toMatch(/you can: .*connect edit right-\d+ --credentials/u)
    expect(open.json).toMatchObject({
      alerts: [{ kind: 'key-refused', state: 'open', subject: { type: 'connection', id: right }, sent: [] }],
      ways: { email: false, webhook: false },
    })
    await setConnectionState(record.db, right, 'ok', null)
    for (const minutes of [1, 10]) {
      await record.clock.advance(minutes * 60_000)
      await look()
    }
    expect((await listAlerts(record.db, nobody, {})).lines[0]).toBe('Nothing is wrong.')
    const all = await listAlerts(record.db, nobody, { all: true })
    expect(all.lines).toContain('      from 2026-11-21 10:00 to 2026-11-21 10:16 (16 min)')
    expect(all.outcome).toBe(0)
  })
})

describe('alerts test', () => {
  const given = { zone: 'UTC', dryRun: false, signal: new AbortController().signal }

  it('sends on each way that is configured', async () => {
    await using smtp = await startSmtp()
    await using hook = await startHook()
    const both = alerting({
      SMTP_URL: smtp.url,
      ALERT_EMAIL_TO: 'Ops <ops@example.com>, b@example.com',
      ALERT_WEBHOOK_URL: hook.url,
    })
    expect(waysToTest(both, { webhook: true })).toEqual(['webhook'])
    expect(await sendTest(both, waysToTest(both, {}), { ...given, dryRun: true })).toMatchObject({
      outcome: 0,
    })
    expect([smtp.mails.length, hook.posts.length]).toEqual([0, 0])
    expect(await sendTest(both, waysToTest(both, {}), given)).toMatchObject({
      lines: ['Sent by mail.', 'Sent by webhook.'],
      outcome: 0,
    })
    expect(smtp.mails[0]).toMatchObject({ from: 'ops@example.com', to: ['ops@example.com', 'b@example.com'] })
    expect(hook.posts[0]?.headers).not.toHaveProperty('dealbridge-signature')
    expect(JSON.parse(hook.posts[0]?.body ?? '')).toMatchObject({ type: 'test', link: null })
  })

  it('says why it failed, without what is secret, and what to do', async () => {
    await using smtp = await startSmtp()
    await using hook = await startHook()
    smtp.temper = 'refuses-login'
    hook.answer = { status: 403 }
    const both = alerting({
      SMTP_URL: smtp.url,
      ALERT_EMAIL_TO: 'a@example.com',
      ALERT_WEBHOOK_URL: hook.url,
    })
    const { lines, outcome } = await sendTest(both, ['email', 'webhook'], given)
    expect(lines).toEqual([
      'Not sent by mail: The mail server refuses user and password.',
      '  Correct user and password in SMTP_URL.',
      'Not sent by webhook: Who answers at ALERT_WEBHOOK_URL says 403.',
      '  See whether ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET are what is expected there.',
    ])
    expect(outcome).toBe(1)
  })

  it('says so when nobody is there', async () => {
    const both = alerting({
      SMTP_URL: 'smtp://127.0.0.1:1',
      ALERT_EMAIL_TO: 'a@example.com',
      ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/',
    })
    const { lines } = await sendTest(both, ['email', 'webhook'], given)
    expect(lines[0]).toBe('Not sent by mail: The mail server cannot be reached (ECONNREFUSED).')
    expect(lines[2]).toBe('Not sent by webhook: Nobody answers at ALERT_WEBHOOK_URL (ECONNREFUSED).')
  })

  it('is refused where nothing is configured', () => {
    expect(() => waysToTest(alerting({}), {})).toThrow('There is no way to send it')
    expect(() => waysToTest(alerting({ ALERT_WEBHOOK_URL: 'http://127.0.0.1:1' }), { email: true })).toThrow(
      'set SMTP_URL and ALERT_EMAIL_TO.',
    )
  })
})
