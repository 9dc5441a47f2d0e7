import type { Beside } from '../core/beside.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Base } from '../core/merge-types.ts'
import type { RemoteTask } from '../core/observation.ts'
import type { Met } from '../core/overrun.ts'
import type { Side } from '../core/policy.ts'
import type { FieldValues } from '../core/task.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** Why an op was closed without being sent: the plan was made anew. */
export const DROPPED = ['replanned', 'overtaken']
/** Why an op was closed that no service has refused: that, or its route was removed, or a person gave it up. */
export const NO_REFUSALS = [...DROPPED, 'disconnected', 'discarded']

export const OPEN_STATUSES = ['planned', 'sent', 'unknown'] as const
export const OP_STATUSES = [...OPEN_STATUSES, 'confirmed', 'refused'] as const
export type OpStatus = (typeof OP_STATUSES)[number]

/** One call of an op. Its key is made from the op's key and its name (activities/op-key.ts). */
export type OpStep = {
  readonly name: string
  readonly fields: FieldValues
  readonly outcome: 'open' | 'confirmed' | 'refused'
}

export type OpError = { readonly kind: string; readonly message: string; readonly hint: string | null }

export type OpRow = {
  readonly id: string
  readonly key: string
  readonly routeId: string
  readonly pairId: string
  readonly side: Side
  readonly connectionId: string
  readonly remoteId: string | null
  readonly verb: 'create' | 'update' | 'delete'
  readonly before: RemoteTask | null
  readonly after: FieldValues
  readonly sources: FieldValues
  /** What base held of these fields when it was planned. */
  readonly base: Base
  readonly beside: Beside | null
  readonly cause: string
  readonly person: string | null
  readonly containerId: string | null
  readonly steps: readonly OpStep[]
  readonly status: OpStatus
  readonly planId: string
  readonly plannedVersion: number
  readonly attempts: number
  readonly plannedAt: DbTime
  readonly sentAt: DbTime | null
  readonly deadlineAt: DbTime | null
  readonly emptyAt: DbTime | null
  readonly met: Met
  readonly error: OpError | null
}

/** Columns of an OpRow, of table `op` under the alias `o`. */
export const OP_COLUMNS = `o.id, o.key, o.route_id as "routeId", o.subject_id as "pairId", o.side,
  o.connection_id as "connectionId", o.remote_id as "remoteId", o.verb, o.before, o.after, o.sources, o.base, o.beside, o.cause,
  o.person, o.container_id as "containerId", o.steps, o.status, o.plan_id as "planId",
  o.planned_version as "plannedVersion", o.attempts, o.planned_at as "plannedAt", o.sent_at as "sentAt",
  o.deadline_at as "deadlineAt", o.empty_at as "emptyAt", o.met, o.error`

export type NewOp = Pick<
  OpRow,
  | 'routeId'
  | 'pairId'
  | 'side'
  | 'connectionId'
  | 'remoteId'
  | 'verb'
  | 'before'
  | 'after'
  | 'sources'
  | 'base'
  | 'beside'
  | 'cause'
  | 'person'
  | 'containerId'
  | 'steps'
  | 'planId'
  | 'plannedVersion'
>

/** Why an op is planned that carries what a user did on the other side. */
export const CARRYING = [
  'change',
  'new-task',
  'deletion',
  'edit-beats-delete',
  'occurrence',
  'next-occurrence',
]

/**
 * When the change was first heard of that op `r` carries: one of the other side about which nothing had been decided, or that of the
 * op in whose place it comes. Null in a first sync, whose tasks are not news.
 */
const LEARNT_AT = `
  case when r.cause in (${CARRYING.map((cause) => `'${cause}'`).join(', ')}) and exists (
      select from route x where x.id = r."routeId" and x.filled_at is not null) then coalesce(
    (select t.changed_at from pair_member m
     join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
     where m.pair_id = r."pairId" and m.side <> r.side and m.role = 'current' and t.changed_seq > m.decided_seq),
    (select case when o.error ->> 'kind' in (${DROPPED.map((kind) => `'${kind}'`).join(', ')}) then o.learnt_at end from op o
     where o.subject = 'pair' and o.subject_id = r."pairId" and o.side = r.side order by o.id desc limit 1)) end`

