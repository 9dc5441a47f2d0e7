import { type HomeStep, nextHomeStep } from '../../core/home-step.ts'
import { otherSide } from '../../core/policy.ts'
import { clockNow } from '../../store/clock.ts'
import { type ContainerRow, lockGeneral } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import {
  comingTasks,
  type DealHomeRow,
  dealSeq,
  lockDealHome,
  saveDealHome,
  takeTasksOfDeal,
  tasksTold,
} from '../../store/deal-homes.ts'
import {
  AHEAD,
  type HomeChange,
  type HomeOp,
  homeOpsOfRoute,
  insertHomeOp,
  openHomeOps,
  wasMadeLately,
  wasRefusedLately,
} from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { Sections } from '../plan/sections.ts'
import { loadRouteById, loadRoutesOf, type RouteContext, type RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { beginSections } from './begin-sections.ts'
import { dealNow } from './deal-now.ts'
import { type DealPlan, type NextPlan, REST, TRIED, writing } from './deal-plan.ts'
import { eagerDeals } from './eager.ts'
import { planInLists } from './plan-in-lists.ts'
import { stampEntries } from './stamp-entries.ts'

export type DealInput = { readonly connectionId: string; readonly dealId: string }

/** Decides the next step of each home of a deal and writes it down. Touches the database alone; safe to run twice at once. */
export async function planDeal(deps: Deps, input: DealInput): Promise<DealPlan> {
  const plans: DealPlan[] = []
  for (const route of await loadRoutesOf(deps.db, deps, input.connectionId)) {
    if (
      route.deals === null ||
      !route.works ||
      route.sides[route.deals.side].connection.id !== input.connectionId
    )
      continue
    plans.push(await planHome(deps, route.route.id, input))
  }
  const states = plans.map(({ state }) => state)
  return {
    writes: plans.flatMap(({ writes }) => writes),
    pairIds: plans.flatMap(({ pairIds }) => pairIds),
    state: states.includes('error') ? 'error' : states.includes('waiting') ? 'waiting' : 'ok',
  }
}

async function planHome(deps: Deps, routeId: string, { connectionId, dealId }: DealInput): Promise<DealPlan> {
  const first = await inTransaction(deps.db, async (tx): Promise<NextPlan> => {
    // Before the row of the deal's home, which others lock when they hold this already.
    await lockGeneral(tx, routeId)
    const home = await lockDealHome(tx, routeId, dealId)
    // Before the deal itself is read: what changes in between is decided once more.
    const seq = await dealSeq(tx, connectionId, dealId)
    const route = await loadRouteById(tx, deps, routeId)
    const { deals } = route
    if (deals === null) return REST
    const side = route.sides[otherSide(deals.side)]
    // Before its home is decided, which may be needed for nothing but these.
    const stamped = await stampEntries(tx, route, deals, dealId)
    const ground = { route, deals, home, side, seq, stamped: stamped.length > 0 }
    const next =
      deals.filing === 'lists'
        ? await planInLists(tx, ground)
        : await decide(tx, { ...ground, sections: await Sections.open(tx, route, deals, side) })
    return 'told' in next ? next : { ...next, pairIds: [...next.pairIds, ...stamped] }
  })
  if (!('told' in first)) return first
  const { told } = first
  // By itself: whoever plans a task holds its row when he asks for what the first one holds.
  const pairIds = await inTransaction(deps.db, async (tx) => {
    const taken = await takeTasksOfDeal(tx, routeId, dealId)
    await tasksTold(tx, routeId, dealId, told)
    return taken
  })
  return pairIds.length > 0 ? { ...REST, pairIds } : planHome(deps, routeId, { connectionId, dealId })
}

/** The next plan; `told`: the change of the deal of which its tasks are to be told first. */
async function decide(tx: Tx, ground: Ground): Promise<NextPlan> {
  const { route, deals, sections, home, side, seq, stamped } = ground
  const { dealId } = home
  const own = sections.of(dealId)
  const [open] = await openHomeOps(
    tx,
    own.map(({ id }) => id),
  )
  if (open !== undefined) return writing(side, open)
  // A project that a person wants back comes before what lies in it.
  const around = await openHomeOps(
    tx,
    own.flatMap(({ parentId }) => parentId ?? []),
  )
  const wanted = around.find(({ change }) => change.kind === 'unarchive')
  if (wanted !== undefined) return writing(side, wanted)
  // What was refused is refused again, until the deal changes or a person says so.
  if (home.state === 'error' && home.wakeAt === null && home.decidedSeq === seq)
    return { ...REST, state: 'error' }
  const coming = await comingTasks(tx, route.route.id, dealId)
  const eager = route.policy.deals?.eager === true
  const step = nextHomeStep(
    await dealNow(deals, sections, home, { coming, sticky: await stickyOf(tx, own), eager }),
  )
  if (step.kind === 'begin') {
    await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, wakeAt: await clockNow(tx) })
    return beginning(tx, ground, [dealId, ...(await eagerDeals(tx, route)).filter((id) => id !== dealId)])
  }
  if (step.kind !== 'rest') {
    const op = await writeDown(tx, { ...ground, coming }, step)
    // Once for each stage; a project that is made first is not that yet.
    const back = step.kind === 'move-back' && op.change.kind === 'move'
    const movedBackIn = back ? (deals.book.deals.get(dealId)?.stage ?? null) : home.movedBackIn
    // Should it be refused, this is the change for which it was.
    const wakeAt = await clockNow(tx)
    await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, movedBackIn, wakeAt })
    return writing(side, op)
  }
  const tidying = await tidyProjects(tx, ground)
  if (tidying !== null) return writing(side, tidying)
  const ahead = (await homeOpsOfRoute(tx, route.route.id)).filter(({ cause }) => cause === AHEAD)
  if (ahead.length > 0) return { ...REST, writes: ahead.flatMap((op) => writing(side, op).writes) }
  if (home.tasksSeq !== seq || stamped) return { told: seq }
  const others = await eagerDeals(tx, route)
  if (others.length > 0) return beginning(tx, ground, others)
  const state = step.trouble === null ? 'ok' : 'waiting'
  await saveDealHome(tx, { ...home, ...TRIED, decidedSeq: seq, state, reason: step.trouble, wakeAt: null })
  return { ...REST, state }
}

