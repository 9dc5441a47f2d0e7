import type { ListedAlert } from '../activities/shown/alert.ts'
import type { Alert } from '../core/alerts/alert.ts'
import { alertWords } from '../core/alerts/alert-words.ts'
import { lasted } from '../core/alerts/message-text.ts'
import { shownTime } from '../core/alerts/quiet-hours.ts'
import type { AlertDelivery } from '../store/alerts.ts'
import { asTyped } from './command-name.ts'

/** An alert for a person, with what to do about it. */
export function alertLines({ alert, sent }: ListedAlert, zone: string): string[] {
  const { title, todo } = alertWords(alert)
  if (alert.endedAt !== null)
    return [
      `over: ${title}`,
      `      from ${shownTime(alert.since, zone)} to ${shownTime(alert.endedAt, zone)} (${lasted(alert.since, alert.endedAt)})`,
    ]
  return [
    `${title}`,
    `      since ${shownTime(alert.since, zone)}; ${stateWords(alert)}`,
    ...sent.map((one) => `      ${deliveryWords(one)}`),
    `      you can: ${asTyped(todo)}`,
  ]
}

function stateWords({ dueAt, wellSince, toldAt }: Alert): string {
  if (wellSince !== null) return 'not seen at the last look; it ends when it stays away'
  if (dueAt === null) return 'not told yet: it may pass'
  return toldAt === null ? 'nobody was told yet' : 'told'
}

const OUTCOMES = {
  sent: 'sent',
  unsure: 'sent twice, and both times no answer came',
  'given-up': 'not sent, and given up',
  waiting: 'not sent yet',
} as const

function deliveryWords({ way, outcome, error }: AlertDelivery): string {
  const by = way === 'email' ? 'by mail' : 'by webhook'
  return `${by}: ${OUTCOMES[outcome]}${error === null ? '' : ` (${error})`}`
}