/** Writes intents down, before any call leaves, and before it is noted that their tasks' changes are decided. Their ids come back in the order given. */
export async function insertOps(tx: Tx, ops: readonly NewOp[]): Promise<string[]> {
  if (ops.length === 0) return []
  const values = ops.map((op, n) => ({ ...op, n }))
  const rows = await tx<{ id: string }[]>`
    insert into op (route_id, subject, subject_id, side, connection_id, remote_id, verb, before, after, sources, base,
      beside, cause, person, container_id, steps, plan_id, planned_version, learnt_at)
    select r."routeId", 'pair', r."pairId", r.side, r."connectionId", r."remoteId", r.verb,
      nullif(r.before, 'null'), r.after, r.sources, r.base, nullif(r.beside, 'null'), r.cause, r.person, r."containerId", r.steps, r."planId",
      r."plannedVersion", ${tx.unsafe(LEARNT_AT)}
    from jsonb_to_recordset(${json(tx, values)}) as r(n int, "routeId" bigint, "pairId" bigint, side text,
      "connectionId" bigint, "remoteId" text, verb text, before jsonb, after jsonb, sources jsonb, base jsonb, beside jsonb, cause text,
      person text, "containerId" bigint, steps jsonb, "planId" uuid, "plannedVersion" int)
    order by r.n
    returning id`
  return rows.map((row) => row.id)
}

/** Open ops of these pairs. The caller holds the pairs' locks. */
export async function openOpsOf(sql: Db | Tx, pairIds: readonly string[]): Promise<OpRow[]> {
  if (pairIds.length === 0) return []
  return sql<OpRow[]>`
    select ${sql.unsafe(OP_COLUMNS)} from op o
    where o.subject = 'pair' and o.subject_id in ${sql([...pairIds])} and o.status in ${sql([...OPEN_STATUSES])}
    order by o.id`
}

export async function opsById(sql: Db | Tx, ids: readonly string[]): Promise<OpRow[]> {
  if (ids.length === 0) return []
  return sql<OpRow[]>`
    select ${sql.unsafe(OP_COLUMNS)} from op o where o.subject = 'pair' and o.id in ${sql([...ids])} order by o.id`
}

/** The pairs whose ops these are. `make`: whether any of them makes a task. */
export async function pairsOfOps(
  sql: Db | Tx,
  ids: readonly string[],
): Promise<{ readonly pairIds: readonly string[]; readonly make: boolean }> {
  if (ids.length === 0) return { pairIds: [], make: false }
  const rows = await sql<{ id: string; make: boolean }[]>`
    select subject_id as id, bool_or(verb = 'create') as make from op
    where subject = 'pair' and id in ${sql([...ids])} group by 1 order by 1`
  return { pairIds: rows.map(({ id }) => id), make: rows.some(({ make }) => make) }
}

/** A claim's times, in milliseconds. `freshMs`: how old the plan of an edit or a delete may be, also of one that is sent again. */
export type ClaimTimes = { readonly deadlineMs: number; readonly freshMs: number }

/**
 * Claims ops for one attempt, before its call leaves: `sent`, with the deadline of the call. Those that somebody else
 * has in flight, that are closed, of a route that was paused or stopped meanwhile, whose target was looked at too long ago,
 * or has been edited since by what another look shows, are not claimed.
 */
export async function claimOps(
  tx: Tx,
  ids: readonly string[],
  { deadlineMs, freshMs }: ClaimTimes,
): Promise<OpRow[]> {
  if (ids.length === 0) return []
  return tx<OpRow[]>`
    update op o set status = 'sent', attempts = o.attempts + 1, sent_at = coalesce(o.sent_at, clock()),
      deadline_at = clock() + ${deadlineMs}::float8 * interval '1 ms'
    where o.id in ${tx([...ids])} and o.status = 'planned'
      and (o.verb = 'create' or o.planned_at > clock() - ${freshMs}::float8 * interval '1 ms')
      and (o.attempts > 0 or o.met = '{}')
      and (o.cause = 'clean' or exists (select from route r where r.id = o.route_id and r.state = 'active'))
    returning ${tx.unsafe(OP_COLUMNS)}`
}