/** Sections of deals without tasks, many at a time; each is written for itself. */
async function beginning(tx: Tx, ground: Ground, dealIds: readonly string[]): Promise<DealPlan> {
  const ops = await beginSections(tx, ground, dealIds)
  return { ...REST, writes: ops.flatMap((op) => writing(ground.side, op).writes) }
}

/** Of a deal with one section nobody asks. */
async function stickyOf(tx: Tx, own: readonly ContainerRow[]): Promise<ReadonlySet<string>> {
  const sticky = new Set<string>()
  if (own.length > 1) for (const { id } of own) if (await wasRefusedLately(tx, id, 'remove')) sticky.add(id)
  return sticky
}

type Ground = {
  readonly route: RouteContext
  readonly deals: RouteDeals
  readonly sections: Sections
  readonly home: DealHomeRow
  readonly side: RouteSide
  /** The deal's last change. */
  readonly seq: string
  /** Tasks were just stamped into it. */
  readonly stamped: boolean
}

/** `coming`: open tasks that are to lie in the deal's section and do not yet. */
type StepGround = Ground & { readonly coming: number }

/** Writes a step down as an op; where its project is not there yet, that is made first. */
async function writeDown(
  tx: Tx,
  ground: StepGround,
  step: Exclude<HomeStep, { kind: 'rest' | 'begin' }>,
): Promise<HomeOp> {
  const { sections } = ground
  const section = sections.byId(step.section)
  if (section === null) throw new Error(`section ${step.section} is not there`)
  switch (step.kind) {
    case 'move': {
      const why = sections.byId(section.parentId)?.subject === homeKey(ground) ? 'room' : 'stage'
      return moveInto(tx, ground, section, await roomFor(ground, section, why === 'room'), why)
    }
    case 'give-up':
      return addOp(tx, ground, section, { kind: 'move', to: step.to }, 'room')
    case 'move-back': {
      const before = sections.byId(section.parentId)
      const target = before?.state === 'active' ? before : await roomFor(ground, section, false)
      return moveInto(tx, ground, section, target, 'moved-back')
    }
    case 'rename':
      return addOp(tx, ground, section, { kind: 'rename', name: step.name }, 'renamed')
    case 'relink':
      return addOp(tx, ground, section, { kind: 'relink', link: step.link }, 'person')
    case 'remove':
      return addOp(tx, ground, section, { kind: 'remove' }, 'empty')
    case 'archive':
    case 'unarchive':
      return addOp(tx, ground, section, { kind: step.kind }, step.kind === 'archive' ? 'over' : 'needed')
  }
}

