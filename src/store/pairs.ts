import type { Notice } from '../core/beside.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Decision, SkipReason } from '../core/decision.ts'
import type { Decree } from '../core/decree.ts'
import type { Trail } from '../core/doubt.ts'
import type { Base, Standing } from '../core/merge-types.ts'
import type { MirrorRow } from '../core/observe.ts'
import type { Side } from '../core/policy.ts'
import type { Memory } from '../core/presence-table.ts'
import type { Field, FieldValues } from '../core/task.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import { MIRROR_COLUMNS } from './mirror.ts'

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
  readonly syncVersion: number
  /** What a first sync left as it was held in its fields; only that writes it. */
  readonly known: FieldValues | null
  readonly planId: string | null
  readonly wakeAt: DbTime | null
  readonly attempts: number
  readonly lastError: string | null
}

const COLUMNS = `p.id, p.route_id as "routeId", p.origin, p.memory, p.state, p.reason, p.person,
  p.person_by as "personBy", p.marked, p.person_seq as "personSeq", p.base, p.base_moved_at as "baseMovedAt", p.base_trail as "baseTrail", p.standing,
  p.overrides, p.decrees, p.former, p.occurrences, p.ended_at as "endedAt", p.let_through as "letThrough", p.notice, p.comment, p.block,
  p.sync_version as "syncVersion", p.known, p.plan_id as "planId", p.wake_at as "wakeAt", p.attempts,
  p.last_error as "lastError"`

/** Locks pairs, lowest id first, so that two who lock the same ones never wait for each other. */
export async function lockPairs(tx: Tx, ids: readonly string[]): Promise<PairRow[]> {
  if (ids.length === 0) return []
  return tx<PairRow[]>`
    select ${tx.unsafe(COLUMNS)} from pair p where p.id in ${tx([...ids])} order by p.id for no key update of p`
}

/** A task of a pair with its picture. */
export type MemberRow = {
  readonly pairId: string
  readonly connectionId: string
  readonly remoteId: string
  readonly side: Side
  readonly decidedSeq: number
  readonly writtenVersion: string | null
  /** Its parent is a task of the same route under which everything is in scope. */
  readonly underPair: boolean
  /** The task of the other side that its parent is in step with; and whether there is none yet, but soon will be. */
  readonly parentThere: string | null
  readonly parentComing: boolean
  /** Nobody has looked at its parent yet; and the list in which that lies. */
  readonly parentUnseen: boolean
  readonly parentList: string | null
  /** Its list is mapped by another route; and whether that has the task in step. */
  readonly mappedElsewhere: boolean
  readonly linkedElsewhere: boolean
  readonly row: MirrorRow
}

type StoredMember = Omit<MemberRow, 'row' | 'decidedSeq'> &
  Omit<MirrorRow, 'changedSeq'> & { readonly changedSeq: string; readonly decidedSeq: string }

/** The current tasks of these pairs. */
export async function membersOf(sql: Db | Tx, pairIds: readonly string[]): Promise<MemberRow[]> {
  if (pairIds.length === 0) return []
  const rows = await sql<StoredMember[]>`
    select m.pair_id as "pairId", m.connection_id as "connectionId", m.remote_id as "remoteId", m.side,
      m.decided_seq as "decidedSeq", m.written_version as "writtenVersion", ${sql.unsafe(MIRROR_COLUMNS)},
      ${sql.unsafe(underPair('m.route_id'))} as "underPair", above.there as "parentThere",
      coalesce(above.coming, ${sql.unsafe(WAITS_AT_GATE)}) as "parentComing", 
      up.remote_id is null and t.seen -> 'task' ->> 'parent' is not null as "parentUnseen",
      up.seen -> 'task' ->> 'list' as "parentList",
      ${sql.unsafe(MAPPED_ELSEWHERE)} as "mappedElsewhere", ${sql.unsafe(LINKED_ELSEWHERE)} as "linkedElsewhere"
    from pair_member m
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    left join remote_task up on up.connection_id = m.connection_id and up.remote_id = t.seen -> 'task' ->> 'parent'
    left join lateral (${sql.unsafe(ABOVE)}) above on true
    where m.pair_id in ${sql([...pairIds])} and m.role = 'current'`
  return rows.map(
    ({
      pairId,
      connectionId,
      remoteId,
      side,
      decidedSeq,
      writtenVersion,
      underPair,
      parentThere,
      parentComing,
      parentUnseen,
      parentList,
      mappedElsewhere,
      linkedElsewhere,
      ...row
    }) => ({
      pairId,
      connectionId,
      remoteId,
      side,
      decidedSeq: Number(decidedSeq),
      writtenVersion,
      underPair,
      parentThere,
      parentComing,
      parentUnseen,
      parentList,
      mappedElsewhere,
      linkedElsewhere,
      row: { ...row, changedSeq: Number(row.changedSeq) },
    }),
  )
}

