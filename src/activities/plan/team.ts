import { isFor, takesAssignee } from '../../core/agents.ts'
import type { SideView } from '../../core/decision.ts'
import { heldApart, isCarried } from '../../core/inherit.ts'
import { taskMarker } from '../../core/marker.ts'
import { manyLines } from '../../core/normalise.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { ownText } from '../../core/own-text.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { FieldValues } from '../../core/task.ts'
import { foldLabel } from '../../core/type-labels.ts'
import type { MemberRow } from '../../store/members.ts'
import type { Opposite } from '../../store/opposite.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'

/* A task of a team's CRM goes from the route of one agent to that of another, as its assignee says. */

type Outside = Pick<Extract<SideView, { presence: 'present' }>, 'outside' | 'takenOver'>

/**
 * A task of the CRM that is assigned to somebody else now: handed over where another route is for them, and taken over once
 * that has it in step with all that the old task holds.
 */
export function reassigned(
  { side, row, remoteId, opposite }: MemberRow,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
): Outside {
  const { assignedTo } = row.seen
  const heirs = route.team.filter((mate) => isFor(mate, assignedTo))
  if (heirs.length === 0) return { outside: 'reassigned', takenOver: false }
  const old = members.find((one) => one.side === otherSide(side))
  const known = { block: pair.block, ours: pair.told.ours }
  const held = old === undefined ? {} : heldBy(old.row.seen, known, old.side, remoteId, route)
  const takenOver = opposite.some(
    (other) =>
      heirs.some(({ routeId }) => routeId === other.routeId) &&
      isInStep(other) &&
      !other.busy &&
      isCarried(held, other.carried[pair.id] ?? {}),
  )
  return { outside: 'handed-over', takenOver }
}

/** Pairs of the routes that take over what is assigned to somebody else now. */
export function heirsOf(members: readonly MemberRow[], { sides, team }: RouteContext): readonly string[] {
  const ours = members.find(({ side }) => sides[side].rules.needsPerson)
  if (ours === undefined) return []
  const heirs = team.filter((mate) => isFor(mate, ours.row.seen.assignedTo))
  return ours.opposite.flatMap((other) =>
    heirs.some(({ routeId }) => routeId === other.routeId) ? other.pairId : [],
  )
}

/** The task of another route that this one's takes the place of, or took. `held`: what it holds that the CRM cannot. */
export type Heirloom = Pick<Opposite, 'pairId' | 'deal' | 'dealBy'> & {
  readonly inStep: boolean
  readonly held: FieldValues
}

/** Of a task that is assigned to an agent of this route: what others still have of it, the last that was in step first. */
export function heirloomsOf(members: readonly MemberRow[], route: RouteContext): readonly Heirloom[] {
  const ours = members.find(({ side }) => route.sides[side].rules.needsPerson)
  if (ours === undefined || ours.opposite.length === 0) return []
  const { assignedTo } = ours.row.seen
  if (!isFor(route.sides[ours.side].scope, assignedTo)) return []
  return ours.opposite.flatMap((other) => {
    const mate = route.team.find(({ routeId }) => routeId === other.routeId)
    if (mate === undefined || takesAssignee(mate, assignedTo) || other.presence !== 'present') return []
    const inStep = isInStep(other)
    if (!inStep && !(other.memory === 'unlinked' && other.reason === 'reassigned')) return []
    const held = heldBy(other.seen, other, otherSide(ours.side), ours.remoteId, route)
    return [{ pairId: other.pairId, deal: other.deal, dealBy: other.dealBy, inStep, held }]
  })
}

function isInStep({ memory, presence }: Opposite): boolean {
  return memory === 'linked' && presence === 'present'
}

/** What a user has in a task that the CRM cannot hold, without what is ours. `crmId`: the task opposite. */
function heldBy(
  { task, marker, block }: RemoteTask,
  known: Pick<Opposite, 'block' | 'ours'>,
  side: Side,
  crmId: string,
  { sides, policy }: RouteContext,
): FieldValues {
  const { provider } = sides[otherSide(side)].connection
  const written = { lines: known.block, marker: taskMarker(provider, crmId) }
  const notes = manyLines(ownText({ notes: task.notes, marker, lines: block }, written))
  const ours = known.ours.map(foldLabel)
  const labels = task.labels.filter((label) => !ours.includes(foldLabel(label)))
  const rules = { left: sides.left.rules, right: sides.right.rules }
  return heldApart({ ...task, notes, labels }, { rules, policy }, side)
}