function homeKey({ deals, home }: Ground): string | undefined {
  return deals.homeOf(home.dealId)?.key
}

/** `leaves`: its own project has no room for what is still to come into it, so that another one must have. */
async function roomFor(
  { deals, sections, home, coming }: StepGround,
  section: ContainerRow,
  leaves: boolean,
): Promise<ContainerRow> {
  const wanted = deals.homeOf(home.dealId)
  if (wanted === null) throw new Error(`deal ${home.dealId} has no home to move to`)
  const tasks = sections.openIn(section.id) + (leaves ? Math.max(1, coming) : coming)
  return sections.room(wanted, tasks, leaves ? sections.byId(section.parentId) : null)
}

async function moveInto(
  tx: Tx,
  ground: Ground,
  section: ContainerRow,
  target: ContainerRow,
  why: string,
): Promise<HomeOp> {
  if (target.remoteId !== null) return addOp(tx, ground, section, { kind: 'move', to: target.id }, why)
  const [making] = await openHomeOps(tx, [target.id])
  return making ?? addOp(tx, ground, target, { kind: 'make', deal: ground.home.dealId }, 'room')
}

/** A further project that is empty by now goes; one whose stage is called otherwise by now gets its name. */
async function tidyProjects(tx: Tx, ground: Ground): Promise<HomeOp | null> {
  const { sections, deals, home } = ground
  const wanted = deals.homeOf(home.dealId)
  const changes: { readonly project: ContainerRow; readonly change: HomeChange; readonly why: string }[] = [
    ...sections
      .emptyProjects()
      .map((project) => ({ project, change: { kind: 'remove' } as const, why: 'empty' })),
    ...sections.misnamed(wanted).map(({ project, name }) => ({
      project,
      change: { kind: 'rename', name } as const,
      why: 'renamed',
    })),
  ]
  for (const { project, change, why } of changes) {
    const [open] = await openHomeOps(tx, [project.id])
    // Nobody waits for it: what was refused is tried again tomorrow.
    if (open !== undefined || (await wasRefusedLately(tx, project.id, change.kind))) continue
    if (change.kind === 'remove' && (await wasMadeLately(tx, project.id))) continue
    return addOp(tx, ground, project, change, why)
  }
  return null
}

function addOp(
  tx: Tx,
  { route, deals, sections, side }: Ground,
  row: ContainerRow,
  change: HomeChange,
  cause: string,
): Promise<HomeOp> {
  return insertHomeOp(tx, {
    routeId: route.route.id,
    containerId: row.id,
    connectionId: side.connection.id,
    remoteId: row.remoteId,
    side: otherSide(deals.side),
    change,
    cause,
    before: { name: row.name, in: sections.byId(row.parentId)?.name ?? null, state: row.state },
  })
}

/** A person wants it tried again: what was refused is decided anew. */
export async function retryDeal(deps: Pick<Deps, 'db'>, { connectionId, dealId }: DealInput): Promise<void> {
  await deps.db`
    update deal_home h set state = 'ok', reason = null, last_error = null, moved_back_in = null, wake_at = clock(),
      dispatched_at = null
    from route r where r.id = h.route_id and ${connectionId} in (r.left_id, r.right_id) and h.deal_id = ${dealId}`
}
