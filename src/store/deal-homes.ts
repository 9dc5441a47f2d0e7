import type { DbTime } from '../core/db-time.ts'
import type { ChangedHome, ContainerRow } from './containers.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import { LEASE_MS } from './pending.ts'

/** What a route has done about a deal. */
export type DealHomeRow = {
  readonly routeId: string
  readonly dealId: string
  readonly decidedSeq: string
  readonly tasksSeq: string
  readonly state: 'ok' | 'waiting' | 'error'
  readonly reason: string | null
  readonly lastError: string | null
  readonly movedBackIn: string | null
  readonly wakeAt: DbTime | null
}

const COLUMNS = `route_id as "routeId", deal_id as "dealId", decided_seq as "decidedSeq", tasks_seq as "tasksSeq", state, reason,
  last_error as "lastError", moved_back_in as "movedBackIn", wake_at as "wakeAt"`

/** Locks what a route has done about a deal; the row is made where there is none. */
export async function lockDealHome(tx: Tx, routeId: string, dealId: string): Promise<DealHomeRow> {
  await tx`insert into deal_home (route_id, deal_id) values (${routeId}, ${dealId}) on conflict do nothing`
  const [row] = await tx<DealHomeRow[]>`
    select ${tx.unsafe(COLUMNS)} from deal_home where route_id = ${routeId} and deal_id = ${dealId} for update`
  if (row === undefined) throw new Error('the home of a deal was not stored')
  return row
}

/**
 * A deal's first section was written down, as this change of the deal has it, and its tasks are placed by it: nothing of it is to be
 * looked after until the next one.
 */
export async function noteNewHome(tx: Tx, routeId: string, dealId: string, seq: string): Promise<void> {
  await tx`
    insert into deal_home (route_id, deal_id, decided_seq, tasks_seq) values (${routeId}, ${dealId}, ${seq}, ${seq})
    on conflict do nothing`
}

/** One that is to be looked at again is still being worked on: its lease stays. */
export async function saveDealHome(tx: Tx, row: DealHomeRow): Promise<void> {
  await tx`
    update deal_home set decided_seq = ${row.decidedSeq}, tasks_seq = ${row.tasksSeq}, state = ${row.state},
      reason = ${row.reason}, last_error = ${row.lastError}, moved_back_in = ${row.movedBackIn}, wake_at = ${row.wakeAt},
      dispatched_at = case when ${row.wakeAt}::timestamptz is null then null else dispatched_at end
    where route_id = ${row.routeId} and deal_id = ${row.dealId}`
}

/** A write to a deal's home was refused for good: it waits until the deal changes, or something wakes it. */
export async function troubleDeal(
  tx: Tx,
  routeId: string,
  dealId: string,
  { reason, error }: { readonly reason: string; readonly error: string },
): Promise<void> {
  await lockDealHome(tx, routeId, dealId)
  await tx`
    update deal_home set state = 'error', reason = ${reason}, last_error = ${error}, wake_at = null,
      dispatched_at = null
    where route_id = ${routeId} and deal_id = ${dealId}`
}

/** Its section was not moved back after all: that is tried again. */
export async function forgetMovedBack(tx: Tx, routeId: string, dealId: string): Promise<void> {
  await tx`update deal_home set moved_back_in = null where route_id = ${routeId} and deal_id = ${dealId}`
}

/** Its tasks were told of the deal's changes up to this one. */
export async function tasksTold(tx: Tx, routeId: string, dealId: string, seq: string): Promise<void> {
  await tx`update deal_home set tasks_seq = ${seq} where route_id = ${routeId} and deal_id = ${dealId}`
}

/**
 * These homes are to be looked at again. To be called last in a transaction, and once: whoever plans a home holds its row
 * for as long as it takes, and others hold what that needs.
 */
export async function wakeHomes(tx: Tx, homes: readonly ChangedHome[]): Promise<void> {
  if (homes.length === 0) return
  await tx`
    insert into deal_home (route_id, deal_id, wake_at)
    select h.route, h.deal, clock() from (
      select distinct r."routeId" as route, r.deal from jsonb_to_recordset(${json(tx, homes)}) as r("routeId" bigint, deal text)
    ) h order by h.route, h.deal
    on conflict (route_id, deal_id) do update set wake_at = least(coalesce(deal_home.wake_at, clock()), clock())`
}

/** A deal of which a home is to be looked at, at the connection that tells of it. */
export type DueDeal = { readonly connectionId: string; readonly dealId: string }

