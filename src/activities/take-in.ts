import type { DbTime } from '../core/db-time.ts'
import { earlier, later } from '../core/db-time.ts'
import { groupBy } from '../core/group-by.ts'
import type { Observation, RemoteTask } from '../core/observation.ts'
import { firstLook, look, type MirrorRow } from '../core/observe.ts'
import { meet } from '../core/overrun.ts'
import { isUnder, outsideRule, outsideScope, type PlacedTask, parentsInScope } from '../core/scope.ts'
import type { Provider } from '../providers/contract.ts'
import { takeStock } from '../store/adoptions.ts'
import { clockNow } from '../store/clock.ts'
import type { Tx } from '../store/database.ts'
import { type Membership, membershipsOf } from '../store/members.ts'
import { lockMirror, saveMirror } from '../store/mirror.ts'
import { type OpRow, openOpsOf, saveMet } from '../store/ops.ts'
import { followPersons, type PairRow, wakePairs } from '../store/pairs.ts'
import { sideOf } from '../store/routes.ts'
import { pairedParents } from '../store/tasks-below.ts'
import { withClosings } from './count-closings.ts'
import type { Deps } from './deps.ts'
import { intake } from './intake.ts'
import { stopBeforeMany } from './mass-change.ts'
import { loadRoutesOf, type RouteContext } from './route-context.ts'
import { lockForTakeIn } from './take-in-locks.ts'

/**
 * How the observations were made: see LookContext. `announced`: ids that a verified delivery called deleted; `toldAt`: when
 * deliveries last named them.
 */
export type TakeIn = {
  readonly connectionId: string
  readonly observations: readonly Observation[]
  readonly askedAt: DbTime
  readonly direct: boolean
  readonly announced: ReadonlySet<string>
  readonly toldAt?: ReadonlyMap<string, DbTime> | undefined
  /** Ids that deliveries named, whatever was seen of them: the caller marks their pairs. */
  readonly named?: readonly string[] | undefined
}

export type TakenIn = {
  readonly count: number
  readonly ids: readonly string[]
  readonly outside: readonly Outside[]
}

/**
 * An open task in the scope of no route. `of`: the user (remote id; empty: nobody) to whom it is assigned, where that alone keeps
 * it out, and routes are for certain users.
 */
export type Outside = { readonly remoteId: string; readonly of?: string }

/**
 * Takes observations into the mirror, wakes the pairs that they concern, and lets new tasks through the intake gate.
 * Everything commits with the caller's transaction. Gives back how many tasks were new or changed, which of those
 * looked at, and which of these are no route's business.
 */
export async function takeIn(tx: Tx, deps: Deps, input: TakeIn): Promise<TakenIn> {
  const { connectionId, observations } = input
  await takeStock(tx, connectionId, observations)
  const ids = observations.map((one) => one.remoteId)
  const [routes, known] = await Promise.all([
    loadRoutesOf(tx, deps, connectionId),
    membershipsOf(tx, connectionId, ids),
  ])
  const current = known.filter((m) => m.role === 'current')
  const ownPairs = new Set(current.map((m) => m.pairId))
  const locked = await lockForTakeIn(tx, { ...input, pairIds: [...ownPairs] }, routes)
  const pairs = new Map(locked.filter(({ id }) => ownPairs.has(id)).map((pair) => [pair.id, pair]))
  const memberships = groupBy(current, (m) => m.remoteId)
  const [open, rows, paired] = await Promise.all([
    openOpsOf(tx, [...pairs.keys()]),
    lockMirror(tx, connectionId, ids),
    parentsOf(tx, input, routes),
  ])
  const now = await clockNow(tx)
  const busy = new Set(open.map((op) => op.pairId))
  const saved = new Map<string, MirrorRow>()
  const wakes = new Map<string, DbTime | null>()
  const changed: string[] = []
  const moved: MovedPerson[] = []
  const provider = routes[0]?.sides[sideOf(routes[0].route, connectionId)].provider
  for (const given of observations) {
    const { remoteId } = given
    const row = saved.get(remoteId) ?? rows.get(remoteId)
    const observation = counted(provider, row?.seen, given)
    if (row === undefined) {
      if (!isNewTask(observation, connectionId, routes, paired)) continue
      saved.set(remoteId, firstLook(observation.seen, input.askedAt, now))
      changed.push(remoteId)
      continue
    }
    const own = memberships.get(remoteId) ?? []
    const seen = look(row, observation, {
      askedAt: input.askedAt,
      now,
      baseMovedAt: lastMove(own, pairs),
      direct: input.direct,
      announced: input.announced.has(remoteId),
      toldAt: input.toldAt?.get(remoteId) ?? null,
      deleteGraceMs: deps.timing.deleteGraceMs,
    })
    // Whoever makes it a task of a pair at this very moment is not seen here, and cannot be woken: the picture tells him.
    const owed = own.length === 0 && seen.wakeAt !== null
    if (seen.row !== row)
      saved.set(remoteId, owed ? { ...seen.row, changedSeq: seen.row.changedSeq + 1 } : seen.row)
    if (seen.changed) changed.push(remoteId)
    moved.push(...movedPeople(seen.row, own, pairs, connectionId, routes))
    for (const { pairId, decidedSeq } of own) {
      if (seen.changed) wakes.set(pairId, null)
      // A pair that is due for another reason must not be put off by this look.
      else if (seen.wakeAt !== null && !busy.has(pairId) && row.changedSeq <= decidedSeq) {
        const before = wakes.get(pairId)
        if (before !== null) wakes.set(pairId, earlier(before ?? null, seen.wakeAt))
      }
    }
  }
  await saveMirror(
    tx,
    connectionId,
    [...saved].map(([remoteId, row]) => ({ remoteId, row, toldAt: input.toldAt?.get(remoteId) ?? null })),
    rows,
  )
  await saveMet(tx, metBy(saved, open, connectionId, routes))
  await followPersons(tx, moved)
  await wakePairs(
    tx,
    [...wakes].map(([pairId, at]) => ({ pairId, at })),
  )
  const woken = [...wakes].flatMap(([pairId, at]) => (at === null ? pairId : []))
  for (const route of routes) if (route.route.state === 'active') await stopBeforeMany(tx, deps, route, woken)
  const taken = await intake(tx, deps, connectionId, routes)
  // Open tasks in the scope of no route are counted, and not stored.
  const outside = observations.flatMap((one) =>
    isOpen(one) && !isBusinessOf(one, connectionId, routes, paired)
      ? { remoteId: one.remoteId, ...ofNobody(one, connectionId, routes) }
      : [],
  )
  return { count: changed.length + taken, ids: changed, outside }
}

