import { otherSide } from '../../core/policy.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { type HomeOp, insertHomeOp, openHomeOps } from '../../store/home-ops.ts'
import { BATCH } from '../dispatch.ts'
import type { Sections } from '../plan/sections.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'

type Ground = {
  readonly route: RouteContext
  readonly deals: RouteDeals
  readonly sections: Sections
  readonly side: RouteSide
}

/**
 * Writes down the sections of deals that have no task yet, as many as go into one request, and what is to be made of them next:
 * their projects, and once these are there the sections. The service makes all that are asked for together in one request.
 */
export async function beginSections(tx: Tx, ground: Ground, dealIds: readonly string[]): Promise<HomeOp[]> {
  const { sections } = ground
  const making = new Map<string, { readonly row: ContainerRow; readonly deal: string }>()
  for (const deal of dealIds.slice(0, BATCH)) {
    const section = await sections.begin(deal)
    const project = sections.byId(section.parentId)
    const row = project !== null && project.remoteId === null ? project : section
    if (!making.has(row.id)) making.set(row.id, { row, deal })
  }
  const open = await openHomeOps(tx, [...making.keys()])
  for (const { containerId } of open) making.delete(containerId)
  const ops = [...open]
  for (const one of making.values()) ops.push(await makeOp(tx, ground, one))
  return ops
}

function makeOp(
  tx: Tx,
  { route, deals, sections, side }: Ground,
  { row, deal }: { readonly row: ContainerRow; readonly deal: string },
): Promise<HomeOp> {
  return insertHomeOp(tx, {
    routeId: route.route.id,
    containerId: row.id,
    connectionId: side.connection.id,
    remoteId: null,
    side: otherSide(deals.side),
    change: { kind: 'make', deal },
    cause: 'eager',
    before: { name: row.name, in: sections.byId(row.parentId)?.name ?? null, state: row.state },
  })
}