/** Takes deals whose homes are to be looked at, under a lease, in routes of this connection that work. */
export async function leaseDeals(sql: Db | Tx, connectionId: string, limit: number): Promise<DueDeal[]> {
  return sql<DueDeal[]>`
    with due as (
      select d.route_id, d.deal_id, d.connection_id from pending_deal d
      join route r on r.id = d.route_id
      join connection l on l.id = r.left_id join connection g on g.id = r.right_id
      where ${connectionId} in (r.left_id, r.right_id) and r.state = 'active' and r.filled_at is not null
        and l.state = 'ok' and g.state = 'ok' and d.due
        and (d.dispatched_at is null or d.dispatched_at < clock() - ${LEASE_MS} * interval '1 ms')
      order by d.deal_id limit ${limit}
    ), leased as (
      insert into deal_home (route_id, deal_id, dispatched_at) select route_id, deal_id, clock() from due
      on conflict (route_id, deal_id) do update set dispatched_at = clock())
    select distinct connection_id as "connectionId", deal_id as "dealId" from due`
}

/**
 * Takes deals of a route whose homes have to be made ready before tasks of theirs can be put there, under a lease: also while a first
 * sync runs, which could not end without them.
 */
export async function leaseDealsInTheWay(tx: Tx, routeId: string, limit: number): Promise<DueDeal[]> {
  return tx<DueDeal[]>`
    with due as (
      select d.route_id, d.deal_id, d.connection_id from pending_deal d
      where d.route_id = ${routeId} and d.wake_at <= clock() and d.state <> 'error'
        and (d.dispatched_at is null or d.dispatched_at < clock() - ${LEASE_MS} * interval '1 ms')
        and exists (
          select from pair p where p.route_id = d.route_id and p.deal = d.deal_id and p.memory in ('new', 'linked')
            and p.wake_at is not null and p.wake_at <> 'infinity')
      order by d.deal_id limit ${limit}
    ), leased as (
      update deal_home h set dispatched_at = clock() from due where h.route_id = due.route_id and h.deal_id = due.deal_id)
    select distinct connection_id as "connectionId", deal_id as "dealId" from due`
}

/** Gives leased deals back untouched. */
export async function releaseDeals(sql: Db | Tx, deals: readonly DueDeal[]): Promise<void> {
  await sql`
    update deal_home set dispatched_at = null
    from jsonb_to_recordset(${json(sql, deals)}) as d("connectionId" bigint, "dealId" text), route r
    where deal_id = d."dealId" and r.id = route_id and d."connectionId" in (r.left_id, r.right_id)`
}

/**
 * When a deal of this connection's routes is next to be taken up: now, where more are due than were taken, else at the end of
 * a wait or of a lease. What was refused waits for a person. Null when none is waited for.
 */
export async function nextDealWake(sql: Db | Tx, connectionId: string): Promise<DbTime | null> {
  const [row] = await sql<{ at: DbTime | null }[]>`
    select min(greatest(coalesce(d.wake_at, clock()), d.dispatched_at + ${LEASE_MS} * interval '1 ms')) as at
    from pending_deal d join route r on r.id = d.route_id
    join connection l on l.id = r.left_id join connection g on g.id = r.right_id
    where r.left_id = ${connectionId} and r.state = 'active' and r.filled_at is not null and l.state = 'ok'
      and g.state = 'ok' and d.wake_at is distinct from 'infinity' and (d.state <> 'error' or d.wake_at is not null)`
  return row?.at ?? null
}

/**
 * The open tasks of a deal that lie in its section, as far as we know: last confirmed there, and seen by the mirror there or in one of
 * these projects (remote ids); or seen there, and confirmed nowhere yet.
 */
export async function tasksFiledUnder(
  sql: Db | Tx,
  { routeId, connectionId, remoteId, subject }: ContainerRow,
  projects: readonly string[],
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select m.remote_id as id from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current' and m.connection_id = ${connectionId}
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where p.route_id = ${routeId} and p.deal = ${subject} and p.memory in ('new', 'linked')
      and t.presence = 'present' and not coalesce((t.seen -> 'task' ->> 'completed')::boolean, false)
      and (t.seen ->> 'container' = ${remoteId} and (p.place is null or p.place ->> 'kind' = 'left')
        or t.seen ->> 'container' in ${sql([remoteId, ...projects])}
          and p.place = ${json(sql, { kind: 'deal', deal: subject })}) order by m.remote_id`
  return rows.map(({ id }) => id)
}

/** A task that nobody has decided about for so long does not hold up what it lies in. Minutes. */
const HELD_UP_FOR = 60

/**
 * What comes before a write to a project or section: `pairIds`, to be settled now; where there is none, `until`, the moment at which one
 * of them is due, null where none is waited for.
 */
export type Held = { readonly pairIds: readonly string[]; readonly until: DbTime | null }

/** Pairs of open tasks that lie in the section of a deal, were not confirmed there before, and that no plan has read as they are now. */
export async function newsIn(
  sql: Db | Tx,
  { routeId, connectionId, remoteId, subject }: ContainerRow,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select p.id from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current' and m.connection_id = ${connectionId}
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where p.route_id = ${routeId} and p.memory in ('new', 'linked')
      and (p.wake_at is null or p.wake_at <= clock()) and t.changed_seq > m.decided_seq
      and t.changed_at > clock() - ${HELD_UP_FOR} * interval '1 minute'
      and t.presence = 'present' and t.seen ->> 'container' = ${remoteId}
      and p.place is distinct from ${json(sql, { kind: 'deal', deal: subject })}
      and not coalesce((t.seen -> 'task' ->> 'completed')::boolean, false) order by p.id`
  return rows.map(({ id }) => id)
}

