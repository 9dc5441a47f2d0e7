import { isAbsolute } from 'node:path'
import type { Hours } from '../core/alerts/quiet-hours.ts'
import type { Config } from './parse.ts'

/** `url`: secret. `from`, `to`: addresses as in a mail's head, e.g. `Ops <ops@example.com>`. */
export type EmailWay = { readonly url: string; readonly from: string; readonly to: readonly string[] }
/** Both are secret. */
export type WebhookWay = { readonly url: string; readonly secret: string | null }

/** How alerts are decided and sent in this process. `null` ways: not configured. */
export type Alerting = {
  readonly email: EmailWay | null
  readonly webhook: WebhookWay | null
  readonly afterMs: number
  readonly remindMs: number | null
  readonly quiet: Hours | null
  /** Time of day of the digest, `HH:MM`; null: there is none. */
  readonly digestAt: string | null
  readonly digestTitles: boolean
  /** Null: that of the first route, else of this machine. */
  readonly zone: string | null
  /** Where dashboard and API are reached, without a slash at the end. */
  readonly publicUrl: string | null
  /** Whose disk is watched; null where nothing is kept on this machine. */
  readonly dataDir: string | null
  readonly diskFreeMb: number
}

export function alertingOf(config: Config): Alerting {
  return {
    email: emailWay(config),
    webhook:
      config.ALERT_WEBHOOK_URL === undefined
        ? null
        : { url: config.ALERT_WEBHOOK_URL, secret: config.ALERT_WEBHOOK_SECRET ?? null },
    afterMs: config.ALERT_AFTER_MINUTES * 60_000,
    remindMs: config.ALERT_REMIND_HOURS === 0 ? null : config.ALERT_REMIND_HOURS * 3_600_000,
    quiet: hoursOf(config.ALERT_QUIET_HOURS),
    digestAt: config.ALERT_DIGEST_AT === 'off' ? null : config.ALERT_DIGEST_AT,
    digestTitles: config.ALERT_DIGEST_TITLES,
    zone: config.ALERT_TIMEZONE ?? null,
    publicUrl: config.PUBLIC_URL ?? null,
    dataDir: dataDirOf(config),
    diskFreeMb: config.ALERT_DISK_FREE_MB,
  }
}

/** "dealbridge start" tells its worker where everything embedded lies; nobody else does. */
function dataDirOf({ environment }: Config): string | null {
  const told = environment.DEALBRIDGE_DATA_DIR
  return told !== undefined && isAbsolute(told) ? told : null
}

function hoursOf(text: string | undefined): Hours | null {
  const [from, to] = text?.split('-') ?? []
  return from === undefined || to === undefined ? null : { from, to }
}

function emailWay({ SMTP_URL: url, ALERT_EMAIL_TO, ALERT_EMAIL_FROM }: Config): EmailWay | null {
  const to = (ALERT_EMAIL_TO ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const [first] = to
  if (url === undefined || first === undefined) return null
  const user = URL.canParse(url) ? decodeURIComponent(new URL(url).username) : ''
  return { url, to, from: ALERT_EMAIL_FROM ?? (user.includes('@') ? user : first) }
}