/** Writes whose targets these looks show with somebody's edit in a field that they set. */
function metBy(
  saved: ReadonlyMap<string, MirrorRow>,
  open: readonly OpRow[],
  connectionId: string,
  routes: readonly RouteContext[],
): Pick<OpRow, 'id' | 'met'>[] {
  return open.flatMap((op) => {
    const row = op.connectionId === connectionId && op.remoteId !== null ? saved.get(op.remoteId) : undefined
    const route = routes.find((one) => one.route.id === op.routeId)
    if (row === undefined || route === undefined) return []
    const met = meet(op, row, route.sides[op.side].rules, route.policy)
    return met === null ? [] : [{ id: op.id, met }]
  })
}

function counted(
  provider: Provider | undefined,
  before: RemoteTask | undefined,
  observation: Observation,
): Observation {
  if (provider === undefined || observation.kind !== 'present') return observation
  return { ...observation, seen: withClosings(provider, before, observation.seen) }
}

type MovedPerson = { readonly pairId: string; readonly person: string }

/** Pairs whose task belongs to another person than the record says, on the side where tasks belong to people. */
function movedPeople(
  { presence, seen: { person } }: MirrorRow,
  own: readonly Membership[],
  pairs: ReadonlyMap<string, PairRow>,
  connectionId: string,
  routes: readonly RouteContext[],
): MovedPerson[] {
  if (presence !== 'present' || person === null) return []
  return own.flatMap(({ pairId, routeId }) => {
    const route = routes.find((one) => one.route.id === routeId)
    if (route === undefined || pairs.get(pairId)?.person === person) return []
    return route.sides[sideOf(route.route, connectionId)].rules.needsPerson ? [{ pairId, person }] : []
  })
}

type Parents = ReadonlyMap<string, ReadonlySet<string>>
type PresentTask = Extract<Observation, { kind: 'present' }>

/**
 * Only open tasks within the scope of a route are ever stored; whatever its state, for what comes in while it stands
 * still would not be seen again by its cursor.
 */
function isNewTask(
  observation: Observation,
  connectionId: string,
  routes: readonly RouteContext[],
  paired: Parents,
): observation is PresentTask {
  return isOpen(observation) && isBusinessOf(observation, connectionId, routes, paired)
}

function isOpen(observation: Observation): observation is PresentTask {
  return observation.kind === 'present' && !observation.seen.task.completed
}

function isBusinessOf(
  task: PlacedTask,
  connectionId: string,
  routes: readonly RouteContext[],
  paired: Parents,
): boolean {
  return routes.some(({ route, sides }) => {
    const under = isUnder(task.seen, paired.get(route.id) ?? new Set())
    return outsideScope(task, sides[sideOf(route, connectionId)].scope, under) === null
  })
}

/** Of a task that would be a route's business if it were assigned to its agent. */
function ofNobody(
  task: PlacedTask,
  connectionId: string,
  routes: readonly RouteContext[],
): Pick<Outside, 'of'> {
  const scopes = routes.map(({ route, sides }) => sides[sideOf(route, connectionId)].scope)
  const team = scopes.filter(({ assignees }) => typeof assignees !== 'string')
  const waits = team.some((scope) => outsideRule(task, scope, false) === 'somebody-elses')
  return waits ? { of: task.seen.assignedTo ?? '' } : {}
}

/** For each route the tasks under which everything is in scope, as far as these observations lie under one. */
async function parentsOf(
  tx: Tx,
  { connectionId, observations }: TakeIn,
  routes: readonly RouteContext[],
): Promise<Parents> {
  const parents = observations.flatMap((one) => (one.kind === 'present' ? (one.seen.task.parent ?? []) : []))
  const known = new Map<string, ReadonlySet<string>>()
  const placed = observations.flatMap((one) => (one.kind === 'present' ? [one] : []))
  for (const { route, sides } of routes) {
    const { scope } = sides[sideOf(route, connectionId)]
    const paired = await pairedParents(tx, route.id, connectionId, parents)
    known.set(route.id, parents.length === 0 ? paired : parentsInScope(placed, scope, paired))
  }
  return known
}

function lastMove(own: readonly Membership[], pairs: ReadonlyMap<string, PairRow>): DbTime | null {
  return own.reduce<DbTime | null>((last, { pairId }) => {
    const moved = pairs.get(pairId)?.baseMovedAt ?? null
    return last === null || moved === null ? (last ?? moved) : later(last, moved)
  }, null)
}
