import { type Alerting, alertingOf } from '../../src/config/alerting.ts'
import { readConfig } from '../../src/config/parse.ts'

/** Alerts as a user would have them posted to this address, and no digest. */
export function posting(url: string): Alerting {
  const env = { ALERT_WEBHOOK_URL: url, ALERT_TIMEZONE: 'UTC', ALERT_DIGEST_AT: 'off' }
  return alertingOf(readConfig({ env, cwd: '/', isTerminal: false }))
}