/**
 * Creates whose last attempt left no answer, and which nobody has in flight: ready to be looked for. Where the service
 * deduplicates our key (`anytime`), nobody has to wait for the last attempt's end.
 */
export async function lostCreates(tx: Tx, ids: readonly string[], anytime: boolean): Promise<OpRow[]> {
  if (ids.length === 0) return []
  return tx<OpRow[]>`
    select ${tx.unsafe(OP_COLUMNS)} from op o
    where o.id in ${tx([...ids])} and o.verb = 'create' and o.status in ('sent', 'unknown')
      and (${anytime} or o.status = 'unknown' or o.deadline_at <= clock())
    order by o.id for no key update`
}

/** Gives ops back to the plan: for certain, nothing of this attempt was done. `claimed`: as the claim gave them. */
export async function releaseOps(tx: Tx, claimed: readonly OpAsRead[]): Promise<void> {
  if (claimed.length === 0) return
  await tx`
    update op o set status = 'planned', attempts = o.attempts - 1
    from jsonb_to_recordset(${json(tx, claimed.map(asRead))}) as r(id bigint, attempts int)
    where o.id = r.id and o.attempts = r.attempts and o.status = 'sent'`
}

const asRead = ({ id, attempts }: OpAsRead) => ({ id, attempts })

/**
 * An op as somebody has read it. A claim takes no lock of the pair and may come between: what is decided about an op
 * holds only as long as nobody has claimed it since.
 */
export type OpAsRead = Pick<OpRow, 'id' | 'status' | 'attempts'>

/**
 * A lost write did not arrive and may be sent again. `before`: its target as a new look shows it; an edit or a delete is
 * then as good as planned now, on that look.
 */
export async function rearmOp(tx: Tx, { id, attempts }: OpAsRead, before?: RemoteTask): Promise<void> {
  await tx`
    update op set status = 'planned', planned_at = case when verb = 'create' then planned_at else clock() end,
      before = coalesce(${before === undefined ? null : json(tx, before)}::jsonb, before)
    where id = ${id} and attempts = ${attempts} and status in ${tx([...OPEN_STATUSES])}`
}

/** What looks at the targets of open writes have met there. */
export async function saveMet(tx: Tx, met: readonly Pick<OpRow, 'id' | 'met'>[]): Promise<void> {
  if (met.length === 0) return
  await tx`
    update op o set met = r.met from jsonb_to_recordset(${json(tx, met)}) as r(id bigint, met jsonb) where o.id = r.id`
}

/** A search for a lost create found nothing. The first such search is remembered. */
export async function markEmptySearch(tx: Tx, { id, attempts }: OpAsRead, askedAt: DbTime): Promise<void> {
  await tx`
    update op set status = 'unknown', empty_at = coalesce(empty_at, ${askedAt}::timestamptz)
    where id = ${id} and attempts = ${attempts} and status in ('sent', 'unknown')`
}

/**
 * Closes an op without its being done: `error` says why in words for a person. False when it is not as it was read:
 * its call may be under way, and whoever makes it will close it.
 */
export async function closeOp(tx: Tx, { id, status, attempts }: OpAsRead, error: OpError): Promise<boolean> {
  const rows = await tx`
    update op set status = 'refused', error = ${json(tx, error)}, closed_at = clock()
    where id = ${id} and status = ${status} and attempts = ${attempts}
      and status in ${tx([...OPEN_STATUSES])} returning id`
  return rows.length > 0
}

/**
 * The state in which an attempt leaves an op. `attempts`: of the op as the attempt had it. `unsent`: nothing of it left,
 * so that it was no attempt.
 */
export type OpOutcome = Pick<OpRow, 'id' | 'status' | 'attempts' | 'steps' | 'error' | 'emptyAt'> & {
  readonly remoteId: string | null
  readonly unsent: boolean
}

/** What is confirmed holds whoever saw it; anything else an attempt may say only of itself. */
export function mayTell(op: OpAsRead, outcome: Pick<OpOutcome, 'status' | 'attempts'>): boolean {
  return outcome.status === 'confirmed' || outcome.attempts === op.attempts
}

