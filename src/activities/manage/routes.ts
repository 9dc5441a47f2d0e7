import type { DealField } from '../../core/deal.ts'
import { agreedAdoptions } from '../../store/adoptions.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import type { RouteRow } from '../../store/routes.ts'
import { learnUsers } from '../agents.ts'
import { type FoundFields, findDealFields } from '../deals/route-choices.ts'
import type { PolicyChange } from '../policy-change.ts'
import {
  type AddedRoute,
  addRoute,
  editRoute,
  livingRoute,
  type RouteRequest,
  removeRoute,
} from '../route-admin.ts'
import { type Resumed, type RouteChange, pause as restRoute, resume } from '../route-state.ts'
import { askingDeps, type Managing, type Told, type Trying } from './managing.ts'
import { patiently } from './patiently.ts'

type Which = Pick<RouteRow, 'id' | 'name' | 'leftId' | 'rightId'>

/** `adopted`: projects of its user's own of which a person said that what lay there before enters. */
export type ChangedRoute = {
  readonly route: RouteRow
  readonly adopted: ReadonlySet<string>
  readonly told: Told
}

/**
 * Changes what a route does; both sides take it up at once. Where fields of deals or agents are named, the CRM is asked which
 * there are, unless these fields are `known`. Throws UserError, ProviderError.
 */
export async function changeRoute(
  managing: Managing,
  route: Which,
  change: PolicyChange,
  { dryRun, known = null }: Trying & { readonly known?: readonly DealField[] | null },
): Promise<ChangedRoute> {
  const { deps, nudge } = managing
  const named = Object.values(change.deals?.dealFields ?? {}).some((field) => field !== null)
  const fields = named && known === null ? (await dealFieldsOf(managing, route)).fields : known
  await learn(managing, route, change)
  const changed = await (dryRun ? onTrial : inTransaction)(deps.db, async (tx) => ({
    route: await editRoute(tx, deps, route, change, fields),
    adopted: await agreedAdoptions(tx, route.id),
  }))
  return { ...changed, told: dryRun ? 0 : await nudge([route.leftId, route.rightId]) }
}

/**
 * Adds a route, as a draft. Where agents are named, the CRM is asked who its users are. Throws UserError, ProviderError.
 */
export async function makeRoute(managing: Asking, request: RouteRequest): Promise<AddedRoute> {
  const { name, leftId, rightId, policy } = request
  await learn(managing, { id: '', name, leftId, rightId }, policy)
  return addRoute(managing.deps, request)
}

async function learn(managing: Asking, route: Which, { assignees }: PolicyChange): Promise<void> {
  if (assignees === undefined || typeof assignees === 'string') return
  const deps = await askingDeps(managing)
  await patiently(managing, () => learnUsers(deps, route, assignees, managing.signal))
}

/** Which fields of its own the CRM of a route has for deals, and which of them hold what. Throws UserError, ProviderError. */
export async function dealFieldsOf(managing: Asking, route: Which): Promise<FoundFields> {
  const deps = await askingDeps(managing)
  return patiently(managing, () => findDealFields(deps, route, managing.signal))
}

type Asking = Pick<Managing, 'deps' | 'secretKey' | 'signal'>

export type StartedRoute = { readonly begun: boolean; readonly route: RouteRow; readonly told: Told }

/** Begins the first sync of a route. `begun` false: it has begun before, and goes on where it is not done. Throws UserError. */
export async function startRoute(
  { deps, fill }: Pick<Managing, 'deps' | 'fill'>,
  route: Which,
): Promise<StartedRoute> {
  const now = await inTransaction(deps.db, (tx) => livingRoute(tx, route))
  return { begun: now.state === 'draft', route: now, told: now.filledAt === null ? await fill(now) : 0 }
}

/** Lets a route rest: both sides are still looked at, and nothing is written. Throws UserError. */
export async function pauseRoute(
  { deps }: Pick<Managing, 'deps'>,
  route: Which,
  { dryRun }: Trying,
): Promise<RouteChange> {
  return (dryRun ? onTrial : inTransaction)(deps.db, async (tx) => {
    await livingRoute(tx, route)
    return restRoute(tx, route.id)
  })
}

/** Lets a route go on; see `resume` for one that was stopped. Throws UserError. */
export async function resumeRoute(
  { deps, nudge, fill }: Managing,
  route: Which,
  { dryRun, once }: Trying & { readonly once: boolean },
): Promise<Resumed & { readonly told: Told }> {
  const done = await (dryRun ? onTrial : inTransaction)(deps.db, async (tx) => {
    await livingRoute(tx, route)
    return resume(tx, deps, { routeId: route.id, once })
  })
  if (dryRun || !done.changed) return { ...done, told: 0 }
  const told = await nudge([route.leftId, route.rightId])
  // Its first sync may wait for this, or have nobody yet.
  return { ...done, told: done.route.filledAt === null && told === 0 ? await fill(done.route) : told }
}

/** Removes a route; the tasks of both sides stay. `lists`: how many were mapped. Throws UserError. */
export async function endRoute(
  { deps }: Pick<Managing, 'deps'>,
  route: Which,
  { dryRun, forget = false }: Trying & { readonly forget?: boolean },
): Promise<{ readonly lists: number }> {
  return (dryRun ? onTrial : inTransaction)(deps.db, (tx) => removeRoute(tx, route, { forget }))
}