/** Other routes that map the list in which mirror row `t` of member `m` lies. */
const MAPPING_ROUTES = `
  select from route r join mapping g on g.route_id = r.id and g.direction <> 'off'
  where r.id <> m.route_id and r.removed_at is null and t.seen -> 'task' ->> 'list' =
    case m.connection_id when r.left_id then g.left_list when r.right_id then g.right_list end`

const MAPPED_ELSEWHERE = `exists (${MAPPING_ROUTES})`

/** One of these has the task in step with one of its own: not any route, for what is handed over must have arrived there. */
const LINKED_ELSEWHERE = `exists (${MAPPING_ROUTES} and exists (
  select from pair_member near join pair over on over.id = near.pair_id and over.memory = 'linked'
  join pair_member there on there.pair_id = over.id and there.side <> near.side and there.role = 'current'
  where near.connection_id = m.connection_id and near.remote_id = m.remote_id and near.route_id = r.id
    and near.role = 'current'))`

/** That the other task of a pair is about to be made. */
function beingMade(pair: string): string {
  return `(${pair}.memory = 'new' and ${pair}.state = 'ok'
    and (${pair}.reason is null or ${pair}.reason in ('parent-first', 'deleted-there', 'next-occurrence')))`
}

/**
 * Whether task `there` lies below the counterpart of member `m` on its side: users of both sides may have put two tasks below
 * each other, and a circle is nothing that a service could show, or would take.
 */
const WOULD_CIRCLE = `exists (
  with recursive up(id) as (
    select seen -> 'task' ->> 'parent' from remote_task
    where connection_id = there.connection_id and remote_id = there.remote_id
    union
    select next.seen -> 'task' ->> 'parent' from up
    join remote_task next on next.connection_id = there.connection_id and next.remote_id = up.id)
  select from up join pair_member own on own.remote_id = up.id
  where own.pair_id = m.pair_id and own.side = there.side and own.role = 'current')`

/** Whether task `there` is deleted: nothing can be put below it. */
const IS_GONE = `exists (
  select from remote_task lost where lost.connection_id = there.connection_id
    and lost.remote_id = there.remote_id and lost.presence = 'gone')`

/** The pair of the parent of mirror row `t`: its task on the other side than `m`, or that it is about to have one. */
const ABOVE = `
  select there.remote_id as there,
    there.remote_id is null and ${beingMade('over')} as coming
  from pair_member near
  join pair over on over.id = near.pair_id and over.memory in ('new', 'linked')
  left join pair_member there on there.pair_id = over.id and there.side <> near.side and there.role = 'current'
    and not ${WOULD_CIRCLE} and not ${IS_GONE}
  where near.route_id = m.route_id and near.connection_id = m.connection_id and near.role = 'current'
    and near.remote_id = t.seen -> 'task' ->> 'parent'`

/** The parent of mirror row `t` may be a task that we have made, and of which nobody knows yet what it stands for. */
const WAITS_AT_GATE = `exists (
  select from unclaimed u where u.route_id = m.route_id and u.connection_id = m.connection_id
    and u.remote_id = t.seen -> 'task' ->> 'parent')`

