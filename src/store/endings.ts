import type { DbTime } from '../core/db-time.ts'
import { WINDOW_MINUTES } from '../core/mass-change.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** Why a route was stopped: so many pairs would have ended within ten minutes, where so many may. */
export type Stopped = { readonly at: DbTime; readonly counted: number; readonly limit: number }

/** Whoever counts endings and adds to them holds the route's row. */
export async function lockRoute(tx: Tx, routeId: string): Promise<void> {
  await tx`select from route where id = ${routeId} for no key update`
}

/**
 * Pairs of a route that have ended lately, or are about to because the task on one side is gone. Those that a person
 * let through, or took back, and those that went with their home, are not among them. `pairs`: all that are kept in step.
 */
export async function endingPairs(
  sql: Db | Tx,
  routeId: string,
): Promise<{ readonly ids: ReadonlySet<string>; readonly pairs: number }> {
  const rows = await sql<{ id: string }[]>`
    select p.id from pair p
    where p.route_id = ${routeId} and not p.let_through
      and (p.ended_at > clock() - ${WINDOW_MINUTES} * interval '1 minute' and coalesce(p.reason, '') not in ('undone', 'home-gone', 'let-go')
      or p.memory = 'linked' and p.decrees = '[]'
        and (select count(*) filter (where t.presence = 'gone') = 1 and count(*) = 2
             from pair_member m
             join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
             where m.pair_id = p.id and m.role = 'current')
        and not exists (
          select from pair_member m
          join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
          join container c on c.connection_id = t.connection_id and c.route_id = p.route_id
            and c.remote_id in (t.seen -> 'task' ->> 'list', t.seen ->> 'container') and c.state in ('archived', 'gone')
          where m.pair_id = p.id and m.role = 'current' and t.presence = 'gone'))`
  const [all] = await sql<{ pairs: number }[]>`
    select count(*)::int as pairs from pair where route_id = ${routeId} and memory in ('linked', 'ending')`
  return { ids: new Set(rows.map((row) => row.id)), pairs: all?.pairs ?? 0 }
}

/** Stops a route that works; false when it did not. */
export async function stopRoute(tx: Tx, routeId: string, why: Omit<Stopped, 'at'>): Promise<boolean> {
  const rows = await tx`
    update route set state = 'stopped', stopped = ${json(tx, why)}::jsonb || jsonb_build_object('at', clock())
    where id = ${routeId} and state = 'active' returning id`
  return rows.length > 0
}

/** Lets a stopped route work again. One of which more lists were mapped meanwhile matches first (`matchAgain`). */
export async function unstopRoute(tx: Tx, routeId: string): Promise<void> {
  await tx`
    update route set state = coalesce(paused_from, 'active'), paused_from = null, stopped = null
    where id = ${routeId} and state = 'stopped'`
}

/** These pairs may end: a person has seen that they would. The caller has locked them. */
export async function letPairsThrough(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length > 0) await tx`update pair set let_through = true where id in ${tx([...pairIds])}`
}
