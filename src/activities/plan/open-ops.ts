import { showsFlags, showsTables } from '../../core/beside.ts'
import { resumeWrite } from '../../core/confirm.ts'
import { type DbTime, later, NEVER, plusMs } from '../../core/db-time.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { sameContent } from '../../core/observe.ts'
import type { MemberRow } from '../../store/members.ts'
import type { OpError, OpRow } from '../../store/ops.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import { type Counterpart, counterpartOf } from './counterpart.ts'
import type { ViewClock } from './view-clock.ts'
import { ownWords } from './words.ts'

/**
 * What to do with an open op that this attempt finds.
 *
 * - `send`: its call may leave (again)
 * - `read`: look at its target first
 * - `wait`: somebody may have it in flight, or it may still arrive; nothing before `until`
 * - `done`: the target shows it; take that in without a call
 * - `taken-back`: its first call most likely arrived, and somebody undid it before anybody had heard of it
 * - `drop`: never sent, or overtaken by a person; plan anew
 */
export type OpenOpStep =
  | { readonly kind: 'send' | 'read' | 'done' | 'taken-back' }
  | { readonly kind: 'drop'; readonly why: 'replanned' | 'overtaken' | 'gone' }
  | { readonly kind: 'wait'; readonly until: DbTime }

/** What a dropped op says of itself. */
export function droppedBecause(why: Extract<OpenOpStep, { kind: 'drop' }>['why']): OpError {
  const texts = {
    replanned: 'It was never sent, and has been planned anew',
    overtaken: 'Somebody changed the task before it was sent again, and it has been planned anew',
    gone: 'The task does not exist any more',
  }
  return { kind: why, message: texts[why], hint: null }
}

export function stepForOpenOp(
  op: OpRow,
  pair: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
  clock: ViewClock,
): OpenOpStep {
  const target = members.find((member) => member.side === op.side)
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
  const resumed = resume(op, row.seen, route)
  const buried = resumed === 'send' && buriesWords(op, pair, row.seen, route, counterpartOf(op.side, members))
  if (resumed === 'overtaken' || buried) return { kind: 'drop', why: 'overtaken' }
  if (resumed === 'send' && wasTakenBack(op, row.seen, route)) return { kind: 'taken-back' }
  return { kind: resumed === 'done' && owesComment(op, clock) ? 'send' : resumed }
}

function resume(op: OpRow, seen: RemoteTask, route: RouteContext): 'done' | 'send' | 'overtaken' {
  if (!liesThere(op, seen, route)) return 'send'
  if (Object.keys(op.after).length === 0) return showsBeside(op, seen) ? 'done' : 'send'
  return resumeWrite(op, seen, route.sides[op.side].rules, route.policy)
}

/** True where an op puts its task nowhere, or it lies there. */
function liesThere({ containerId }: OpRow, { container }: RemoteTask, { deals }: RouteContext): boolean {
  const home = containerId === null ? undefined : deals?.homes.byId.get(containerId)
  return home === undefined || home.remoteId === container
}

/**
 * The task is as it was before the write, and has been changed all the same. A write that never left cannot have done it;
 * one that sets nothing but flags undoes no user's doing.
 */
function wasTakenBack(
  { status, before, after, side }: OpRow,
  seen: RemoteTask,
  { sides }: RouteContext,
): boolean {
  if (!sides[side].provider.capabilities.versionTells || status === 'planned') return false
  if (before === null || before.version === null || Object.keys(after).length === 0) return false
  return before.version !== seen.version && sameContent(before, seen)
}

/**
 * True when a write would put our block over what its user has typed into it since the write was planned: only a new plan
 * takes that into the notes.
 */
function buriesWords(
  op: OpRow,
  pair: PairRow,
  seen: RemoteTask,
  route: RouteContext,
  counterpart: Counterpart | null,
): boolean {
  if ((op.beside?.block ?? null) === null) return false
  const notesOf = (task: RemoteTask) => ownWords(task, op.side, pair, route, counterpart).notes
  const { notes } = op.after
  if (notes === undefined) return notesOf(seen) !== seen.task.notes
  return notesOf(seen) !== notes && (op.before === null || notesOf(seen) !== notesOf(op.before))
}

/** For so long services are trusted to know a repeated step by its key (Todoist: see find-created.ts). Milliseconds. */
const REPEATABLE_MS = 10 * 60_000

/** A comment is shown with no task. As long as its step can be repeated without harm, it is. */
function owesComment(op: OpRow, { now }: ViewClock): boolean {
  const open = op.steps.some(({ name, outcome }) => name === 'comment' && outcome === 'open')
  return open && plusMs(op.sentAt ?? now, REPEATABLE_MS) > now
}

/** Whether a task shows what an update without fields was to write beside them. */
function showsBeside({ beside, cause }: OpRow, { flags, marker, block, task }: RemoteTask): boolean {
  const isMarked = cause === 'placement' || cause === 'notice' || marker !== null
  if (beside === null || !isMarked) return isMarked
  const lines = beside.block ?? []
  return (
    showsFlags(flags, beside.flags) &&
    (beside.tables === undefined || showsTables(task.labels, beside.tables)) &&
    lines.every((line) => block.includes(line))
  )
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
