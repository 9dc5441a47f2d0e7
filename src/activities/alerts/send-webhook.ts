import { createHmac } from 'node:crypto'
import { request } from 'undici'
import type { WebhookWay } from '../../config/alerting.ts'
import { systemErrorCode } from '../../config/errors.ts'
import type { Send, Sent } from './sending.ts'

const TIMEOUT_MS = 15_000
/** Nobody is waited for longer than this, whatever he says. */
const LONGEST_WAIT_MS = 60 * 60_000
const MOST_ANSWER_BYTES = 64 * 1024

/**
 * Posts a message as JSON. Redirects are not followed: the message would go where nobody said it may. An answer from 200 to 299
 * takes it; every other one is tried again.
 */
export const sendWebhook: Send<WebhookWay> = async (way, { id, document }, signal) => {
  const body = JSON.stringify(document)
  const at = Math.floor(Date.now() / 1_000)
  try {
    const answer = await request(way.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'dealbridge',
        'dealbridge-message': id,
        ...(way.secret === null
          ? {}
          : { 'dealbridge-signature': `t=${at},v1=${signatureOf(way.secret, at, body)}` }),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    })
    // What it says is not read; its end frees the connection.
    await answer.body.dump({ limit: MOST_ANSWER_BYTES }).catch(() => undefined)
    return ofStatus(answer.statusCode, answer.headers['retry-after'])
  } catch (error) {
    return failed(error)
  }
}

/** HMAC-SHA256 of `<t>.<body>`, hexadecimal; `t` in seconds, so that an old one is worth nothing to a thief. */
export function signatureOf(secret: string, at: number, body: string): string {
  return createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
}

function ofStatus(status: number, retryAfter: string | string[] | undefined): Sent {
  if (status >= 200 && status < 300) return { kind: 'sent', note: null }
  const seconds = Number(retryAfter)
  const wait =
    Number.isFinite(seconds) && seconds > 0 ? { waitMs: Math.min(seconds * 1_000, LONGEST_WAIT_MS) } : {}
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      why: `The address of ALERT_WEBHOOK_URL leads elsewhere (${status}), where no message is sent`,
      todo: 'Set ALERT_WEBHOOK_URL to the address to which it leads, if that is meant.',
    }
  return {
    kind: 'refused',
    why: `Who answers at ALERT_WEBHOOK_URL says ${status}`,
    todo:
      status === 401 || status === 403
        ? 'See whether ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET are what is expected there.'
        : 'See to whoever answers there; it is tried again for a day.',
    ...wait,
  }
}

/** Codes of connections that were never there. */
const NO_CONNECTION: readonly string[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]

function failed(error: unknown): Sent {
  const code = systemErrorCode(error) ?? ''
  const never = NO_CONNECTION.includes(code)
  return {
    kind: never ? 'refused' : 'unsure',
    why: never
      ? `Nobody answers at ALERT_WEBHOOK_URL (${code})`
      : 'No answer came from ALERT_WEBHOOK_URL in time, or the connection broke',
    todo: 'Correct ALERT_WEBHOOK_URL, or see whether whoever answers there runs.',
  }
}
