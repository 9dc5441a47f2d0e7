import type { DbTime } from '../../core/db-time.ts'
import { type ListPair, policyIn } from '../../core/list-map.ts'
import type { LocalTask } from '../../core/local-task.ts'
import type { Standing } from '../../core/merge-types.ts'
import { mayFlow, otherSide, type RoutePolicy, type Side } from '../../core/policy.ts'
import type { Field } from '../../core/task.ts'
import type { Db, Tx } from '../database.ts'
import { listPairsOf } from '../mappings.ts'
import type { OpError } from '../ops.ts'
import { standingRollbacks } from '../rollbacks.ts'

/**
 * How far the completion of a task of ours (or its reopening) has come in the services that it is in step with.
 * `pending`: it was accepted here at `since`, and those connections have not confirmed it yet. `rolledBack`: `by` refused it
 * for good, and it was taken back here. Both are null once it is the same everywhere, or changed again.
 */
export type Carried = {
  readonly pending: { readonly since: DbTime; readonly waitsFor: readonly string[] } | null
  readonly rolledBack: {
    readonly at: DbTime
    readonly by: string
    readonly completed: boolean
    readonly error: OpError
  } | null
}

export const CARRIED: Carried = { pending: null, rolledBack: null }

/** A task of ours in a pair that keeps it in step. `base`: what was last confirmed on both sides, null where nothing was. */
type Linked = {
  readonly task: string
  readonly pairId: string
  readonly routeId: string
  readonly side: Side
  readonly other: string
  readonly policy: RoutePolicy
  readonly base: boolean | null
  readonly standing: readonly Standing[]
  readonly overrides: readonly Field[]
  readonly statusAt: DbTime
  readonly byUser: boolean
}

/** By the task's id; those that are not in it are carried. */
export async function carriedOf(
  sql: Db | Tx,
  tasks: readonly LocalTask[],
): Promise<ReadonlyMap<string, Carried>> {
  const kept = tasks.filter(({ archivedAt, deletedAt }) => archivedAt === null && deletedAt === null)
  const linked = await linkedTasks(
    sql,
    kept.map(({ id }) => id),
  )
  const lists = new Map<string, ListPair[]>()
  for (const { routeId } of linked)
    if (!lists.has(routeId)) lists.set(routeId, await listPairsOf(sql, routeId))
  const rollbacks = await standingRollbacks(
    sql,
    linked.map(({ pairId }) => pairId),
  )
  return new Map(
    kept.flatMap((task) => {
      const own = linked.filter((one) => one.task === task.id)
      const [first] = own
      if (first === undefined) return []
      const waiting = own.filter((one) => waits(one, task, lists.get(one.routeId) ?? []))
      // What its user turned himself was not taken back, whatever was to be written meanwhile.
      const back = rollbacks.findLast(
        ({ remoteId, at, now }) =>
          remoteId === task.id &&
          !first.byUser &&
          at >= first.statusAt &&
          now.completed === (task.status === 'done'),
      )
      const pending =
        waiting.length === 0
          ? null
          : { since: first.statusAt, waitsFor: [...new Set(waiting.map(({ other }) => other))] }
      const rolledBack =
        back === undefined
          ? null
          : { at: back.at, by: back.by, completed: back.now.completed !== true, error: back.error }
      return [[task.id, { pending, rolledBack }] as const]
    }),
  )
}

/** A user's change that a route carries, and that the other side has not shown yet. */
function waits(one: Linked, { status, list }: LocalTask, lists: readonly ListPair[]): boolean {
  const policy = policyIn(one.policy, lists, one.side, list)
  return (
    one.byUser &&
    one.base !== null &&
    one.base !== (status === 'done') &&
    mayFlow(policy, 'completed', otherSide(one.side)) &&
    !one.overrides.includes('completed') &&
    !one.standing.some(({ field }) => field === 'completed')
  )
}

async function linkedTasks(sql: Db | Tx, ids: readonly string[]): Promise<Linked[]> {
  if (ids.length === 0) return []
  return sql<Linked[]>`
    select m.remote_id as task, p.id as "pairId", r.id as "routeId", m.side, o.name as other, r.policy,
      (p.base -> m.side -> 'completed')::boolean as base, p.standing, p.overrides, t.status_at as "statusAt",
      t.status_by = 'api' as "byUser"
    from task t
    join pair_member m on m.remote_id = t.id::text and m.role = 'current'
    join connection c on c.id = m.connection_id and c.provider = 'local'
    join pair p on p.id = m.pair_id and p.memory = 'linked'
    join route r on r.id = p.route_id and r.removed_at is null
    join connection o on o.id = case m.side when 'left' then r.right_id else r.left_id end
    where t.id in ${sql([...ids])} order by p.id`
}

/**
 * What a task of ours is once a sync opens it again: where some other side has never shown the completion of its user, that
 * is taken back, and it is what it was before.
 */
export async function statusReopened(tx: Tx, id: string): Promise<LocalTask['status']> {
  const [row] = await tx<{ status: LocalTask['status'] }[]>`
    select status_before as status from task t
    where id = ${id} and status_by = 'api' and exists (
      select from pair_member m join pair p on p.id = m.pair_id and p.memory = 'linked'
      where m.remote_id = t.id::text and m.role = 'current' and p.base -> m.side -> 'completed' = 'false')`
  return row?.status ?? 'open'
}
