import { LONG_AGO } from '../core/db-time.ts'
import type { FirstSyncRule, Side } from '../core/policy.ts'
import type { FieldValues } from '../core/task.ts'
import { allSetAside, type SetAside } from '../store/adoptions.ts'
import { type AmbiguityView, ambiguityViews } from '../store/ambiguities.ts'
import { onTrial, type Tx } from '../store/database.ts'
import { outOfScopeCounts } from '../store/first-sync.ts'
import { type MemberRow, membersOf } from '../store/members.ts'
import { dropPlanned, plannedWrites } from '../store/ops.ts'
import { unfilledPolicies } from '../store/routes.ts'
import { type RouteStatus, routeStatus } from '../store/status.ts'
import { takeForMade } from '../store/tasks-below.ts'
import type { Deps } from './deps.ts'
import { activateRoute } from './fill.ts'
import { titleOf } from './pair-picture.ts'
import { planPairs } from './plan.ts'
import { allLeftOut, allLosses, type Losses, leavesOf, type RouteLeaves } from './preview-sides.ts'

/** One write that a sync would make now. `title`: under which its task is known; null of one that says nothing of it. */
export type PlannedWriteView = {
  readonly pair: string
  readonly route: string
  readonly title: string | null
  readonly side: Side
  readonly verb: 'create' | 'update' | 'delete'
  readonly fields: FieldValues
}

/**
 * `linked`: tasks that are on both sides already. `ambiguous`: those that may be several, each with its candidates.
 * `waiting`: tasks that wait for a person for another reason. `lookups`: tasks that name a person who is looked up first.
 * `leftOut`: tasks that a first sync leaves as they are. `outOfScope`: open tasks that are no route's business.
 * `resting`: routes that write nothing now, with what waits until they go on.
 * `lossy`: of the tasks that would be made or linked. `routes`: the same three by route. `firstSync`: what lies ahead of
 * routes that have not had theirs. `setAside`: what lies in projects that stages use, and enters only when its user says so.
 */
export type Preview = {
  readonly writes: readonly PlannedWriteView[]
  readonly linked: number
  readonly ambiguous: readonly AmbiguityView[]
  readonly waiting: number
  readonly lookups: number
  readonly leftOut: Readonly<Record<Side, number>>
  readonly outOfScope: Readonly<Record<Side, number>>
  readonly resting: readonly Pick<RouteStatus, 'route' | 'state' | 'pending'>[]
  readonly lossy: Losses
  readonly routes: readonly RouteLeaves[]
  readonly setAside: readonly SetAside[]
  readonly firstSync: readonly { readonly route: string; readonly rule: FirstSyncRule }[]
}

/** What a sync would write, decided by the same code and then rolled back: nothing of it stays. */
export async function preview(deps: Deps, { only = null }: Only = {}): Promise<Preview> {
  return onTrial(deps.db, (tx) => planEverything(tx, deps, only))
}

/** The id of the route that it is to be about; left out or null: of all. */
type Only = { readonly only?: string | null }

async function planEverything(tx: Tx, deps: Deps, only: string | null): Promise<Preview> {
  const firstSync = (await unfilledPolicies(tx)).filter(({ id }) => only === null || id === only)
  const resting = (await routeStatus(tx)).filter(({ state }) => state === 'paused' || state === 'stopped')
  const linked: string[] = []
  for (const route of firstSync)
    if (route.state === 'draft' || route.state === 'matching')
      linked.push(...(await activateRoute(tx, deps, route.id)).linked)
  const pending = await tx<{ id: string }[]>`
    select q.id from pending q join pair p on p.id = q.id
    where ${only}::bigint is null or p.route_id = ${only} order by q.id`
  const planned = await planAll(
    tx,
    deps,
    pending.map((row) => row.id),
  )
  const ambiguous = await ambiguityViews(tx)
  const made = planned.writes.filter((write) => write.verb === 'create').map((write) => write.pair)
  const routes = await leavesOf(tx, deps, [...new Set([...made, ...linked])])
  return {
    writes: await titled(tx, planned.writes),
    linked: linked.length,
    ambiguous,
    waiting: planned.waiting,
    lookups: planned.lookups,
    leftOut: allLeftOut(routes),
    outOfScope: await outOfScopeCounts(tx),
    resting: resting.map(({ route, state, pending }) => ({ route, state, pending })),
    lossy: allLosses(routes),
    routes,
    setAside: await allSetAside(tx),
    firstSync: firstSync.map(({ name, rule }) => ({ route: name, rule })),
  }
}

/**
 * Plans these pairs, those as well that would have to wait for one another: sub-tasks for the tasks above them, and, where our
 * creates can only be told apart by a search, one for a person that is under way; each is taken as done before the next is
 * planned.
 */
async function planAll(tx: Tx, deps: Deps, pairIds: readonly string[]) {
  const writes: Omit<PlannedWriteView, 'title'>[] = []
  const people = new Set<string>()
  let waiting = 0
  for (let open = pairIds; open.length > 0; ) {
    const { postponed, ...planned } = await planPairs(tx, deps, {
      pairIds: open,
      since: LONG_AGO,
      offline: true,
    })
    const now = await plannedWrites(tx)
    writes.push(...now)
    await dropPlanned(tx)
    const below = await takeForMade(
      tx,
      now.flatMap(({ pair, verb }) => (verb === 'create' ? [pair] : [])),
    )
    for (const id of planned.people.flatMap((call) => call.pairIds)) people.add(id)
    waiting += await waitingAmong(tx, planned.unsettled)
    open = [...postponed, ...below]
  }
  return { writes, waiting, lookups: people.size }
}

/** A new task is known by what it is given, every other by what was seen of it. */
async function titled(
  tx: Tx,
  writes: readonly Omit<PlannedWriteView, 'title'>[],
): Promise<PlannedWriteView[]> {
  const members = await membersOf(tx, [
    ...new Set(writes.flatMap(({ verb, pair }) => (verb === 'create' ? [] : pair))),
  ])
  const own = new Map<string, MemberRow[]>()
  for (const member of members) own.set(member.pairId, [...(own.get(member.pairId) ?? []), member])
  return writes.map((write) => ({
    ...write,
    title: write.verb === 'create' ? (write.fields.title ?? null) : titleOf(own.get(write.pair) ?? []),
  }))
}

/** Those that wait for an answer which is which are told one by one. */
async function waitingAmong(tx: Tx, pairIds: readonly string[]): Promise<number> {
  if (pairIds.length === 0) return 0
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from pair
    where id in ${tx([...pairIds])} and reason is distinct from 'ambiguous'`
  return row?.count ?? 0
}
