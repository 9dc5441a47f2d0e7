import { showsFlags } from '../../core/beside.ts'
import { resumeWrite } from '../../core/confirm.ts'
import { type DbTime, later, NEVER, plusMs } from '../../core/db-time.ts'
import { sameValue } from '../../core/equal.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { sameContent } from '../../core/observe.ts'
import type { OpRow } from '../../store/ops.ts'
import type { MemberRow, PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { ViewClock } from './view-clock.ts'

/**
 * What to do with an open op that this attempt finds.
 *
 * - `send`: its call may leave (again)
 * - `read`: look at its target first
 * - `wait`: somebody may have it in flight, or it may still arrive; nothing before `until`
 * - `done`: the target shows it; take that in without a call
 * - `drop`: never sent, or overtaken by a person; plan anew
 */
export type OpenOpStep =
  | { readonly kind: 'send' | 'read' | 'done' }
  | { readonly kind: 'drop'; readonly why: 'replanned' | 'overtaken' | 'gone' }
  | { readonly kind: 'wait'; readonly until: DbTime }

export function stepForOpenOp(
  op: OpRow,
  pair: PairRow,
  target: MemberRow | undefined,
  route: RouteContext,
  clock: ViewClock,
): OpenOpStep {
  if (op.planId !== pair.planId) return { kind: 'drop', why: 'replanned' }
  const ours = op.plannedAt >= clock.since
  if (op.status === 'planned' && op.attempts === 0)
    return ours ? { kind: 'send' } : { kind: 'drop', why: 'replanned' }
  if (op.verb === 'create') return stepForCreate(op, pair, route, clock)

  const inFlight = op.status !== 'planned' && op.deadlineAt !== null && op.deadlineAt > clock.now
  if (inFlight) return { kind: 'wait', until: op.deadlineAt ?? clock.now }
  if (target === undefined) return { kind: 'drop', why: 'gone' }
  const { row } = target
  if (row.presence === 'gone') return op.verb === 'delete' ? { kind: 'done' } : { kind: 'drop', why: 'gone' }
  // A read from before the last attempt ended says nothing about what it did.
  const ended = op.status === 'planned' ? clock.since : (op.deadlineAt ?? clock.since)
  if (row.askedAt < later(clock.since, ended)) return { kind: 'read' }
  if (row.presence !== 'present' || row.lookAgain || row.missingAt !== null)
    return { kind: 'drop', why: 'gone' }
  if (op.verb === 'delete') {
    // Somebody went on with the task, or took it out of the scope: whether it is still to go is decided anew (D7).
    const untouched = op.before !== null && sameContent(op.before, row.seen)
    return untouched ? { kind: 'send' } : { kind: 'drop', why: 'overtaken' }
  }
  if (Object.keys(op.after).length === 0)
    return { kind: showsBeside(op, row.seen) && !owesComment(op, clock) ? 'done' : 'send' }
  const resumed = resumeWrite(op, row.seen, route.sides[op.side].rules, route.policy)
  if (resumed === 'overtaken') return { kind: 'drop', why: 'overtaken' }
  // The block is written around the text that stood there: over another one it is planned anew.
  if (resumed === 'send' && op.beside !== null && op.before !== null && !sameText(op.before, row.seen))
    return { kind: 'drop', why: 'overtaken' }
  return { kind: resumed === 'done' && owesComment(op, clock) ? 'send' : resumed }
}

function sameText(a: RemoteTask, b: RemoteTask): boolean {
  return a.task.notes === b.task.notes && a.marker === b.marker && sameValue(a.block, b.block)
}

/** For so long services are trusted to know a repeated step by its key (Todoist: see find-created.ts). Milliseconds. */
const REPEATABLE_MS = 10 * 60_000

/** A comment is shown with no task. As long as its step can be repeated without harm, it is. */
function owesComment(op: OpRow, { now }: ViewClock): boolean {
  const open = op.steps.some(({ name, outcome }) => name === 'comment' && outcome === 'open')
  return open && plusMs(op.sentAt ?? now, REPEATABLE_MS) > now
}

/** Whether a task shows what an update without fields was to write: flags, or else our marker. */
function showsBeside({ beside, cause }: OpRow, { flags, marker }: RemoteTask): boolean {
  return cause === 'notice' ? beside === null || showsFlags(flags, beside.flags) : marker !== null
}

/** A create is sent again only by the write activity, after it has looked for the earlier attempt. */
function stepForCreate(op: OpRow, pair: PairRow, route: RouteContext, clock: ViewClock): OpenOpStep {
  if (pair.reason === 'ambiguous') return { kind: 'wait', until: NEVER }
  if (op.status === 'planned') return { kind: 'send' }
  if (route.sides[op.side].provider.capabilities.createIdentity !== 'search') return { kind: 'send' }
  const deadline = op.deadlineAt ?? clock.now
  if (op.status === 'sent' && deadline > clock.now) return { kind: 'wait', until: deadline }
  const settled = plusMs(deadline, clock.timing.createSettleMs)
  if (op.emptyAt !== null && settled >= clock.now) return { kind: 'wait', until: settled }
  return { kind: 'send' }
}
