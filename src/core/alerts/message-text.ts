import { type DbTime, msBetween } from '../db-time.ts'
import { alertWords } from './alert-words.ts'
import { digestLines } from './digest-lines.ts'
import type { AlertMessage, ToldAlert } from './message.ts'
import { shownTime } from './quiet-hours.ts'

/** A message as a person reads it. */
export type MessageText = { readonly subject: string; readonly lines: readonly string[] }

export function messageText(message: AlertMessage): MessageText {
  switch (message.type) {
    case 'alerts':
      return {
        subject: alertsSubject(message.alerts),
        lines: [
          ...message.alerts.flatMap((told, n) => [...(n > 0 ? [''] : []), ...toldLines(told, message.zone)]),
          '',
          `Times are those of ${message.zone}. "dealbridge alerts list" shows what is open.`,
        ],
      }
    case 'digest':
      return {
        subject: `What waits for a decision, ${message.day}`,
        lines: [...digestLines(message), '', '"dealbridge conflicts" says which, why, and what to do.'],
      }
    case 'test':
      return {
        subject: 'Test of alerts',
        lines: ['This is how alerts of Dealbridge will come. There is nothing to do.'],
      }
  }
}

function alertsSubject(alerts: readonly ToldAlert[]): string {
  const [only] = alerts
  if (alerts.length === 1 && only !== undefined) return toldTitle(only)
  const over = alerts.filter(({ what }) => what === 'ended' || what === 'passed').length
  const words = [
    ...(alerts.length > over ? [`${alerts.length - over} alerts`.replace(/^1 alerts$/u, '1 alert')] : []),
    ...(over > 0 ? [`${over} over`] : []),
  ]
  return words.join(', ')
}

/** One line, e.g. `Over: todoist does not answer`. */
export function toldTitle(told: ToldAlert): string {
  const { title } = alertWords(told)
  switch (told.what) {
    case 'began':
      return title
    case 'reminder':
      return `Still: ${title}`
    case 'ended':
      return `Over: ${title}`
    case 'passed':
      return `Came and went: ${title}`
  }
}

function toldLines(told: ToldAlert, zone: string): string[] {
  const { todo } = alertWords(told)
  const since = `  since ${shownTime(told.since, zone)}`
  if (told.endedAt === null) return [toldTitle(told), since, `  ${todo}`]
  return [
    toldTitle(told),
    `${since}, until ${shownTime(told.endedAt, zone)} (${lasted(told.since, told.endedAt)})`,
  ]
}

/** E.g. `3 h 5 min`. */
export function lasted(from: DbTime, to: DbTime): string {
  const minutes = Math.max(0, Math.round(msBetween(from, to) / 60_000))
  const [days, hours, rest] = [
    Math.floor(minutes / 1_440),
    Math.floor(minutes / 60) % 24,
    minutes % 60,
  ] as const
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(rest > 0 || minutes === 0 ? [`${rest} min`] : []),
  ]
  return parts.join(' ')
}
