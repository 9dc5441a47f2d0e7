import { v5 as uuidv5 } from 'uuid'
import { assigneeOfNew } from '../core/agents.ts'
import { stampMarker, taskMarker } from '../core/marker.ts'
import { otherSide } from '../core/policy.ts'
import type { ContainerTarget, RemoteContainer, WriteOp } from '../providers/contract.ts'
import { type ContainerRow, containersWithParents } from '../store/containers.ts'
import type { Db, Tx } from '../store/database.ts'
import { type MemberRow, membersOf } from '../store/members.ts'
import { tasksBelow } from '../store/mirror.ts'
import type { OpRow } from '../store/ops.ts'
import { commentsOfPairs } from '../store/pairs.ts'
import { stampsOfPairs } from '../store/stamps.ts'
import { sectionLink } from './deals/section-link.ts'
import type { Deps } from './deps.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/** The idempotency key of one step: the same for every attempt, in every process. */
export function stepKey(op: Pick<OpRow, 'key'>, step: string): string {
  return uuidv5(step, op.key)
}

/** Ops in the provider's words. Steps that are done already are left out. */
export async function toWriteOps(sql: Db | Tx, deps: Deps, ops: readonly OpRow[]): Promise<WriteOp[]> {
  const creates = ops.filter(({ verb }) => verb === 'create')
  const [members, containers, routes, children, comments, stamps] = await Promise.all([
    membersOf(sql, [...new Set(ops.map((op) => op.pairId))]),
    containersWithParents(sql, [...new Set(ops.flatMap((op) => op.containerId ?? []))]),
    routesOf(sql, deps, ops),
    childrenOf(sql, ops),
    commentsOf(sql, ops),
    stampsOfPairs(sql, [...new Set(creates.map(({ pairId }) => pairId))]),
  ])
  return ops.map((op) => {
    const route = routes.get(op.routeId)
    if (route === undefined) throw new Error(`op ${op.id} has no route`)
    const counterpart = members.find((m) => m.pairId === op.pairId && m.side !== op.side)
    return {
      opId: op.id,
      verb: op.verb,
      remoteId: op.remoteId,
      before: op.before,
      person: op.person,
      ...assigneeOf(op, route),
      ...(spares(op, route) ? { spares: { but: comments.get(op.pairId) ?? null } } : {}),
      children: children.get(op.id) ?? [],
      marker: markerFor(op, route, counterpart, stamps.get(op.pairId)),
      beside: op.beside,
      container: containerTarget(
        containers,
        op.containerId,
        route.sides[op.side].provider.containers?.kinds ?? [],
        (row) => sectionLink(row, route),
      ),
      steps: op.steps
        .filter((step) => step.outcome !== 'confirmed')
        .map((step) => ({ name: step.name, key: stepKey(op, step.name), fields: step.fields })),
      zone: route.policy.zone,
    }
  })
}

async function routesOf(
  sql: Db | Tx,
  deps: Deps,
  ops: readonly OpRow[],
): Promise<ReadonlyMap<string, RouteContext>> {
  const ids = [...new Set(ops.map((op) => op.routeId))]
  return new Map(await Promise.all(ids.map(async (id) => [id, await loadRouteById(sql, deps, id)] as const)))
}

/** What is made where tasks are assigned to users is the route's agent's. */
function assigneeOf({ verb, side }: OpRow, { policy, sides }: RouteContext): Pick<WriteOp, 'assignee'> {
  const assignee = assigneeOfNew(policy.assignees)
  return verb === 'create' && sides[side].rules.needsPerson && assignee !== null ? { assignee } : {}
}

/** Comments go along with no task that is handed to another agent: they stay where they are (decision 038). */
function spares({ verb, cause }: OpRow, { lists }: RouteContext): boolean {
  return verb === 'delete' && cause === 'hand-over' && lists === null
}

async function commentsOf(sql: Db | Tx, ops: readonly OpRow[]) {
  return commentsOfPairs(
    sql,
    ops.filter(({ verb }) => verb === 'delete').map(({ pairId }) => pairId),
  )
}

/** A notice alone leaves the description as it is; what is taken back is not written anew. */
function markerFor(
  { side, cause }: OpRow,
  { sides }: RouteContext,
  counterpart: MemberRow | undefined,
  stampedAs: string | undefined,
): string | null {
  if (cause === 'notice' || cause === 'clean') return null
  if (counterpart !== undefined)
    return taskMarker(sides[otherSide(side)].connection.provider, counterpart.remoteId)
  return stampedAs === undefined ? null : stampMarker(stampedAs)
}

/** The tasks that the record knows below those that are to be deleted. */
async function childrenOf(sql: Db | Tx, ops: readonly OpRow[]): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const { id, verb, connectionId, remoteId } of ops)
    if (verb === 'delete' && remoteId !== null) found.set(id, await tasksBelow(sql, connectionId, remoteId))
  return found
}

/** A container with those in which it lies: each may have to be made before the one within it. */
function containerTarget(
  containers: ReadonlyMap<string, ContainerRow>,
  id: string | null,
  kinds: readonly RemoteContainer['kind'][],
  link: (row: ContainerRow) => string | null,
): ContainerTarget | null {
  const row = id === null ? undefined : containers.get(id)
  if (row === undefined) return null
  const { id: containerId, remoteId, key, name, marker, role, parentId } = row
  const parent = containerTarget(containers, parentId, kinds, link)
  // A deal's section lies in the second of the service's kinds, everything else in the first.
  const kind = (role === 'deal' ? kinds[1] : kinds[0]) ?? 'project'
  return { containerId, remoteId, kind, key, name, marker, link: link(row), parent }
}