export async function saveOps(tx: Tx, ops: readonly OpOutcome[]): Promise<void> {
  if (ops.length === 0) return
  await tx`
    update op o set status = r.status, steps = r.steps, error = nullif(r.error, 'null'), empty_at = r."emptyAt",
      remote_id = coalesce(r."remoteId", o.remote_id), attempts = o.attempts - case when r.unsent then 1 else 0 end,
      closed_at = case when r.status in ('confirmed', 'refused') then clock() end
    from jsonb_to_recordset(${json(tx, ops)}) as r(id bigint, status text, attempts int, steps jsonb,
      error jsonb, "emptyAt" timestamptz, "remoteId" text, unsent boolean)
    where o.id = r.id and (r.status = 'confirmed' or o.attempts = r.attempts)`
}

/** Closes writes that took something back and whose call ended without an answer: the next look says what came of them. */
export async function dropEndedCleans(tx: Tx, connectionId: string): Promise<void> {
  const error = { kind: 'overtaken', message: 'Its answer was lost; the task is looked at again', hint: null }
  await tx`
    update op set status = 'refused', error = ${json(tx, error)}, closed_at = clock()
    where connection_id = ${connectionId} and cause = 'clean' and status in ${tx([...OPEN_STATUSES])}
      and (deadline_at is null or deadline_at <= clock())`
}

/** A create into a connection that is not confirmed yet. Those of removed routes count as long as an answer may come. */
export type InFlightCreate = Pick<OpRow, 'id' | 'key' | 'pairId' | 'person' | 'status' | 'after'> & {
  readonly firstStep: string
  /** A person was asked which of these tasks it has made; null when nobody was. */
  readonly candidates: readonly string[] | null
  readonly plannedAt: DbTime
}

/** One plan at a time counts and adds creates into a connection where they must stay apart. */
export async function lockCreates(tx: Tx, connectionId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('dealbridge creates'), ${connectionId}::int)`
}

export async function createsInFlight(sql: Db | Tx, connectionId: string): Promise<InFlightCreate[]> {
  return sql<InFlightCreate[]>`
    select o.id, o.key, o.subject_id as "pairId", o.person, o.status, o.after, o.steps -> 0 ->> 'name' as "firstStep",
      o.planned_at as "plannedAt",
      case when p.reason = 'ambiguous' then coalesce((
        select c.base -> 'candidates' from conflict c
        where c.pair_id = p.id and c.kind = 'ambiguous' and c.decision is null), '[]') end as candidates
    from op o join pair p on p.id = o.subject_id join route r on r.id = o.route_id
    where o.connection_id = ${connectionId} and o.verb = 'create' and o.subject = 'pair'
      and o.status in ${sql([...OPEN_STATUSES])} and (r.removed_at is null or o.deadline_at > clock())`
}

/** Open creates that will lie in each container. */
export async function plannedInContainers(
  sql: Db | Tx,
  containerIds: readonly string[],
): Promise<Map<string, number>> {
  if (containerIds.length === 0) return new Map()
  const rows = await sql<{ id: string; planned: number }[]>`
    select container_id as id, count(*)::int as planned from op
    where container_id in ${sql([...containerIds])} and verb <> 'delete' and status in ${sql([...OPEN_STATUSES])}
    group by 1`
  return new Map(rows.map((row) => [row.id, row.planned]))
}

/** Every open write of a pair, in the order in which they were planned. */
export async function plannedWrites(
  tx: Tx,
): Promise<{ pair: string; route: string; side: Side; verb: OpRow['verb']; fields: FieldValues }[]> {
  return tx<{ pair: string; route: string; side: Side; verb: OpRow['verb']; fields: FieldValues }[]>`
    select o.subject_id as pair, r.name as route, o.side, o.verb, o.after as fields from op o join route r on r.id = o.route_id
    where o.subject = 'pair' and o.cause <> 'notice' and o.status in ${tx([...OPEN_STATUSES])} order by o.id`
}

/** Takes every open write out of the way. Only for a transaction that is rolled back. */
export async function dropPlanned(tx: Tx): Promise<void> {
  await tx`update op set status = 'refused' where subject = 'pair' and status in ${tx([...OPEN_STATUSES])}`
}
