import type { DbTime } from '../core/db-time.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import { OPEN_STATUSES, type OpError, type OpStatus } from './ops.ts'

/**
 * What is to become of a project or section. `to`: id of the container in which it is to lie; `from`: remote id of the project in
 * which it was when that was planned; `deal`: for which it is made.
 */
export type HomeChange =
  | { readonly kind: 'make'; readonly deal: string }
  | { readonly kind: 'move'; readonly to: string; readonly from?: string | null }
  | { readonly kind: 'rename'; readonly name: string }
  /** `link`: the line of its description that leads to what it stands for; null takes that away. */
  | { readonly kind: 'relink'; readonly link: string | null }
  | { readonly kind: 'archive' }
  | { readonly kind: 'unarchive' }
  | { readonly kind: 'remove' }

/** Cause of making a stage's project before there is anything to put into it: nobody waits for that. */
export const AHEAD = 'ahead'

/** One intended write to a container, with the same life as those to tasks. `sentAt`: of its first attempt. */
export type HomeOp = {
  readonly id: string
  readonly key: string
  readonly routeId: string
  readonly containerId: string
  readonly connectionId: string
  readonly remoteId: string | null
  readonly change: HomeChange
  readonly cause: string
  readonly status: OpStatus
  readonly attempts: number
  readonly sentAt: DbTime | null
  readonly deadlineAt: DbTime | null
}

const COLUMNS = `o.id, o.key, o.route_id as "routeId", o.subject_id as "containerId", o.connection_id as "connectionId",
  o.remote_id as "remoteId", o.after as change, o.cause, o.status, o.attempts, o.sent_at as "sentAt",
  o.deadline_at as "deadlineAt"`

export type NewHomeOp = Pick<
  HomeOp,
  'routeId' | 'containerId' | 'connectionId' | 'remoteId' | 'change' | 'cause'
> & {
  readonly side: Side
  /** What the container is before it, in words of the log: its name, its place, its state. */
  readonly before: Readonly<Record<string, unknown>>
}

/** Writes one intent down. One container has at most one open op. */
export async function insertHomeOp(tx: Tx, given: NewHomeOp): Promise<HomeOp> {
  const verb = given.change.kind === 'make' ? 'create' : given.change.kind === 'remove' ? 'delete' : 'update'
  const [row] = await tx<HomeOp[]>`
    insert into op as o (route_id, subject, subject_id, side, connection_id, remote_id, verb, before, after, cause, steps,
      plan_id, planned_version)
    values (${given.routeId}, 'container', ${given.containerId}, ${given.side}, ${given.connectionId}, ${given.remoteId},
      ${verb}, ${json(tx, given.before)}, ${json(tx, given.change)}, ${given.cause},
      ${json(tx, [{ name: given.change.kind, fields: {}, outcome: 'open' }])}, gen_random_uuid(), 0)
    returning ${tx.unsafe(COLUMNS)}`
  if (row === undefined) throw new Error('an op of a container was not stored')
  return row
}

export async function homeOpById(sql: Db | Tx, id: string): Promise<HomeOp | null> {
  const [row] = await sql<HomeOp[]>`
    select ${sql.unsafe(COLUMNS)} from op o where o.subject = 'container' and o.id = ${id}`
  return row ?? null
}

/** Open ops of these containers. */
export async function openHomeOps(sql: Db | Tx, containerIds: readonly string[]): Promise<HomeOp[]> {
  if (containerIds.length === 0) return []
  return sql<HomeOp[]>`
    select ${sql.unsafe(COLUMNS)} from op o
    where o.subject = 'container' and o.subject_id in ${sql([...containerIds])}
      and o.status in ${sql([...OPEN_STATUSES])} order by o.id`
}

/** What is under way with containers of a route. */
export async function homeOpsOfRoute(sql: Db | Tx, routeId: string): Promise<HomeOp[]> {
  return sql<HomeOp[]>`
    select ${sql.unsafe(COLUMNS)} from op o
    where o.subject = 'container' and o.route_id = ${routeId} and o.status in ${sql([...OPEN_STATUSES])} order by o.id`
}

/** Whether a project was made a moment ago, by a move of another deal's section that is to go into it. */
export async function wasMadeForAnother(sql: Db | Tx, containerId: string, dealId: string): Promise<boolean> {
  const [row] = await sql<{ made: boolean }[]>`
    select exists (
      select from op where subject = 'container' and subject_id = ${containerId} and after ->> 'kind' = 'make'
        and after ->> 'deal' <> ${dealId}
        and (closed_at is null or closed_at > clock() - interval '5 minutes')) as made`
  return row?.made === true
}

