import { createHash } from 'node:crypto'
import { type Beside, NOTHING_BESIDE, type TableLabels } from '../../core/beside.ts'
import type { Decision, PlannedWrite } from '../../core/decision.ts'
import { sameValue } from '../../core/equal.ts'
import { otherSide, SIDES, type Side } from '../../core/policy.ts'
import { oursAfter, tableLabelChange } from '../../core/table-labels.ts'
import { NOTHING_TOLD } from '../../core/told.ts'
import { foldLabel } from '../../core/type-labels.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { blockFor } from './block.ts'
import { labelsOfDeal, toldDeal } from './deal-facts.ts'
import type { PairLook } from './pair-view.ts'
import type { ViewClock } from './view-clock.ts'
import { addWrite } from './words.ts'

type Known = {
  readonly look: PairLook
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly route: RouteContext
  readonly clock: ViewClock
}

const NO_LABELS: TableLabels = { add: [], remove: [], wanted: [], ours: [] }

/** Known again without its words. */
export function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(lines)).digest('base64url')
}

/**
 * Adds to a decision what a task tells of its person and its deal, where that is not what we wrote last: the block, and the
 * labels of the route's tables. What its user has changed or taken away there is no reason to write. A task that is completed,
 * or none of the route's business, is left as it is.
 */
export function withFacts(decision: Decision, known: Known): Decision {
  if (decision.reads.length > 0) return decision
  return SIDES.reduce((next, side) => tell(next, side, known), decision)
}

function tell(decision: Decision, side: Side, known: Known): Decision {
  const { look, pair, members, route, clock } = known
  if (!route.sides[side].provider.capabilities.marker) return decision
  const target = members.find((member) => member.side === side)
  if (target === undefined) return { ...decision, writes: decision.writes.map(withNewLabels(side, known)) }
  const { view } = look.sides[side]
  const isOurs = view.presence === 'present' && view.outside === null && !view.task.completed
  if (!isOurs || decision.memory !== 'linked' || decision.writes.some(({ verb }) => verb !== 'update'))
    return decision
  const lines = blockNews(side, known)
  const tables = labelNews(side, pair, target, route)
  if (lines === null && tables === null) return decision
  const planned = decision.writes.find((write) => write.side === side)
  if (planned === undefined && target.row.askedAt < clock.since)
    return { ...decision, reads: [...decision.reads, side], writes: [] }
  const beside: Beside = {
    ...(planned?.beside ?? NOTHING_BESIDE),
    block: lines,
    ...(tables === null ? {} : { tables }),
  }
  const write = { side, fields: {}, sources: {}, cause: 'facts', beside } as const
  return { ...decision, writes: addWrite(decision.writes, write) }
}

/** What is made has its labels from the start; its block is added when it is planned. */
function withNewLabels(side: Side, { pair, route }: Known): (write: PlannedWrite) => PlannedWrite {
  return (write) => {
    if (write.side !== side || write.verb !== 'create') return write
    const news = tablesFor(write.fields.labels ?? [], { told: NOTHING_TOLD, deal: pair.deal }, side, route)
    // What an earlier task was given is forgotten.
    const tables = news ?? (pair.told.labels.length === 0 ? null : NO_LABELS)
    return tables === null ? write : { ...write, beside: { ...(write.beside ?? NOTHING_BESIDE), tables } }
  }
}

/** The lines of its block, where they are others than those that were last written; null where nothing is known of its person. */
function blockNews(side: Side, { pair, members, route }: Known): string[] | null {
  const { personFacts = null } = members.find((member) => member.side === otherSide(side)) ?? {}
  // A task that has no marker of ours yet is about to be given it, and the block with it.
  if (personFacts === null || !pair.marked) return null
  const lines = blockFor(toldDeal(pair, members, side), personFacts, side, route)
  return digestOf(lines) === (pair.told.block ?? digestOf(pair.block)) ? null : lines
}

function labelNews(side: Side, pair: PairRow, { row }: MemberRow, route: RouteContext): TableLabels | null {
  const tables = tablesFor(row.seen.task.labels, pair, side, route)
  return tables === null || sameValue(tables.wanted, pair.told.labels) ? null : tables
}

/** Null where there is nothing to write. A label of ours that is not there was taken away by its user, and stays away. */
function tablesFor(
  there: readonly string[],
  pair: Pick<PairRow, 'deal' | 'told'>,
  side: Side,
  route: RouteContext,
): TableLabels | null {
  if (route.sides[side].provider.capabilities.fields.labels !== 'rw') return null
  const wanted = labelsOfDeal(pair, side, route)
  const { ours } = pair.told
  const { add, remove } = tableLabelChange(there, wanted, ours)
  const news = add.filter((name) => !ours.includes(foldLabel(name)))
  if (news.length + remove.length === 0) return null
  return { add: news, remove, wanted, ours: oursAfter(there, wanted, ours) }
}