/** Pairs of tasks that lie in a project or section, completed ones too, and of which something is still to be decided or written. */
export async function unsettledIn(
  sql: Db | Tx,
  { routeId, connectionId, remoteId }: ContainerRow,
): Promise<Held> {
  const rows = await sql<{ id: string; wakeAt: DbTime | null; due: boolean }[]>`
    select p.id, p.wake_at as "wakeAt", n.due from pair p join pending n on n.id = p.id
    join pair_member m on m.pair_id = p.id and m.role = 'current' and m.connection_id = ${connectionId}
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where p.route_id = ${routeId} and p.state <> 'waiting' and p.wake_at is distinct from 'infinity'
      and t.changed_at > clock() - ${HELD_UP_FOR} * interval '1 minute'
      and t.presence = 'present' and t.seen ->> 'container' = ${remoteId} order by p.id`
  const until = rows.flatMap(({ wakeAt, due }) => (due ? [] : (wakeAt ?? []))).sort()[0] ?? null
  return { pairIds: rows.flatMap(({ id, due }) => (due ? id : [])), until }
}

/** The number of a deal's last change; 0 for one that nobody knows. */
export async function dealSeq(sql: Db | Tx, connectionId: string, dealId: string): Promise<string> {
  const [row] = await sql<{ seq: string }[]>`
    select greatest(d.changed_seq, s.changed_seq)::text as seq from deal_cache d
    left join deal_stage s on s.connection_id = d.connection_id and s.stage_id = d.deal ->> 'stage'
    where d.connection_id = ${connectionId} and d.deal_id = ${dealId}`
  return row?.seq ?? '0'
}

/** How many open tasks of a deal do not lie in its section yet, and are to; one that a person gave up is not to be made. */
export async function comingTasks(sql: Db | Tx, routeId: string, dealId: string): Promise<number> {
  const [row] = await sql<{ coming: number }[]>`
    select count(*)::int as coming from pair p
    where p.route_id = ${routeId} and p.deal = ${dealId} and p.memory in ('new', 'linked')
      and p.place is distinct from jsonb_build_object('kind', 'deal', 'deal', ${dealId}::text)
      and p.place is distinct from '{"kind":"elsewhere"}' and p.place is distinct from '{"kind":"stage"}'
      and not (p.memory = 'new' and p.reason is not distinct from 'discarded')
      and not exists (
        select from pair_member m
        join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
        where m.pair_id = p.id and m.role = 'current'
          and (t.presence = 'gone' or coalesce((t.seen -> 'task' ->> 'completed')::boolean, false)))`
  return row?.coming ?? 0
}

/** So many tasks of a deal are told of a change in one go; the rest is dispatched as any other. */
const AT_ONCE = 100

/** Wakes the open tasks of a deal, of which something has changed, and takes up as many as go in one batch. */
export async function takeTasksOfDeal(tx: Tx, routeId: string, dealId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    with found as (
      select p.id from pair p where p.route_id = ${routeId} and p.deal = ${dealId} and p.memory in ('new', 'linked')
        and not exists (select from pair_member m
          join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
          where m.pair_id = p.id and m.role = 'current' and coalesce((t.seen -> 'task' ->> 'completed')::boolean, false))
      order by p.id for no key update of p
    ), taken as (select id from found order by id limit ${AT_ONCE})
    update pair p set wake_at = least(coalesce(p.wake_at, clock()), clock()),
      dispatched_at = case when p.id in (select id from taken) then clock() else p.dispatched_at end
    where p.id in (select id from found)
    returning p.id`
  return rows
    .map(({ id }) => id)
    .sort((a, b) => Number(a) - Number(b))
    .slice(0, AT_ONCE)
}

/** Deals of a route a write to whose homes was refused for good. */
export async function failedHomes(sql: Db | Tx, routeId: string): Promise<ReadonlySet<string>> {
  const rows = await sql<{ deal: string }[]>`
    select deal_id as deal from deal_home where route_id = ${routeId} and state = 'error'`
  return new Set(rows.map(({ deal }) => deal))
}

export type StandingHome = Pick<DealHomeRow, 'state' | 'reason' | 'lastError'> & { readonly route: string }

/** How the homes of a deal of this connection stand, in each route. */
export async function allDealHomes(sql: Db | Tx, { connectionId, dealId }: DueDeal): Promise<StandingHome[]> {
  return sql<StandingHome[]>`
    select r.name as route, h.state, h.reason, h.last_error as "lastError"
    from deal_home h join route r on r.id = h.route_id
    where r.left_id = ${connectionId} and r.removed_at is null and h.deal_id = ${dealId} order by r.id`
}