/** Deals of a route of whose homes a write is under way: nobody can say where their tasks lie just now. */
export async function busyDeals(sql: Db | Tx, routeId: string): Promise<ReadonlySet<string>> {
  const rows = await sql<{ deal: string }[]>`
    select distinct c.subject as deal from op o join container c on c.id = o.subject_id
    where o.subject = 'container' and o.route_id = ${routeId} and c.role = 'deal'
      and o.status in ${sql([...OPEN_STATUSES])}`
  return new Set(rows.map(({ deal }) => deal))
}

/** `mayBeDone`: an earlier attempt has left without a word about what came of it. */
export type ClaimedHomeOp = HomeOp & { readonly mayBeDone: boolean }

/**
 * Claims an op for one attempt. Null when it is closed, put off, or another attempt is under way. All but `make` set values, so that
 * one whose attempt is over without an answer may be sent again.
 */
export async function claimHomeOp(tx: Tx, id: string, deadlineMs: number): Promise<ClaimedHomeOp | null> {
  const [row] = await tx<ClaimedHomeOp[]>`
    with free as (
      select o.id, o.sent_at is not null as tried from op o
      where o.id = ${id} and o.subject = 'container' and o.status in ${tx([...OPEN_STATUSES])}
        and (o.deadline_at is null or o.deadline_at <= clock()) for update)
    update op o set status = 'sent', attempts = o.attempts + 1, sent_at = coalesce(o.sent_at, clock()),
      deadline_at = clock() + ${deadlineMs}::float8 * interval '1 ms'
    from free where o.id = free.id
    returning ${tx.unsafe(COLUMNS)}, free.tried as "mayBeDone"`
  return row ?? null
}

/** An op as an attempt has it. One that was slow may end beside the next one, and may speak only of itself. */
export type OwnHomeOp = Pick<HomeOp, 'id' | 'attempts'>

/** The attempt has done nothing (`planned`), and was none: what follows it is counted from the next one. Or nobody knows (`unknown`). */
export async function releaseHomeOp(
  tx: Tx,
  { id, attempts }: OwnHomeOp,
  status: 'planned' | 'unknown',
): Promise<void> {
  const none = status === 'planned'
  await tx`
    update op set status = ${status}, deadline_at = null, attempts = attempts - case when ${none} then 1 else 0 end,
      sent_at = case when ${none} then null else sent_at end
    where id = ${id} and subject = 'container' and status = 'sent' and attempts = ${attempts}`
}

/** More is known by now of what is to be done. */
export async function changeHomeOp(tx: Tx, id: string, change: HomeChange): Promise<void> {
  await tx`
    update op set after = ${json(tx, change)}
    where id = ${id} and subject = 'container' and status in ${tx([...OPEN_STATUSES])}`
}

/** What came of it does not show yet: nobody takes it up again before that moment. */
export async function putOffHomeOp(tx: Tx, { id, attempts }: OwnHomeOp, until: DbTime): Promise<void> {
  await tx`
    update op set status = 'unknown', deadline_at = ${until}
    where id = ${id} and subject = 'container' and status = 'sent' and attempts = ${attempts}`
}

/** For how long an op is still put off, in milliseconds; null where it is not. */
export async function putOffFor(sql: Db | Tx, id: string): Promise<number | null> {
  const [row] = await sql<{ ms: number }[]>`
    select extract(epoch from deadline_at - clock())::float8 * 1000 as ms from op
    where id = ${id} and subject = 'container' and status = 'unknown' and deadline_at > clock()`
  return row?.ms ?? null
}

/** The op is over: done, whoever saw it, or refused for good in this attempt. False when it was closed before, or another one has it. */
export async function closeHomeOp(
  tx: Tx,
  { id, attempts }: OwnHomeOp,
  error: OpError | null,
): Promise<boolean> {
  const rows = await tx`
    update op set status = ${error === null ? 'confirmed' : 'refused'}, closed_at = clock(),
      error = ${error === null ? null : json(tx, error)},
      steps = jsonb_set(steps, '{0,outcome}', ${json(tx, error === null ? 'confirmed' : 'refused')})
    where id = ${id} and subject = 'container' and status in ${tx([...OPEN_STATUSES])}
      and (${error === null} or attempts = ${attempts}) returning id`
  return rows.length > 0
}

/** An op that nobody has sent yet is not wanted any more. False when somebody has taken it up meanwhile. */
export async function dropHomeOp(tx: Tx, id: string): Promise<boolean> {
  const error = {
    kind: 'replanned',
    message: 'It was never sent, and is not needed any more',
    hint: null,
  } satisfies OpError
  const rows = await tx`
    update op set status = 'refused', closed_at = clock(), error = ${json(tx, error)},
      steps = jsonb_set(steps, '{0,outcome}', '"refused"')
    where id = ${id} and subject = 'container' and status = 'planned' and attempts = 0 returning id`
  return rows.length > 0
}
