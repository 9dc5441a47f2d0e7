import type { Notice } from '../core/beside.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Decision, SkipReason } from '../core/decision.ts'
import type { Decree } from '../core/decree.ts'
import type { Trail } from '../core/doubt.ts'
import type { Base, Standing } from '../core/merge-types.ts'
import type { LastPlace, MovedBack } from '../core/placed.ts'
import type { Side } from '../core/policy.ts'
import type { Memory } from '../core/presence-table.ts'
import type { RefusedMove } from '../core/refused-move.ts'
import type { Field, FieldValues } from '../core/task.ts'
import type { Told } from '../core/told.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

export type PairState = Decision['state']

export type PairRow = {
  readonly id: string
  readonly routeId: string
  readonly origin: Side
  readonly memory: Memory
  readonly state: PairState
  readonly reason: SkipReason | null
  readonly person: string | null
  /** The words of a task that named the person, once they have been looked up. */
  readonly personBy: { readonly id: string } | { readonly name: string } | null
  /** Our marker was written once; a user who takes it out is not contradicted until the next write. */
  readonly marked: boolean
  readonly personSeq: string | null
  /** The deal that it belongs to, and who said so; null by `user`: to none. */
  readonly deal: string | null
  readonly dealBy: 'user' | 'rule' | null
  /** Where its task was last confirmed to lie, in the words of deals. */
  readonly place: LastPlace | null
  readonly movedBack: MovedBack | null
  /** The move of its task that its service did not take. */
  readonly refusedMove: RefusedMove | null
  readonly base: Base
  readonly baseMovedAt: DbTime | null
  readonly baseTrail: readonly Trail[]
  readonly standing: readonly Standing[]
  readonly overrides: readonly Field[]
  readonly decrees: readonly Decree[]
  /** What the task held whose place is to be taken by a new one; null when none was there. */
  readonly former: FieldValues | null
  /** Completions of a repeating task that are accounted for; null where nothing was counted yet. */
  readonly occurrences: number | null
  /** When a decision deleted, unlinked or completed what was left of it. */
  readonly endedAt: DbTime | null
  /** A person saw that it would end, and let it. */
  readonly letThrough: boolean
  /** What the task tells its user by a label and a comment of ours. */
  readonly notice: Notice | null
  /** The comment by which it told it; `id` null where the service did not say. */
  readonly comment: { readonly id: string | null; readonly text: string } | null
  /** The lines that we may have written into its description; once a write is confirmed, those that it wrote. */
  readonly block: readonly string[]
  /** What was last written of its person and deal. */
  readonly told: Told
  /** What its task has inherited of those that other routes had in its place, by their pairs. */
  readonly carried: Readonly<Record<string, FieldValues>>
  readonly syncVersion: number
  /** What a first sync left as it was held in its fields; only that writes it. */
  readonly known: FieldValues | null
  readonly planId: string | null
  readonly wakeAt: DbTime | null
  readonly attempts: number
  readonly lastError: string | null
}

const COLUMNS = `p.id, p.route_id as "routeId", p.origin, p.memory, p.state, p.reason, p.person,
  p.person_by as "personBy", p.marked, p.person_seq as "personSeq", p.deal, p.deal_by as "dealBy", p.place,
  p.moved_back as "movedBack", p.refused_move as "refusedMove", p.base, p.base_moved_at as "baseMovedAt", p.base_trail as "baseTrail", p.standing,
  p.overrides, p.decrees, p.former, p.occurrences, p.ended_at as "endedAt", p.let_through as "letThrough", p.notice, p.comment, p.block, p.told, p.carried,
  p.sync_version as "syncVersion", p.known, p.plan_id as "planId", p.wake_at as "wakeAt", p.attempts,
  p.last_error as "lastError"`

/** Locks pairs, lowest id first, so that two who lock the same ones never wait for each other. */
export async function lockPairs(tx: Tx, ids: readonly string[]): Promise<PairRow[]> {
  if (ids.length === 0) return []
  return tx<PairRow[]>`
    select ${tx.unsafe(COLUMNS)} from pair p where p.id in ${tx([...ids])} order by p.id for no key update of p`
}

/** The comments by which the tasks of these pairs tell something; pairs without one are left out. */
export async function commentsOfPairs(
  sql: Db | Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NonNullable<PairRow['comment']>>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ id: string; comment: NonNullable<PairRow['comment']> }[]>`
    select id, comment from pair where id in ${sql([...ids])} and comment is not null`
  return new Map(rows.map(({ id, comment }) => [id, comment]))
}

/** Makes one pair for each of these tasks, all of one side of one route. `block`: lines of ours that came with a copy. */
export async function createPairs(
  tx: Tx,
  route: { readonly routeId: string; readonly side: Side; readonly connectionId: string },
  tasks: readonly {
    readonly remoteId: string
    readonly person: string | null
    readonly block: readonly string[]
  }[],
): Promise<void> {
  if (tasks.length === 0) return
  await tx`
    with given as (
      select r."remoteId", r.person, r.block, row_number() over (order by r."remoteId") as n
      from jsonb_to_recordset(${json(tx, tasks)}) as r("remoteId" text, person text, block jsonb)
    ), made as (
      insert into pair (route_id, origin, person, block)
      select ${route.routeId}, ${route.side}, person, block from given order by n returning id
    ), numbered as (select id, row_number() over (order by id) as n from made)
    insert into pair_member (route_id, connection_id, remote_id, pair_id, side)
    select ${route.routeId}, ${route.connectionId}, g."remoteId", m.id, ${route.side}
    from given g join numbered m on m.n = g.n`
}

