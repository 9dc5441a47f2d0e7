import { randomUUID } from 'node:crypto'
import { outgoing } from '../activities/alerts/outgoing.ts'
import { sendEmail } from '../activities/alerts/send-email.ts'
import { sendWebhook } from '../activities/alerts/send-webhook.ts'
import type { Sent } from '../activities/alerts/sending.ts'
import type { Alerting } from '../config/alerting.ts'
import { UserError } from '../config/errors.ts'
import type { Way } from '../store/alert-messages.ts'
import type { Answer } from './answer.ts'

/** The ways that are asked for; with none asked for those that are configured. Throws UserError (exit code 2). */
export function waysToTest(
  { email, webhook }: Pick<Alerting, 'email' | 'webhook'>,
  asked: { readonly email?: boolean; readonly webhook?: boolean },
): Way[] {
  const all = asked.email !== true && asked.webhook !== true
  const missing = [
    ...(asked.email === true && email === null ? ['SMTP_URL and ALERT_EMAIL_TO'] : []),
    ...(asked.webhook === true && webhook === null ? ['ALERT_WEBHOOK_URL'] : []),
    ...(all && email === null && webhook === null
      ? ['SMTP_URL and ALERT_EMAIL_TO, or ALERT_WEBHOOK_URL']
      : []),
  ]
  if (missing.length > 0)
    throw new UserError({
      code: 'NO_WAY_OF_ALERTS',
      message: `There is no way to send it: set ${missing.join(', and ')}.`,
      hints: ['docs/alerts.md says how; worker and receiver take it up when they start anew.'],
      exitCode: 2,
    })
  return [
    ...(email !== null && (all || asked.email === true) ? ['email' as const] : []),
    ...(webhook !== null && (all || asked.webhook === true) ? ['webhook' as const] : []),
  ]
}

/** Sends a test message on these ways, one attempt each, and says what happened. */
export async function sendTest(
  alerting: Alerting,
  ways: readonly Way[],
  given: { readonly zone: string; readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<Answer> {
  const message = outgoing(
    {
      id: randomUUID(),
      madeAt: new Date().toISOString(),
      content: { type: 'test', zone: given.zone },
    },
    alerting.publicUrl,
  )
  if (given.dryRun)
    return {
      json: { ways: ways.map((way) => ({ way, outcome: 'not-sent' })), message: message.document },
      lines: [
        `Nothing is sent; without --dry-run this goes out ${ways.map(byWay).join(' and ')}:`,
        `  Dealbridge: ${message.subject}`,
        ...message.lines.map((line) => `  ${line}`),
      ],
      outcome: 0,
    }
  const results: { way: Way; sent: Sent }[] = []
  for (const way of ways) results.push({ way, sent: await send(alerting, way, message, given.signal) })
  return {
    json: { ways: results.map(({ way, sent }) => ({ way, ...resultJson(sent) })) },
    lines: results.flatMap(({ way, sent }) => resultLines(way, sent)),
    outcome: results.every(({ sent }) => sent.kind === 'sent') ? 0 : 1,
  }
}

async function send(
  { email, webhook }: Alerting,
  way: Way,
  message: ReturnType<typeof outgoing>,
  signal: AbortSignal,
): Promise<Sent> {
  if (way === 'email' && email !== null) return sendEmail(email, message, signal)
  if (way === 'webhook' && webhook !== null) return sendWebhook(webhook, message, signal)
  throw new Error(`${way} is not configured`)
}

function byWay(way: Way): string {
  return way === 'email' ? 'by mail' : 'by webhook'
}

function resultLines(way: Way, sent: Sent): string[] {
  if (sent.kind === 'sent') return [`Sent ${byWay(way)}.${sent.note === null ? '' : ` ${sent.note}.`}`]
  const head = sent.kind === 'unsure' ? `Perhaps sent ${byWay(way)}` : `Not sent ${byWay(way)}`
  return [`${head}: ${sent.why}.`, `  ${sent.todo}`]
}

function resultJson(sent: Sent): object {
  if (sent.kind === 'sent') return { outcome: 'sent', note: sent.note }
  return { outcome: sent.kind, why: sent.why, todo: sent.todo }
}
