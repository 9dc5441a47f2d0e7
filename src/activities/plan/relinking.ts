import { NOTHING_BESIDE } from '../../core/beside.ts'
import { type Decision, routeFlows } from '../../core/decision.ts'
import { sameValue } from '../../core/equal.ts'
import { otherSide, SIDES } from '../../core/policy.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { PairLook } from './pair-view.ts'
import { hintFor } from './person-words.ts'
import type { ViewClock } from './view-clock.ts'
import { addWrite } from './words.ts'

/*
 * Label `person-<id>` on a task that has its person already: it goes to that one (§8). Words in a title say so only while it has
 * none, for titles are written for people, too.
 */

/** `named`: by the label of its task in the app; `crm`: its task where tasks belong to people. Null where either is not there. */
function namedByLabel(
  { memory }: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
): { readonly named: string | null; readonly crm: MemberRow } | null {
  const side = SIDES.find((one) => route.sides[one].provider.capabilities.needsPerson)
  if (memory !== 'linked' || side === undefined) return null
  const crm = members.find((member) => member.side === side)
  const app = members.find((member) => member.side === otherSide(side))
  if (crm?.row.presence !== 'present' || app?.row.presence !== 'present') return null
  const hint = hintFor(side, app.row.seen.task, route)
  return { named: hint === null || hint.label === null || !('id' in hint.by) ? null : hint.by.id, crm }
}

/** Remembers that such a label has done its work, and is to be taken away; or that it names somebody else than it did in vain. */
export function asNamed(pair: PairRow, members: readonly MemberRow[], route: RouteContext): PairRow {
  const found = namedByLabel(pair, members, route)
  if (found === null) return pair
  const known = asRenamed(pair, found.named)
  if (found.named === null || found.named !== pair.person || found.named !== found.crm.row.seen.person)
    return known
  const personBy = { id: found.named }
  return sameValue(pair.personBy, personBy) ? known : { ...known, personBy }
}

function asRenamed(pair: PairRow, named: string | null): PairRow {
  const { notTaken = named, passedOver = named, ...told } = pair.told
  if (notTaken === named && passedOver === named) return pair
  return { ...pair, told, ...(notTaken === named ? {} : { lastError: null }) }
}

type Known = {
  readonly look: PairLook
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly route: RouteContext
  readonly clock: ViewClock
}

/** Adds to a decision that the task of the CRM goes to the person whom a label names. */
export function withPerson(decision: Decision, { look, pair, members, route, clock }: Known): Decision {
  const found = namedByLabel(pair, members, route)
  if (found === null || decision.memory !== 'linked' || decision.reads.length > 0) return decision
  const { named, crm } = found
  const { side } = crm
  const outside = SIDES.some((one) => {
    const { view } = look.sides[one]
    return view.presence !== 'present' || view.outside !== null
  })
  if (named === null || named === pair.told.passedOver) return decision
  if (named === crm.row.seen.person || outside || !routeFlows(route.policy, side)) return decision
  if (decision.writes.some(({ verb }) => verb !== 'update')) return decision
  // Its user has to name somebody else, or to take the label away.
  if (pair.told.notTaken === named)
    return decision.state === 'ok' ? { ...decision, state: 'error' } : decision
  if (crm.row.askedAt < clock.since) return { ...decision, reads: [...decision.reads, side], writes: [] }
  const beside = { ...NOTHING_BESIDE, person: named }
  return {
    ...decision,
    writes: addWrite(decision.writes, { side, fields: {}, sources: {}, cause: 'person', beside }),
  }
}
