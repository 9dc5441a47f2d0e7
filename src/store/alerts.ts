import type { Alert } from '../core/alerts/alert.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

const COLUMNS = `id, kind, jsonb_build_object('about', about, 'id', subject, 'name', name) as subject, count, since,
  found_at as "foundAt", well_since as "wellSince", due_at as "dueAt", told_at as "toldAt", reminded_at as "remindedAt",
  ended_at as "endedAt", end_told_at as "endToldAt"`

/** Those that have not ended, or of which something is left to be told; oldest first. */
export async function standingAlerts(sql: Db | Tx): Promise<Alert[]> {
  return sql<Alert[]>`
    select ${sql.unsafe(COLUMNS)} from alert where ended_at is null or end_told_at is null order by id`
}

/** The last ones that have ended, newest first. */
export async function endedAlerts(sql: Db | Tx, limit: number): Promise<Alert[]> {
  return sql<Alert[]>`
    select ${sql.unsafe(COLUMNS)} from alert where ended_at is not null order by ended_at desc, id desc limit ${limit}`
}

/** Stores alerts as they are now; their ids in the same order. The caller holds the watch. */
export async function saveAlerts(tx: Tx, alerts: readonly Alert[]): Promise<string[]> {
  const ids: string[] = []
  for (const alert of alerts) ids.push(await saveAlert(tx, alert))
  return ids
}

async function saveAlert(tx: Tx, alert: Alert): Promise<string> {
  const { subject, count, since, foundAt, wellSince, dueAt, toldAt, remindedAt, endedAt, endToldAt } = alert
  if (alert.id !== null) {
    await tx`
      update alert set name = ${subject.name}, count = ${count}, well_since = ${wellSince}, due_at = ${dueAt},
        told_at = ${toldAt}, reminded_at = ${remindedAt}, ended_at = ${endedAt}, end_told_at = ${endToldAt}
      where id = ${alert.id}`
    return alert.id
  }
  const [row] = await tx<{ id: string }[]>`
    insert into alert (kind, about, subject, name, count, since, found_at, due_at, told_at)
    values (${alert.kind}, ${subject.about}, ${subject.id}, ${subject.name}, ${count}, ${since}, ${foundAt}, ${dueAt}, ${toldAt})
    returning id`
  if (row === undefined) throw new Error('an alert was not stored')
  return row.id
}

/** These were never worth a word. */
export async function dropAlerts(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx`delete from alert where id in ${tx([...ids])}`
}

/** What became of the last message that told of an alert, for each way. */
export type AlertDelivery = {
  readonly alert: string
  readonly way: 'email' | 'webhook'
  readonly outcome: 'sent' | 'unsure' | 'given-up' | 'waiting'
  readonly error: string | null
}

export async function alertDeliveries(sql: Db | Tx, ids: readonly string[]): Promise<AlertDelivery[]> {
  return sql<AlertDelivery[]>`
    select distinct on (a.id, m.way) a.id as alert, m.way, coalesce(m.outcome, 'waiting') as outcome, m.error
    from jsonb_array_elements_text(${json(sql, ids)}) as a(id)
    join alert_message m on m.content -> 'alerts' @> jsonb_build_array(jsonb_build_object('alert', a.id))
    order by a.id, m.way, m.made_at desc`
}
