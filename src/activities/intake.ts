import { type DbTime, plusMs } from '../core/db-time.ts'
import { markedStamp, markedTask } from '../core/marker.ts'
import type { MirrorRow } from '../core/observe.ts'
import { otherSide, type Side } from '../core/policy.ts'
import { isUnder, outsideScope, parentsInScope } from '../core/scope.ts'
import type { Tx } from '../store/database.ts'
import { addMember, membershipsOf, membersOf } from '../store/members.ts'
import { forgetUnwanted, markOutOfScope, unclaimedTasks } from '../store/mirror.ts'
import { createsInFlight, type InFlightCreate, openOpsOf, opsById } from '../store/ops.ts'
import { createPairs, lockPairs, savePairs } from '../store/pairs.ts'
import { sideOf } from '../store/routes.ts'
import { stampedPairs } from '../store/stamps.ts'
import { inheritPersons, pairedParents, wakeUnder } from '../store/tasks-below.ts'
import { releaseAnswered } from './ambiguous.ts'
import { byChosenId } from './chosen-ids.ts'
import { confirmOutcomes, foundDone } from './confirm.ts'
import type { Deps } from './deps.ts'
import type { RouteContext, RouteSide } from './route-context.ts'

/** Clocks of a service and ours may differ by this much. */
const SKEW_MS = 120_000

type Unknown = { readonly remoteId: string; readonly row: MirrorRow }

/**
 * The intake gate: decides about tasks that are in no pair yet. A task that may be our own creation waits in the
 * mirror; one that certainly is becomes the missing half of its pair; every other one becomes a pair of its own.
 */
export async function intake(
  tx: Tx,
  deps: Deps,
  connectionId: string,
  routes: readonly RouteContext[],
): Promise<number> {
  let taken = 0
  let skipped = 0
  for (const route of routes) {
    if (route.route.state !== 'active') continue
    await releaseAnswered(tx, route)
    const side = sideOf(route.route, connectionId)
    const here = route.sides[side]
    const unknown = await unclaimedTasks(tx, connectionId, route.route.id)
    if (unknown.length === 0) continue
    const inFlight = await createsInFlight(tx, connectionId)
    const own = byChosenId(here.provider, inFlight)
    const fresh: { remoteId: string; person: string | null; block: readonly string[] }[] = []
    const leftovers: string[] = []
    const parents = unknown.flatMap(({ row }) => row.seen.task.parent ?? [])
    const known = await pairedParents(tx, route.route.id, connectionId, parents)
    const placed = unknown.map(({ remoteId, row }) => ({ remoteId, seen: row.seen }))
    const inScope = parentsInScope(placed, here.scope, known)
    for (const task of unknown) {
      const { seen } = task.row
      if (
        outsideScope({ remoteId: task.remoteId, seen }, here.scope, isUnder(seen, inScope)) !== null ||
        seen.task.completed
      ) {
        leftovers.push(task.remoteId)
        continue
      }
      const create = own.get(task.remoteId)
      if (create !== undefined) {
        await confirmCreate(tx, deps, create, task)
        taken += 1
        continue
      }
      const marked = await claimMarked(tx, deps, route, side, task)
      if (marked === 'claimed') taken += 1
      else if (marked === 'wait' || mayBeOurs(task, here, inFlight)) continue
      else
        fresh.push({
          remoteId: task.remoteId,
          person: await personOf(tx, route, side, task, marked.person),
          block: marked.block,
        })
    }
    await createPairs(tx, { routeId: route.route.id, side, connectionId }, fresh)
    await markOutOfScope(tx, route.route.id, connectionId, leftovers)
    await wakeUnder(tx, connectionId, leftovers)
    skipped += leftovers.length
    taken += fresh.length
  }
  // Ticked off or moved away while it waited: of no concern, until a look shows it in scope again.
  if (skipped > 0) await forgetUnwanted(tx, connectionId)
  return taken
}

/**
 * While a create of ours is in flight, what our own account made since for the same person may be it. Of one that is
 * parked for a person's answer only its candidates wait, and look-alikes: the others may not wait for ever.
 */