/**
 * That what lies under a member's task is in scope: the route keeps it in step, or has ended its pair and left the task where
 * it is, completed. `member`, `pair`: aliases of the two tables.
 */
function keepsBelow(member: string, pair: string): string {
  return `(${pair}.memory in ('new', 'linked', 'ending') or (${pair}.memory = 'closed' and exists (
    select from remote_task ended where ended.connection_id = ${member}.connection_id
      and ended.remote_id = ${member}.remote_id and ended.presence = 'present')))`
}

/** Whether the parent of mirror row `t` is a task under which everything is in scope. */
function underPair(routeId: string): string {
  return `exists (
    select from pair_member above join pair over on over.id = above.pair_id
    where above.route_id = ${routeId} and above.connection_id = t.connection_id and above.role = 'current'
      and above.remote_id = t.seen -> 'task' ->> 'parent' and ${keepsBelow('above', 'over')})`
}

/** Those of these parents (remote ids) under which everything is in scope. */
export async function pairedParents(
  sql: Db | Tx,
  routeId: string,
  connectionId: string,
  parents: readonly string[],
): Promise<ReadonlySet<string>> {
  if (parents.length === 0) return new Set()
  const rows = await sql<{ remoteId: string }[]>`
    select m.remote_id as "remoteId" from pair_member m join pair p on p.id = m.pair_id
    where m.route_id = ${routeId} and m.connection_id = ${connectionId} and m.role = 'current'
      and m.remote_id in ${sql([...parents])} and ${sql.unsafe(keepsBelow('m', 'p'))}`
  return new Set(rows.map((row) => row.remoteId))
}

/** Where a remote task is in a pair, on whatever route; former ids too. */
export type Membership = {
  readonly routeId: string
  readonly pairId: string
  readonly remoteId: string
  readonly side: Side
  readonly role: 'current' | 'former'
  readonly decidedSeq: number
}

export async function membershipsOf(
  sql: Db | Tx,
  connectionId: string,
  remoteIds: readonly string[],
): Promise<Membership[]> {
  if (remoteIds.length === 0) return []
  const rows = await sql<(Omit<Membership, 'decidedSeq'> & { decidedSeq: string })[]>`
    select route_id as "routeId", pair_id as "pairId", remote_id as "remoteId", side, role, decided_seq as "decidedSeq"
    from pair_member where connection_id = ${connectionId} and remote_id in ${sql([...remoteIds])}`
  return rows.map((row) => ({ ...row, decidedSeq: Number(row.decidedSeq) }))
}

export type NewPair = {
  readonly routeId: string
  readonly origin: Side
  readonly person: string | null
  readonly personBy: PairRow['personBy']
  readonly members: readonly {
    readonly side: Side
    readonly connectionId: string
    readonly remoteId: string
  }[]
}

