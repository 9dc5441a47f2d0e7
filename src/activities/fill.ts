import { sameValue } from '../core/equal.ts'
import type { MirrorRow } from '../core/observe.ts'
import { SIDES, type Side } from '../core/policy.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { unclaimedTasks } from '../store/mirror.ts'
import { createPair } from '../store/pairs.ts'
import { hasLeases, leaseRoutePairs, lockFill } from '../store/pending.ts'
import { connectionOf, markFilled, routeById, setRouteState } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import { BATCH } from './dispatch.ts'
import { intake } from './intake.ts'
import { loadRouteById, markedTask, type RouteContext } from './route-context.ts'

export type RouteInput = { readonly routeId: string }

type Candidate = { readonly remoteId: string; readonly row: MirrorRow }

/**
 * Ends the matching of a first sync: tasks that are on both sides become pairs, all others pairs of their own, and the
 * route works from here on. Safe to run again.
 */
export async function activate(deps: Deps, input: RouteInput): Promise<{ readonly linked: number }> {
  return inTransaction(deps.db, (tx) => activateRoute(tx, deps, input.routeId))
}

/** Within the caller's transaction (a preview rolls it back). */
export async function activateRoute(
  tx: Tx,
  deps: Deps,
  routeId: string,
): Promise<{ readonly linked: number }> {
  await setRouteState(tx, routeId, 'active')
  const route = await loadRouteById(tx, deps, routeId)
  const linked = await linkMatches(tx, route)
  for (const side of SIDES) await intake(tx, deps, connectionOf(route.route, side), [route])
  return { linked }
}

/** Links what certainly is one task: by our marker, or by person, title and due where exactly one fits one. */
async function linkMatches(tx: Tx, route: RouteContext): Promise<number> {
  const unclaimed = async (side: Side): Promise<Candidate[]> =>
    (await unclaimedTasks(tx, connectionOf(route.route, side), route.route.id)).filter(
      ({ row }) => !row.seen.task.completed,
    )
  const [left, right] = [await unclaimed('left'), await unclaimed('right')]
  const matches = matchTasks(left, right, route)
  for (const [leftId, rightId] of matches) {
    const person = left.find((one) => one.remoteId === leftId)?.row.seen.person ?? null
    const words = right.find((one) => one.remoteId === rightId)?.row.seen.task
    const hint = words === undefined ? null : (route.sides.left.provider.personHint?.(words) ?? null)
    await createPair(tx, {
      routeId: route.route.id,
      origin: 'left',
      person,
      personBy: hint !== null && 'id' in hint.by && hint.by.id === person ? hint.by : null,
      members: [
        { side: 'left', connectionId: route.route.leftId, remoteId: leftId },
        { side: 'right', connectionId: route.route.rightId, remoteId: rightId },
      ],
    })
  }
  return matches.size
}

/** Left id -> right id. A task that could be two is in no match. Pure. */
export function matchTasks(
  left: readonly Candidate[],
  right: readonly Candidate[],
  route: RouteContext,
): Map<string, string> {
  const matches = new Map<string, string>()
  const taken = new Set<string>()
  for (const { remoteId, row } of right) {
    const marked = markedTask(route.sides.left, row.seen.marker)
    if (marked === null || matches.has(marked) || !left.some((one) => one.remoteId === marked)) continue
    matches.set(marked, remoteId)
    taken.add(remoteId)
  }
  const openLeft = left.filter((one) => !matches.has(one.remoteId))
  const openRight = right.filter((one) => !taken.has(one.remoteId) && one.row.seen.marker === null)
  for (const one of openLeft) {
    const fits = openRight.filter((other) => looksAlike(one, other, route))
    const [only] = fits
    if (only === undefined || fits.length > 1) continue
    if (openLeft.filter((rival) => looksAlike(rival, only, route)).length > 1) continue
    matches.set(one.remoteId, only.remoteId)
  }
  return matches
}

function looksAlike(left: Candidate, right: Candidate, route: RouteContext): boolean {
  const hint = route.sides.left.provider.personHint?.(right.row.seen.task) ?? null
  const person = hint !== null && 'id' in hint.by ? hint.by.id : right.row.seen.person
  if (person === null || person !== left.row.seen.person) return false
  const { keep } = route.sides.left.rules
  const context = { zone: route.policy.zone }
  const title = hint?.title ?? right.row.seen.task.title
  return (
    sameValue(keep('title', title, context), keep('title', left.row.seen.task.title, context)) &&
    sameValue(keep('due', right.row.seen.task.due, context), keep('due', left.row.seen.task.due, context))
  )
}

/**
 * The next pairs of a first sync, under a lease. The first batch is half of one: batches that begin together end
 * together, and while all of them plan, the request budget would go unused.
 */
export async function nextFill(deps: Deps, input: RouteInput): Promise<{ pairIds: string[] }> {
  const { routeId } = input
  return inTransaction(deps.db, async (tx) => {
    await lockFill(tx, routeId)
    const limit = (await hasLeases(tx, routeId)) ? BATCH : BATCH / 2
    return { pairIds: await leaseRoutePairs(tx, routeId, limit) }
  })
}

export async function finishFill(deps: Deps, input: RouteInput): Promise<void> {
  await markFilled(deps.db, input.routeId)
}

/** Puts a draft into matching; the ids whose connections must be pulled. */
export async function beginFill(
  deps: Deps,
  input: RouteInput,
): Promise<{ readonly connections: readonly string[]; readonly needed: boolean }> {
  const route = await routeById(deps.db, input.routeId)
  if (route.state === 'draft') await setRouteState(deps.db, route.id, 'matching')
  return { connections: [route.leftId, route.rightId], needed: route.filledAt === null }
}
