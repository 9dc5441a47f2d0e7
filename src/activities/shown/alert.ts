import type { Alert } from '../../core/alerts/alert.ts'
import { alertWords } from '../../core/alerts/alert-words.ts'
import { type AlertDelivery, alertDeliveries, endedAlerts, standingAlerts } from '../../store/alerts.ts'
import type { Db } from '../../store/database.ts'

/** How many that are over are shown. */
export const LAST_ENDED = 50

/** An alert, and what became of the last message about it on each way. */
export type ListedAlert = { readonly alert: Alert; readonly sent: readonly AlertDelivery[] }

/** What is wrong now; `ended`: and the last ones that are over, newest first. */
export async function listedAlerts(db: Db, { ended }: { readonly ended: boolean }): Promise<ListedAlert[]> {
  const open = (await standingAlerts(db)).filter(({ endedAt }) => endedAt === null)
  const alerts = [...open, ...(ended ? await endedAlerts(db, LAST_ENDED) : [])]
  const deliveries = await alertDeliveries(
    db,
    alerts.flatMap(({ id }) => id ?? []),
  )
  return alerts.map((alert) => ({ alert, sent: deliveries.filter((one) => one.alert === alert.id) }))
}

/** `watched`: it has not lasted long enough to be told. */
export const ALERT_STATES = ['watched', 'open', 'over'] as const

/** As programs are told of it. */
export function alertJson({ alert, sent }: ListedAlert) {
  const { id, kind, subject, count, since, toldAt, remindedAt, endedAt, dueAt } = alert
  const state: (typeof ALERT_STATES)[number] = endedAt !== null ? 'over' : dueAt === null ? 'watched' : 'open'
  return {
    id: id ?? '',
    kind,
    subject: { type: subject.about, id: subject.id, name: subject.name },
    count,
    state,
    since,
    toldAt,
    remindedAt,
    endedAt,
    ...alertWords(alert),
    sent: sent.map(({ way, outcome, error }) => ({ way, outcome, error })),
  }
}