/** A task that its service shows as another person's now. The caller has locked the pairs. */
export async function followPersons(
  tx: Tx,
  given: readonly { readonly pairId: string; readonly person: string }[],
): Promise<void> {
  if (given.length === 0) return
  await tx`
    update pair p set person = g.person
    from jsonb_to_recordset(${json(tx, given)}) as g("pairId" bigint, person text)
    where p.id = g."pairId" and p.person is distinct from g.person`
}

/** What another route keeps of the tasks of these pairs is to be looked at: it may have been handed over. */
export async function wakeElsewhere(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  await tx`
    with others as (
      select over.id from pair_member m
      join pair_member near on near.connection_id = m.connection_id and near.remote_id = m.remote_id
        and near.route_id <> m.route_id and near.role = 'current'
      join pair over on over.id = near.pair_id and over.memory = 'linked'
      where m.pair_id in ${tx([...pairIds])} and m.role = 'current'
      order by over.id for no key update of over
    )
    update pair set wake_at = clock() where id in (select id from others)`
}

/**
 * Forgets a pair that was made for a task which belongs to another: it has nothing but that task, and no write of it is
 * under way. False when there is more to it. The caller holds the pair's lock.
 */
export async function forgetStranger(tx: Tx, strangerId: string, ownerId: string): Promise<boolean> {
  const rows = await tx`
    delete from pair p
    where p.id = ${strangerId} and p.memory = 'new' and p.id <> ${ownerId}
      and (select count(*) from pair_member m where m.pair_id = p.id) = 1
      and not exists (
        select from op o where o.subject = 'pair' and o.subject_id = p.id
          and o.status in ('planned', 'sent', 'unknown'))
    returning p.id`
  return rows.length > 0
}

/** Whose tasks these routes have was said anew: what is assigned to others, or was, is looked at again. */
export async function wakeReassigned(tx: Tx, routeIds: readonly string[]): Promise<void> {
  if (routeIds.length === 0) return
  await tx`
    with concerned as (
      select id from pair
      where route_id in ${tx([...routeIds])}
        and (memory in ('new', 'linked') or (memory = 'unlinked' and reason in ('reassigned', 'handed-over', 'out-of-scope')))
      order by id for no key update
    )
    update pair set wake_at = clock() where id in (select id from concerned) and wake_at is null`
}

/** Saves pairs that the caller has locked and changed. */
export async function savePairs(tx: Tx, pairs: readonly PairRow[]): Promise<void> {
  if (pairs.length === 0) return
  await tx`
    update pair p set memory = r.memory, state = r.state, reason = r.reason, person = r.person,
      person_by = nullif(r."personBy", 'null'), marked = r.marked, person_seq = r."personSeq", deal = r.deal, deal_by = r."dealBy", place = nullif(r.place, 'null'),
      moved_back = nullif(r."movedBack", 'null'), refused_move = nullif(r."refusedMove", 'null'), base = r.base, base_moved_at = r."baseMovedAt", base_trail = r."baseTrail",
      standing = r.standing, overrides = r.overrides, decrees = r.decrees, former = nullif(r.former, 'null'), occurrences = r.occurrences,
      ended_at = r."endedAt", let_through = r."letThrough", notice = r.notice, comment = nullif(r.comment, 'null'), block = r.block, told = r.told, carried = r.carried, sync_version = r."syncVersion", plan_id = r."planId",
      wake_at = r."wakeAt", attempts = r.attempts, last_error = r."lastError",
      last_synced_at = case when r."syncVersion" > p.sync_version then clock() else p.last_synced_at end
    from jsonb_to_recordset(${json(tx, pairs)}) as r(id bigint, memory text, state text, reason text, person text,
      "personBy" jsonb, marked boolean, "personSeq" bigint, deal text, "dealBy" text, place jsonb, "movedBack" jsonb, "refusedMove" jsonb, base jsonb, "baseMovedAt" timestamptz, "baseTrail" jsonb, standing jsonb, overrides jsonb,
      decrees jsonb, former jsonb, occurrences int, "endedAt" timestamptz, "letThrough" boolean, notice text, comment jsonb, block jsonb, told jsonb, carried jsonb,
      "syncVersion" int, "planId" uuid, "wakeAt" timestamptz, attempts int, "lastError" text)
    where p.id = r.id`
}

/** Wakes pairs: at a time if they rest until later, at once when something changed. */
export async function wakePairs(
  tx: Tx,
  wakes: readonly { readonly pairId: string; readonly at: DbTime | null }[],
): Promise<void> {
  if (wakes.length === 0) return
  await tx`
    update pair p set wake_at = case when r.at is null then null else least(coalesce(p.wake_at, r.at), r.at) end
    from jsonb_to_recordset(${json(tx, wakes)}) as r("pairId" bigint, at timestamptz) where p.id = r."pairId"`
}

/**
 * Notes that a delivery named these tasks, so that a user's change does not queue behind a first sync; `changed`: those
 * in which a look then found something new.
 */
export async function markNudged(
  tx: Tx,
  connectionId: string,
  remoteIds: readonly string[],
  changed: readonly string[],
): Promise<void> {
  await tx`
    update pair p set nudged_at = clock() from pair_member m
    where m.pair_id = p.id and m.connection_id = ${connectionId} and m.remote_id in ${tx([...remoteIds])}
      and m.role = 'current' and (p.nudged_at is null or m.remote_id = any (${[...changed]}::text[]))`
}

/** One connection of each route of these pairs, whose workflow takes up what is due there. */
export async function dispatchersOf(sql: Db | Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select distinct r.left_id as id from pair p join route r on r.id = p.route_id
    where p.id in ${sql([...pairIds])} order by 1`
  return rows.map((row) => row.id)
}