/** Makes a pair from the first sight of a task, or from two that were matched. */
export async function createPair(tx: Tx, given: NewPair): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into pair (route_id, origin, person, person_by)
    values (${given.routeId}, ${given.origin}, ${given.person}, ${given.personBy === null ? null : json(tx, given.personBy)})
    returning id`
  if (row === undefined) throw new Error('a pair was not stored')
  for (const member of given.members)
    await addMember(tx, { ...member, routeId: given.routeId, pairId: row.id })
  return row.id
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

export type NewMember = {
  readonly routeId: string
  readonly connectionId: string
  readonly remoteId: string
  readonly pairId: string
  readonly side: Side
  readonly decidedSeq?: number
  readonly writtenVersion?: string | null
}

/** Makes a remote task part of a pair. Throws a unique violation when it is part of another one. */
export async function addMember(tx: Tx, given: NewMember): Promise<void> {
  await tx`
    insert into pair_member (route_id, connection_id, remote_id, pair_id, side, decided_seq, written_version)
    values (${given.routeId}, ${given.connectionId}, ${given.remoteId}, ${given.pairId}, ${given.side},
      ${given.decidedSeq ?? 0}, ${given.writtenVersion ?? null})`
}

/** The side's task is gone for good: its id becomes a former one, never taken in as new again. */
export async function retireMember(tx: Tx, pairId: string, side: Side): Promise<void> {
  await tx`update pair_member set role = 'former' where pair_id = ${pairId} and side = ${side} and role = 'current'`
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

/**
 * Gives the persons of these pairs to the tasks below theirs that have none yet (and to those below them), and wakes
 * their pairs: their ids. A task about which a question is open gets the person too, and goes on waiting for the answer.
 * The caller has locked the pairs above.
 */
export async function inheritPersons(tx: Tx, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const rows = await tx<{ id: string; reason: SkipReason | null }[]>`
    with recursive heirs as (
      select p.id, p.person from pair p where p.id in ${tx([...pairIds])} and p.person is not null
      union
      select child.id, h.person from heirs h
      join pair_member above on above.pair_id = h.id and above.role = 'current'
      -- One after the other, as in heirsOf (pair-locks.ts).
      cross join lateral (select t.connection_id, t.remote_id from remote_task t
        where t.connection_id = above.connection_id and t.seen -> 'task' ->> 'parent' = above.remote_id offset 0) t
      cross join lateral (select u.pair_id from pair_member u
        where u.connection_id = t.connection_id and u.remote_id = t.remote_id
          and u.route_id = above.route_id and u.role = 'current' offset 0) below
      join pair child on child.id = below.pair_id and child.person is null and child.memory = 'new'
    ), locked as (
      select id from pair where id in (select id from heirs) order by id for no key update
    )
    update pair p set person = h.person,
      wake_at = case when p.reason = 'ambiguous' then p.wake_at else clock() end,
      state = case when p.reason = 'ambiguous' then p.state else 'ok' end,
      reason = case when p.reason = 'ambiguous' then p.reason end
    from heirs h where p.id = h.id and p.id in (select id from locked) and p.person is null
    returning p.id, p.reason`
  return rows.flatMap((row) => (row.reason === null ? row.id : []))
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
 * Wakes what has waited for these pairs' other tasks to be made, where there is one now, or will be none: new tasks, those
 * in step that were put below one that had no other yet, and what a service refused, for their parent may be the reason.
 * The last two where anything is new of these pairs, of which nothing was decided yet: tasks may lie below each other in a
 * circle. The caller has locked the pairs above.
 */
export async function wakeBelow(tx: Tx, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length === 0) return
  // Step by step, for as long as nobody has counted the rows of a new record the planner would multiply all with all.
  await tx`
    with above as materialized (
      select p.id, p.route_id, m.side, m.connection_id, m.remote_id, exists (
          select from pair_member n join remote_task t on t.connection_id = n.connection_id and t.remote_id = n.remote_id
          where n.pair_id = p.id and n.role = 'current' and n.decided_seq < t.changed_seq) as news
      from pair p
      join pair_member m on m.pair_id = p.id and m.role = 'current'
      where p.id in ${tx([...pairIds])} and not ${tx.unsafe(beingMade('p'))}
    ), lying as materialized (
      select a.*, t.remote_id as below from above a
      join remote_task t on t.connection_id = a.connection_id and t.seen -> 'task' ->> 'parent' = a.remote_id
    ), waiting as (
      select child.id from lying l
      join pair_member m on m.connection_id = l.connection_id and m.remote_id = l.below
        and m.route_id = l.route_id and m.role = 'current'
      join pair child on child.id = m.pair_id and (
        child.memory = 'new' and child.reason = 'parent-first' or l.news and (child.state = 'error' or
          child.memory = 'linked' and (child.base -> l.side ->> 'parent' is distinct from l.remote_id
            or child.base -> (case l.side when 'left' then 'right' else 'left' end) ->> 'parent' is null)
          and exists (select from mapping where route_id = l.route_id)))
      order by child.id for no key update of child
    )
    update pair set wake_at = clock() where id in (select id from waiting)`
}

/** Wakes new pairs that waited for these tasks of a connection, which no route is about to keep in step after all. */
export async function wakeUnder(tx: Tx, connectionId: string, remoteIds: readonly string[]): Promise<void> {
  if (remoteIds.length === 0) return
  await tx`
    with waiting as (
      select child.id from remote_task t
      join pair_member below on below.connection_id = t.connection_id and below.remote_id = t.remote_id
        and below.role = 'current'
      join pair child on child.id = below.pair_id and child.memory = 'new' and child.reason = 'parent-first'
      where t.connection_id = ${connectionId} and t.seen -> 'task' ->> 'parent' in ${tx([...remoteIds])}
      order by child.id for no key update of child
    )
    update pair set wake_at = clock() where id in (select id from waiting)`
}

/** The person of the task under which a pair's own task lies; null where there is none, or nobody is known yet. */
export async function personAbove(tx: Tx, pairId: string): Promise<string | null> {
  const [row] = await tx<{ person: string | null }[]>`
    select over.person from pair_member m
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    join pair_member above on above.route_id = m.route_id and above.connection_id = m.connection_id
      and above.remote_id = t.seen -> 'task' ->> 'parent' and above.role = 'current'
    join pair over on over.id = above.pair_id
    where m.pair_id = ${pairId} and m.role = 'current' and over.person is not null limit 1`
  return row?.person ?? null
}

/** Makes a task part of another pair; the caller holds the locks of both. */
export async function moveMember(
  tx: Tx,
  move: {
    readonly from: string
    readonly to: string
    readonly connectionId: string
    readonly remoteId: string
  },
): Promise<void> {
  await tx`
    update pair_member set pair_id = ${move.to}, decided_seq = 0
    where pair_id = ${move.from} and connection_id = ${move.connectionId} and remote_id = ${move.remoteId}`
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

/** Saves pairs that the caller has locked and changed. */
export async function savePairs(tx: Tx, pairs: readonly PairRow[]): Promise<void> {
  if (pairs.length === 0) return
  await tx`
    update pair p set memory = r.memory, state = r.state, reason = r.reason, person = r.person,
      person_by = nullif(r."personBy", 'null'), marked = r.marked, person_seq = r."personSeq", base = r.base, base_moved_at = r."baseMovedAt", base_trail = r."baseTrail",
      standing = r.standing, overrides = r.overrides, decrees = r.decrees, former = nullif(r.former, 'null'), occurrences = r.occurrences,
      ended_at = r."endedAt", let_through = r."letThrough", notice = r.notice, comment = nullif(r.comment, 'null'), block = r.block, sync_version = r."syncVersion", plan_id = r."planId",
      wake_at = r."wakeAt", attempts = r.attempts, last_error = r."lastError",
      last_synced_at = case when r."syncVersion" > p.sync_version then clock() else p.last_synced_at end
    from jsonb_to_recordset(${json(tx, pairs)}) as r(id bigint, memory text, state text, reason text, person text,
      "personBy" jsonb, marked boolean, "personSeq" bigint, base jsonb, "baseMovedAt" timestamptz, "baseTrail" jsonb, standing jsonb, overrides jsonb,
      decrees jsonb, former jsonb, occurrences int, "endedAt" timestamptz, "letThrough" boolean, notice text, comment jsonb, block jsonb,
      "syncVersion" int, "planId" uuid, "wakeAt" timestamptz, attempts int, "lastError" text)
    where p.id = r.id`
}

/** Notes what the last plan (or confirmation) has read of each side. */
export async function saveDecided(
  tx: Tx,
  members: readonly {
    readonly pairId: string
    readonly side: Side
    readonly decidedSeq: number
    readonly writtenVersion: string | null
  }[],
): Promise<void> {
  if (members.length === 0) return
  await tx`
    update pair_member m set decided_seq = r."decidedSeq", written_version = r."writtenVersion"
    from jsonb_to_recordset(${json(tx, members)}) as r("pairId" bigint, side text, "decidedSeq" bigint,
      "writtenVersion" text)
    where m.pair_id = r."pairId" and m.side = r.side and m.role = 'current'`
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