function mayBeOurs(
  { remoteId, row }: Unknown,
  side: RouteSide,
  inFlight: readonly InFlightCreate[],
): boolean {
  if (side.provider.capabilities.createIdentity !== 'search') return false
  const { madeBy, madeAt, person } = row.seen
  return inFlight.some(
    (create) =>
      create.person === person &&
      (create.candidates === null ||
        create.candidates.includes(remoteId) ||
        create.after.title === row.seen.task.title) &&
      (madeBy === null || madeBy === side.scope.userId) &&
      (madeAt === null || plusMs(normalTime(madeAt), SKEW_MS) >= create.plannedAt),
  )
}

function normalTime(time: string): DbTime {
  return plusMs(time, 0)
}

/** A marker decides at once: it names the task on the other side, or the item of a checklist, of which this one is what we made. */
async function claimMarked(
  tx: Tx,
  deps: Deps,
  route: RouteContext,
  side: Side,
  { remoteId, row }: Unknown,
): Promise<'claimed' | 'wait' | { readonly person: string | null; readonly block: readonly string[] }> {
  const stranger = { person: null, block: [] }
  const known = await markedPair(tx, route, side, row)
  if (known === null) return stranger
  const [pair] = await lockPairs(tx, [known])
  if (pair === undefined) return stranger
  const create = (await openOpsOf(tx, [pair.id])).find((op) => op.side === side && op.verb === 'create')
  if (create !== undefined) {
    // A service that runs a key once will name our creation itself; until then a user's copy of it looks the same.
    const { createIdentity } = route.sides[side].provider.capabilities
    if (create.status === 'planned' || createIdentity === 'server-deduplicates') return 'wait'
    await confirmCreate(tx, deps, create, { remoteId, row })
    return 'claimed'
  }
  const alive = (await membersOf(tx, [pair.id])).some((m) => m.side === side)
  // A copy that a user made of ours, or one whose pair has ended: a task of its own, for the same person.
  const rests = pair.memory === 'unlinked' && pair.reason === 'known-before'
  if (alive || (pair.memory !== 'new' && !rests)) return { person: pair.person, block: pair.block }
  await addMember(tx, {
    routeId: route.route.id,
    connectionId: route.sides[side].connection.id,
    remoteId,
    pairId: pair.id,
    side,
  })
  const found = rests || pair.reason === 'ambiguous'
  const entry = found ? ({ memory: 'new', reason: null, state: 'ok' } as const) : {}
  await savePairs(tx, [{ ...pair, ...entry, wakeAt: null }])
  await inheritPersons(tx, [pair.id])
  return 'claimed'
}

/** The pair that a marker names. */
async function markedPair(
  tx: Tx,
  { route, sides }: RouteContext,
  side: Side,
  { seen: { marker } }: MirrorRow,
): Promise<string | null> {
  const stamped = markedStamp(marker)
  if (stamped !== null) return (await stampedPairs(tx, route.id, [stamped])).get(stamped) ?? null
  const there = sides[otherSide(side)].connection
  const counterpart = markedTask(there.provider, marker)
  if (counterpart === null) return null
  const memberships = await membershipsOf(tx, there.id, [counterpart])
  return memberships.find((m) => m.routeId === route.id)?.pairId ?? null
}

async function confirmCreate(
  tx: Tx,
  deps: Deps,
  { id }: Pick<InFlightCreate, 'id'>,
  { remoteId, row }: Unknown,
): Promise<void> {
  const [create] = await opsById(tx, [id])
  if (create === undefined) throw new Error(`create ${id} is gone while it is open`)
  const done = foundDone(create, { askedAt: row.askedAt, remoteId, now: row.seen })
  await confirmOutcomes(tx, deps, create.connectionId, [done])
}

/** Whose task a new one is, as far as it says so itself: its own person, its parent's, or that of what it copies. */
async function personOf(
  tx: Tx,
  route: RouteContext,
  side: Side,
  { row }: Unknown,
  copied: string | null,
): Promise<string | null> {
  if (row.seen.person !== null || copied !== null) return row.seen.person ?? copied
  if (row.seen.task.parent === null) return null
  const parents = await membershipsOf(tx, route.sides[side].connection.id, [row.seen.task.parent])
  const parent = parents.find((m) => m.routeId === route.route.id)
  if (parent === undefined) return null
  const [pair] = await lockPairs(tx, [parent.pairId])
  return pair?.person ?? null
}
