import { type DealNow, type HomeStep, nextHomeStep } from '../../core/home-step.ts'
import { otherSide } from '../../core/policy.ts'
import type { ContainerRow } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import {
  comingTasks,
  type DealHomeRow,
  dealSeq,
  lockDealHome,
  saveDealHome,
  takeTasksOfDeal,
} from '../../store/deal-homes.ts'
import { type HomeChange, type HomeOp, insertHomeOp, openHomeOps } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { Sections } from '../plan/sections.ts'
import { loadRouteById, loadRoutesOf, type RouteContext, type RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'

export type DealInput = { readonly connectionId: string; readonly dealId: string }

/**
 * What to do next about a deal, in ids: writes to its homes, and pairs to settle after them. `state`: of its homes, where
 * nothing is left to do.
 */
export type DealPlan = {
  readonly writes: readonly {
    readonly connectionId: string
    readonly provider: string
    readonly opId: string
  }[]
  readonly pairIds: readonly string[]
  readonly state: DealHomeRow['state']
}

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
    plans.push(await inTransaction(deps.db, (tx) => planHome(tx, deps, route.route.id, input)))
  }
  const states = plans.map(({ state }) => state)
  return {
    writes: plans.flatMap(({ writes }) => writes),
    pairIds: plans.flatMap(({ pairIds }) => pairIds),
    state: states.includes('error') ? 'error' : states.includes('waiting') ? 'waiting' : 'ok',
  }
}

async function planHome(
  tx: Tx,
  deps: Deps,
  routeId: string,
  { connectionId, dealId }: DealInput,
): Promise<DealPlan> {
  const home = await lockDealHome(tx, routeId, dealId)
  const route = await loadRouteById(tx, deps, routeId)
  const { deals } = route
  if (deals === null) return { writes: [], pairIds: [], state: 'ok' }
  const side = route.sides[otherSide(deals.side)]
  const sections = await Sections.open(tx, route, deals, side)
  const seq = await dealSeq(tx, connectionId, dealId)
  const plan = (
    ops: readonly HomeOp[],
    pairIds: readonly string[] = [],
    state: DealPlan['state'] = 'ok',
  ): DealPlan => ({
    writes: ops.map((op) => ({
      connectionId: side.connection.id,
      provider: side.connection.provider,
      opId: op.id,
    })),
    pairIds,
    state,
  })
  const own = sections.of(dealId)
  const open = await openHomeOps(
    tx,
    own.map(({ id }) => id),
  )
  if (open.length > 0) return plan(open)
  // A project that a person wants back comes before what lies in it.
  const around = await openHomeOps(
    tx,
    own.flatMap(({ parentId }) => parentId ?? []),
  )
  const wanted = around.filter(({ change }) => change.kind === 'unarchive')
  if (wanted.length > 0) return plan(wanted)
  // What was refused is refused again, until the deal changes or a person says so.
  if (home.state === 'error' && home.wakeAt === null && home.decidedSeq === seq) return plan([], [], 'error')
  const coming = await comingTasks(tx, routeId, dealId)
  const now = dealNow(deals, sections, home, { dealId, coming })
  const step = nextHomeStep(now)
  if (step.kind !== 'rest') return plan([await writeDown(tx, { route, deals, sections, home, side }, step)])
  const empty = await emptyShard(tx, { route, deals, sections, home, side })
  if (empty !== null) return plan([empty])
  if (home.tasksSeq !== seq) {
    const pairIds = await takeTasksOfDeal(tx, routeId, dealId)
    await saveDealHome(tx, { ...home, tasksSeq: seq })
    if (pairIds.length > 0) return plan([], pairIds)
  }
  const state = step.trouble === null ? 'ok' : 'waiting'
  await saveDealHome(tx, {
    ...home,
    tasksSeq: seq,
    decidedSeq: seq,
    state,
    reason: step.trouble,
    lastError: null,
    wakeAt: null,
  })
  return plan([], [], state)
}

function dealNow(
  deals: RouteDeals,
  sections: Sections,
  home: DealHomeRow,
  { dealId, coming }: { readonly dealId: string; readonly coming: number },
): DealNow {
  const wanted = deals.homeOf(dealId)
  return {
    home: wanted?.key ?? null,
    closed: deals.facts(dealId)?.closed === true,
    stage: deals.book.deals.get(dealId)?.stage ?? '',
    movedBackIn: home.movedBackIn,
    name: sections.nameOf(dealId),
    coming,
    sections: sections.of(dealId).map((section) => {
      const project = sections.byId(section.parentId)
      return {
        id: section.id,
        made: section.remoteId !== null,
        // What lies in an archived project is as hidden as in an archived section.
        state: project?.state === 'archived' && section.state === 'active' ? 'archived' : section.state,
        putAway: section.putAway,
        name: section.name,
        shownName: section.shownName,
        place: {
          home: project?.subject ?? '',
          project: project?.remoteId ?? null,
          shown: section.shownParent,
        },
        open: sections.openIn(section.id),
        crowded: sections.isCrowded(section),
        spare: sections.roomFor(section)?.id ?? null,
      }
    }),
  }
}

type Ground = {
  readonly route: RouteContext
  readonly deals: RouteDeals
  readonly sections: Sections
  readonly home: DealHomeRow
  readonly side: RouteSide
}

/** Writes a step down as an op; where its project is not there yet, that is made first. */
async function writeDown(tx: Tx, ground: Ground, step: Exclude<HomeStep, { kind: 'rest' }>): Promise<HomeOp> {
  const { sections, deals, home } = ground
  const section = sections.byId(step.section)
  if (section === null) throw new Error(`section ${step.section} is not there`)
  switch (step.kind) {
    case 'move': {
      const wanted = deals.homeOf(home.dealId)
      if (wanted === null) throw new Error(`deal ${home.dealId} has no home to move to`)
      const target = await sections.room(wanted, sections.openIn(section.id))
      const why = sections.byId(section.parentId)?.subject === wanted.key ? 'room' : 'stage'
      if (target.remoteId !== null) return addOp(tx, ground, section, { kind: 'move', to: target.id }, why)
      const [making] = await openHomeOps(tx, [target.id])
      return making ?? addOp(tx, ground, target, { kind: 'make' }, 'room')
    }
    case 'give-up':
      return addOp(tx, ground, section, { kind: 'move', to: step.to }, 'room')
    case 'move-back': {
      await saveDealHome(tx, { ...home, movedBackIn: deals.book.deals.get(home.dealId)?.stage ?? null })
      return addOp(tx, ground, section, { kind: 'move', to: section.parentId ?? '' }, 'moved-back')
    }
    case 'rename':
      return addOp(tx, ground, section, { kind: 'rename', name: step.name }, 'renamed')
    case 'archive':
    case 'unarchive':
      return addOp(tx, ground, section, { kind: step.kind }, step.kind === 'archive' ? 'over' : 'needed')
  }
}

/** A further project that is empty by now goes. */
async function emptyShard(tx: Tx, ground: Ground): Promise<HomeOp | null> {
  for (const shard of ground.sections.emptyProjects()) {
    const [open] = await openHomeOps(tx, [shard.id])
    if (open === undefined) return addOp(tx, ground, shard, { kind: 'remove' }, 'empty')
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
    update deal_home h set state = 'ok', reason = null, last_error = null, moved_back_in = null, wake_at = clock()
    from route r where r.id = h.route_id and ${connectionId} in (r.left_id, r.right_id) and h.deal_id = ${dealId}`
}
