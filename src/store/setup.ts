import type { DealFieldNames } from '../core/deal-policy.ts'
import type { TaskType } from '../core/task.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/**
 * What the services told for a set-up. `projects`: ids of the active ones of the task app. `labels`: those of the standard labels
 * that it has. `fields`: which of the CRM's own fields of deals probably hold what; `fieldNames`: the CRM's names of all of them.
 * Absent: nobody has asked, or it has none such.
 */
export type SetupFound = {
  readonly projects?: readonly string[]
  readonly labels?: readonly string[]
  readonly fields?: DealFieldNames
  readonly fieldNames?: readonly string[]
}

/** How far the setting up of a route is. `step`: where the wizard was left. */
export type SetupRow = {
  readonly found: SetupFound
  readonly makeLabels: boolean
  readonly proposed: boolean
  readonly confirmed: boolean
  readonly step: string | null
}

/** Begun where it is not yet. */
export async function setupOf(sql: Db | Tx, routeId: string): Promise<SetupRow> {
  await sql`insert into setup (route_id) values (${routeId}) on conflict do nothing`
  const [row] = await sql<SetupRow[]>`
    select found, make_labels as "makeLabels", proposed_at is not null as proposed, confirmed_at is not null as confirmed, step
    from setup where route_id = ${routeId}`
  if (row === undefined) throw new Error(`there is no set-up of route ${routeId}`)
  return row
}

/** Keeps what was found beside what was found before. */
export async function noteFound(sql: Db | Tx, routeId: string, found: SetupFound): Promise<void> {
  await setupOf(sql, routeId)
  await sql`update setup set found = found || ${json(sql, found)} where route_id = ${routeId}`
}

export async function markProposed(tx: Tx, routeId: string): Promise<void> {
  await tx`update setup set proposed_at = coalesce(proposed_at, clock()) where route_id = ${routeId}`
}

export async function markConfirmed(tx: Tx, routeId: string): Promise<void> {
  await setupOf(tx, routeId)
  await tx`update setup set confirmed_at = coalesce(confirmed_at, clock()) where route_id = ${routeId}`
}

export async function chooseLabels(sql: Db | Tx, routeId: string, make: boolean): Promise<void> {
  await setupOf(sql, routeId)
  await sql`update setup set make_labels = ${make} where route_id = ${routeId}`
}

export async function noteStep(sql: Db | Tx, routeId: string, step: string | null): Promise<void> {
  await setupOf(sql, routeId)
  await sql`update setup set step = ${step} where route_id = ${routeId}`
}

/** The types of the open tasks that were seen at a connection. */
export async function typesSeen(sql: Db | Tx, connectionId: string): Promise<TaskType[]> {
  const rows = await sql<{ type: TaskType }[]>`
    select distinct seen -> 'task' ->> 'type' as type from remote_task
    where connection_id = ${connectionId} and seen -> 'task' ->> 'type' is not null
      and not coalesce((seen -> 'task' ->> 'completed')::boolean, false)
    order by 1`
  return rows.map(({ type }) => type)
}
