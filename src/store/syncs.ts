import type { DbTime } from '../core/db-time.ts'
import type { ConnectionState } from './connections.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import type { RouteState } from './routes.ts'

/**
 * `settled`: all was looked at, and nothing is left to do. `held`: a person keeps some of it from working. `failed`: a service
 * did not answer, or refused its key. `unsettled`: it took too long; what is left goes on by itself.
 */
export const SYNC_OUTCOMES = ['settled', 'held', 'failed', 'unsettled'] as const
export type SyncOutcome = (typeof SYNC_OUTCOMES)[number]

/** What kept a sync from doing all of its work. */
export type SyncTrouble =
  | { readonly kind: 'route'; readonly id: string; readonly state: RouteState }
  | { readonly kind: 'connection'; readonly id: string; readonly state: ConnectionState }

export type SyncRun = {
  readonly id: string
  readonly beganAt: DbTime
  readonly endedAt: DbTime | null
  readonly outcome: SyncOutcome | null
  readonly trouble: readonly SyncTrouble[]
}

/** Notes that a sync has begun; its id. Once for each run; one that had ended goes on. */
export async function openSync(
  sql: Db | Tx,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into sync_run (workflow_id, run_id) values (${workflowId}, ${runId})
    on conflict (run_id) do update set ended_at = null, outcome = null, trouble = '[]'
    returning id`
  if (row === undefined) throw new Error('a sync was not noted')
  return row.id
}

/** Notes a sync that was asked for, before anybody works on it; one that is known stays as it is. */
export async function noteSync(
  sql: Db | Tx,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<void> {
  await sql`
    insert into sync_run (workflow_id, run_id) values (${workflowId}, ${runId}) on conflict (run_id) do nothing`
}

export async function closeSync(
  sql: Db | Tx,
  id: string,
  { outcome, trouble }: { readonly outcome: SyncOutcome; readonly trouble: readonly SyncTrouble[] },
): Promise<void> {
  await sql`
    update sync_run set ended_at = coalesce(ended_at, clock()), outcome = ${outcome}, trouble = ${json(sql, trouble)}
    where id = ${id}`
}

/** The last two syncs under this workflow id, the newest first: the one that runs, and the one before. */
export async function latestSyncs(sql: Db | Tx, workflowId: string): Promise<SyncRun[]> {
  return sql<SyncRun[]>`
    select id, began_at as "beganAt", ended_at as "endedAt", outcome, trouble
    from sync_run where workflow_id = ${workflowId} order by id desc limit 2`
}

/** `newest`: nobody has asked for one under this workflow id since it ended. */
export type NotedSync = SyncRun & { readonly workflowId: string; readonly newest: boolean }

/** `runId`: that of its answer. */
export async function syncOfRun(sql: Db | Tx, runId: string): Promise<NotedSync | undefined> {
  const [row] = await sql<NotedSync[]>`
    select id, workflow_id as "workflowId", began_at as "beganAt", ended_at as "endedAt", outcome, trouble,
      not exists (select from sync_run n where n.workflow_id = s.workflow_id and n.id > s.id) as newest
    from sync_run s where run_id = ${runId}`
  return row
}
