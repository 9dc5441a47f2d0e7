import { type Beside, NOTHING_BESIDE } from '../../core/beside.ts'
import { BLOCK_PARTS, blockLines, type PersonFacts } from '../../core/block-lines.ts'
import type { PlannedWrite } from '../../core/decision.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { counterpartOf } from './counterpart.ts'
import { dealFactsOf, toldDeal } from './deal-facts.ts'
import { stepsFor } from './steps.ts'
import { knownLines, ownWords } from './words.ts'

/**
 * True when a write goes out with our block: it makes the task, or its call sets what a task app keeps with its notes. A
 * notice alone leaves the description as it is.
 */
export function carriesBlock(
  write: PlannedWrite,
  members: readonly MemberRow[],
  route: RouteContext,
): boolean {
  const { capabilities } = route.sides[write.side].provider
  if (
    write.cause === 'notice' ||
    !capabilities.marker ||
    !members.some((member) => member.side !== write.side)
  )
    return false
  if (write.verb !== 'update') return write.verb === 'create'
  const [first] = capabilities.steps
  const steps = stepsFor(write.verb, write.fields, capabilities, write.beside)
  return steps.some(({ name }) => name === first?.name)
}

/** Parts of the block for which somebody must be asked about people. */
export function blockNeedsFacts({ policy }: RouteContext): boolean {
  return policy.block === undefined || policy.block.length > 0
}

/** The lines of our block in a pair's task on this side, its marker apart. */
export function blockFor(
  pair: Pick<PairRow, 'deal'>,
  facts: PersonFacts,
  side: Side,
  route: RouteContext,
): string[] {
  const { name } = route.sides[otherSide(side)].provider
  return blockLines(facts, route.policy.block ?? BLOCK_PARTS, name, dealFactsOf(pair, side, route))
}

/**
 * A write with our block, and what the pair remembers of it: all lines that may stand there from now on, whatever comes
 * of the write. Text that a user typed into the block moves above it. `facts` null: what stands there of ours stays.
 */
export function withBlock(
  write: PlannedWrite,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  facts: PersonFacts | null,
): { readonly write: PlannedWrite; readonly block: readonly string[] } {
  const target = write.verb === 'create' ? undefined : members.find(({ side }) => side === write.side)
  const known = target === undefined ? pair.block : knownLines(target.row.seen, pair, route)
  const lines =
    facts === null
      ? (target?.row.seen.block ?? []).filter((line) => known.includes(line))
      : blockFor(
          write.verb === 'create' ? pair : toldDeal(pair, members, write.side),
          facts,
          write.side,
          route,
        )
  const beside: Beside = { ...(write.beside ?? NOTHING_BESIDE), block: lines }
  const fields =
    target === undefined ? write.fields : { ...movedNotes(target, pair, members, route), ...write.fields }
  return { write: { ...write, fields, beside }, block: [...new Set([...known, ...lines])] }
}

/** The notes, when they are more than what stands outside the block. */
function movedNotes(
  { side, row }: MemberRow,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
): PlannedWrite['fields'] {
  const { notes } = ownWords(row.seen, side, pair, route, counterpartOf(side, members))
  return notes === row.seen.task.notes ? {} : { notes }
}
