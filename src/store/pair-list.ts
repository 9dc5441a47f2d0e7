import type { DbTime } from '../core/db-time.ts'
import type { SkipReason } from '../core/decision.ts'
import type { Memory } from '../core/presence-table.ts'
import type { Field } from '../core/task.ts'
import type { AccountFacts } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'
import type { PairState } from './pairs.ts'

/** The task that a pair has on one side, as it was last seen. */
export type ListedSide = {
  readonly connection: string
  readonly provider: string
  readonly baseUrl: string
  readonly facts: AccountFacts | null
  readonly task: string
  readonly presence: 'present' | 'gone' | 'unknown'
  readonly title: string
  readonly completed: boolean
  readonly person: string | null
}

/** A pair as a list shows it. `pending`: something is still to be done about it. */
export type ListedPair = {
  readonly id: string
  readonly route: string
  readonly memory: Memory
  readonly state: PairState
  readonly reason: SkipReason | null
  readonly error: string | null
  readonly person: string | null
  readonly deal: string | null
  readonly overrides: readonly Field[]
  readonly syncVersion: number
  readonly lastSyncedAt: DbTime | null
  readonly pending: boolean
  readonly left: ListedSide | null
  readonly right: ListedSide | null
}

/** Null: any. `task`: the id of the task on either side, now or once. `after`: number of the last one of the page before. */
export type PairQuery = {
  readonly id: string | null
  readonly route: string | null
  readonly state: PairState | null
  readonly pending: boolean | null
  readonly task: string | null
  readonly deal: string | null
  readonly person: string | null
  readonly after: string
  readonly limit: number
}

const sideOf = (side: 'left' | 'right') => `
  select jsonb_build_object('connection', m.connection_id::text, 'provider', c.provider, 'baseUrl', c.base_url,
    'facts', c.facts, 'task', m.remote_id, 'presence', t.presence, 'title', t.seen -> 'task' ->> 'title',
    'completed', coalesce((t.seen -> 'task' ->> 'completed')::boolean, false), 'person', t.seen ->> 'person') as side
  from pair_member m
  join connection c on c.id = m.connection_id
  join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
  where m.pair_id = p.id and m.side = '${side}' and m.role = 'current'`

/** Pairs of routes that are not removed, lowest number first. */
export async function listPairs(sql: Db | Tx, query: PairQuery): Promise<ListedPair[]> {
  const { id, route, state, pending, task, deal, person, after, limit } = query
  return sql<ListedPair[]>`
    select p.id, p.route_id as route, p.memory, p.state, p.reason, p.last_error as error, p.person, p.deal,
      p.overrides, p.sync_version as "syncVersion", p.last_synced_at as "lastSyncedAt",
      exists (select from pending q where q.id = p.id) as pending, l.side as left, g.side as right
    from pair p
    join route r on r.id = p.route_id and r.removed_at is null
    left join lateral (${sql.unsafe(sideOf('left'))}) l on true
    left join lateral (${sql.unsafe(sideOf('right'))}) g on true
    where p.id > ${after}
      and (${id}::bigint is null or p.id = ${id}::bigint)
      and (${route}::bigint is null or p.route_id = ${route}::bigint)
      and (${state}::text is null or p.state = ${state}::text)
      and (${pending}::boolean is null or ${pending}::boolean = exists (select from pending q where q.id = p.id))
      and (${task}::text is null or p.id in (
        select m.pair_id from connection c
        join pair_member m on m.connection_id = c.id and m.remote_id = ${task}::text))
      and (${deal}::text is null or p.deal = ${deal}::text)
      and (${person}::text is null or p.person = ${person}::text)
    order by p.id limit ${limit}`
}
