import { describe, expect, it } from 'vitest'
import { alertingOf } from './alerting.ts'
import { ConfigError, readConfig } from './parse.ts'

const read = (env: NodeJS.ProcessEnv) => readConfig({ env, cwd: '/', isTerminal: false })
const alerting = (env: NodeJS.ProcessEnv) => alertingOf(read(env))

describe('options of alerts', () => {
  it('have defaults, and no way to send', () => {
    expect(alerting({})).toMatchObject({
      email: null,
      webhook: null,
      afterMs: 900_000,
      remindMs: 86_400_000,
      quiet: null,
      digestAt: '08:00',
      digestTitles: false,
      zone: null,
      dataDir: null,
    })
  })

  it.each([
    ['22:00-07:00', { from: '22:00', to: '07:00' }],
    ['9:30 - 12:00', { from: '09:30', to: '12:00' }],
  ])('quiet hours %s', (text, quiet) => {
    expect(alerting({ ALERT_QUIET_HOURS: text }).quiet).toEqual(quiet)
  })

  it('turn off what they can', () => {
    expect(alerting({ ALERT_DIGEST_AT: 'off', ALERT_REMIND_HOURS: '0' })).toMatchObject({
      digestAt: null,
      remindMs: null,
    })
  })

  it.each([
    ['ALERT_QUIET_HOURS', '22:00'],
    ['ALERT_QUIET_HOURS', '22:00-22:00'],
    ['ALERT_QUIET_HOURS', '22:00-24:00'],
    ['ALERT_QUIET_HOURS', '1:00-2:00-3:00'],
    ['ALERT_DIGEST_AT', '8'],
    ['ALERT_TIMEZONE', 'Mars/Olympus'],
  ])('%s=%s is refused', (name, text) => {
    expect(() => read({ [name]: text })).toThrow(ConfigError)
  })

  it.each([
    [{}, 'user@example.com', 'smtp://user%40example.com:p@mail.example.com'],
    [{}, 'a@example.com', 'smtp://user:p@mail.example.com'],
    [{ ALERT_EMAIL_FROM: 'Bridge <b@example.com>' }, 'Bridge <b@example.com>', 'smtp://mail.example.com'],
  ])('the sender with %o is %s', (env, from, url) => {
    const { email } = alerting({ SMTP_URL: url, ALERT_EMAIL_TO: 'a@example.com, b@example.com', ...env })
    expect(email).toEqual({ url, from, to: ['a@example.com', 'b@example.com'] })
  })

  it('half of a way is told', () => {
    expect(read({ SMTP_URL: 'smtp://mail.example.com' }).hints).toEqual([
      'SMTP_URL is set, but ALERT_EMAIL_TO is not: no alert is sent by mail.',
    ])
    expect(read({ ALERT_EMAIL_TO: 'a@example.com', ALERT_WEBHOOK_SECRET: 's' }).hints).toEqual([
      'ALERT_EMAIL_TO is set, but SMTP_URL is not: no alert is sent by mail.',
      'ALERT_WEBHOOK_SECRET is set, but ALERT_WEBHOOK_URL is not: no alert is posted.',
    ])
  })
})
