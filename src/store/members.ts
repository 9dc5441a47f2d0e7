import type { PersonFacts } from '../core/block-lines.ts'
import type { MirrorRow } from '../core/observe.ts'
import type { Side } from '../core/policy.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import { MIRROR_COLUMNS } from './mirror.ts'
import { OPPOSITE, type Opposite } from './opposite.ts'
import { beingMade, underPair } from './tasks-below.ts'

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
  /** The deal of the nearest task above it that has one; null where none does, or nothing is above it. */
  readonly dealAbove: string | null
  /** Its list is mapped by another route; and whether that has the task in step. */
  readonly mappedElsewhere: boolean
  readonly linkedElsewhere: boolean
  /** What other routes that are not for everybody keep opposite the same task. */
  readonly opposite: readonly Opposite[]
  /** What is known of the person to whom it belongs; null where that is nobody, or nothing is known. */
  readonly personFacts: PersonFacts | null
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
      case when t.seen -> 'task' ->> 'parent' is not null then (${sql.unsafe(DEAL_ABOVE)}) end as "dealAbove",
      ${sql.unsafe(MAPPED_ELSEWHERE)} as "mappedElsewhere", ${sql.unsafe(LINKED_ELSEWHERE)} as "linkedElsewhere",
      other.tasks as opposite, f.facts as "personFacts"
    from pair_member m
    join pair p on p.id = m.pair_id
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    left join remote_task up on up.connection_id = m.connection_id and up.remote_id = t.seen -> 'task' ->> 'parent'
    left join person f on f.connection_id = m.connection_id and f.person = coalesce(t.seen ->> 'person', p.person)
    left join lateral (${sql.unsafe(ABOVE)}) above on true
    cross join lateral (${sql.unsafe(OPPOSITE)}) other
    where m.pair_id in ${sql([...pairIds])} and m.role = 'current'`
  return rows.map(
    ({
      presence,
      seen,
      fieldSeen,
      askedAt,
      changedSeq,
      missingAt,
      lookAgain,
      goneAt,
      firstSeenAt,
      decidedSeq,
      ...member
    }) => ({
      ...member,
      decidedSeq: Number(decidedSeq),
      row: {
        presence,
        seen,
        fieldSeen,
        askedAt,
        changedSeq: Number(changedSeq),
        missingAt,
        lookAgain,
        goneAt,
        firstSeenAt,
      },
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

/** The deal of the nearest task above mirror row `t`, in the route of member `m`; users may have made a circle elsewhere. */
const DEAL_ABOVE = `
  with recursive up(id, deal, height) as (
    select t.seen -> 'task' ->> 'parent', null::text, 0
    union all
    select next.seen -> 'task' ->> 'parent', over.deal, up.height + 1
    from up
    join remote_task next on next.connection_id = m.connection_id and next.remote_id = up.id
    left join pair_member near on near.route_id = m.route_id and near.connection_id = m.connection_id
      and near.remote_id = up.id and near.role = 'current'
    left join pair over on over.id = near.pair_id
    where up.deal is null and up.id is not null and up.height < 10)
  select deal from up where deal is not null limit 1`

/** The parent of mirror row `t` may be a task that we have made, and of which nobody knows yet what it stands for. */
const WAITS_AT_GATE = `exists (
  select from unclaimed u where u.route_id = m.route_id and u.connection_id = m.connection_id
    and u.remote_id = t.seen -> 'task' ->> 'parent')`

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
