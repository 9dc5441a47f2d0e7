import { showsFlags } from '../core/beside.ts'
import { sameValue } from '../core/equal.ts'
import type { MirrorRow } from '../core/observe.ts'
import type { Told } from '../core/told.ts'
import type { OpOutcome, OpRow, OpStep } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import type { OutcomeInput } from './outcome-input.ts'
import { digestOf } from './plan/facts-told.ts'

/** What stands beside the fields now. Our marker, the block and flags go with a create, and with the first call of an update. */
export function besideAfter(
  { op, route, counterpart, result }: OutcomeInput,
  pair: PairRow,
  steps: readonly OpStep[],
  status: OpOutcome['status'],
): Pick<PairRow, 'marked' | 'block' | 'told' | 'notice' | 'comment'> {
  const { marker, steps: calls } = route.sides[op.side].provider.capabilities
  const first = op.verb === 'create' ? 'create' : calls[0]?.name
  const begun = steps.some((step) => step.name === first && step.outcome === 'confirmed')
  const carried = marker && begun
  const { block = null, comment = null, tells } = op.beside ?? {}
  const commented = status === 'confirmed' ? comment : null
  return {
    marked: pair.marked || (carried && counterpart !== null && op.cause !== 'notice'),
    block: carried && block !== null ? block : pair.block,
    told: begun ? toldAfter(op, pair.told) : pair.told,
    notice: status === 'confirmed' && tells !== undefined ? tells : pair.notice,
    comment:
      commented === null
        ? pair.comment
        : { id: commented.id ?? result.comment ?? pair.comment?.id ?? null, text: commented.text },
  }
}

/** What the pair remembers of a write that told something of its person and deal. */
function toldAfter({ beside }: OpRow, told: Told): Told {
  const { block = null, tables } = beside ?? {}
  return {
    ...told,
    ...(block === null ? {} : { block: digestOf(block) }),
    ...(tables === undefined ? {} : { labels: tables.wanted, ours: tables.ours }),
  }
}

/** What a service does not take is not written again until it is something else. */
export function toldRefused(op: OpRow, { told }: PairRow): Told {
  const { person } = op.beside ?? {}
  return {
    ...toldAfter(op, told),
    ours: told.ours,
    ...(person === undefined ? {} : { notTaken: person }),
  }
}

/** Whose the task is by now, where a write was to give it to somebody; a service may take that and leave it where it was. */
export function personAfter(
  { op, result, by }: OutcomeInput,
  pair: PairRow,
): Pick<PairRow, 'person' | 'personBy' | 'told'> {
  const { person } = op.beside ?? {}
  const { personBy, told } = pair
  if (person === undefined || result.now === null) return { person: pair.person, personBy, told }
  if (result.now.person === person) return { person, personBy: { id: person }, told }
  return { person: pair.person, personBy, told: by === 'reply' ? { ...told, notTaken: person } : told }
}

/** The words in which a person was looked for in vain are still the same after a write of ours: nobody is asked again. */
export function personSeqAfter(
  { op, pair, row: before }: OutcomeInput,
  after: MirrorRow,
): PairRow['personSeq'] {
  if (before === null || op.side !== pair.origin || pair.personSeq !== String(before.changedSeq))
    return pair.personSeq
  const { title, labels } = before.seen.task
  const same = after.seen.task.title === title && sameValue(after.seen.task.labels, labels)
  return same ? String(after.changedSeq) : pair.personSeq
}

/** Nothing but a notice: the pair waits for what it waited for. */
export function isNoticeAlone({ beside, after }: OpRow): boolean {
  return beside?.tells !== undefined && Object.keys(after).length === 0
}

export function flagsAreMissing({ op, result }: OutcomeInput): boolean {
  return op.beside !== null && result.now !== null && !showsFlags(result.now.flags, op.beside.flags)
}
