import { beforeResumed, keptAlike } from '../core/confirm.ts'
import { type DbTime, earlier, later, plusMs } from '../core/db-time.ts'
import type { Decision } from '../core/decision.ts'
import { groupBy } from '../core/group-by.ts'
import { overrunBy } from '../core/overrun.ts'
import { otherSide, SIDES, type Side } from '../core/policy.ts'
import { clockNow } from '../store/clock.ts'
import { pairsInConflict, recordConflicts, settleConflicts } from '../store/conflicts.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { type MemberRow, membersOf, retireMember } from '../store/members.ts'
import { closeOp, type OpRow, openOpsOf, rearmOp } from '../store/ops.ts'
import { pairsElsewhere } from '../store/pair-locks.ts'
import { lockPairs, type PairRow } from '../store/pairs.ts'
import { endLeases } from '../store/pending.ts'
import { personAbove } from '../store/tasks-below.ts'
import { confirmOutcomes, foundDone } from './confirm.ts'
import type { Deps } from './deps.ts'
import { isEnding, stopIfTooMany } from './mass-change.ts'
import { tellNotes } from './notes/tell-notes.ts'
import { decidePair } from './plan/decision.ts'
import { PlanDraft, type PlanOutput } from './plan/draft.ts'
import { othersConcerned } from './plan/inheriting.ts'
import { droppedBecause, stepForOpenOp } from './plan/open-ops.ts'
import { givenUp, isFlagged, MAX_UNSHOWN, settledPair, withoutCounterpart } from './plan/pair-after.ts'
import type { PairLook } from './plan/pair-view.ts'
import type { ViewClock } from './plan/view-clock.ts'
import { asCorrected } from './plan/words.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'
import { confirmTakenBack } from './taken-back.ts'

/** `since`: what an earlier plan of the same attempt gave back; absent in the first. `offline`: nobody can be asked. */
export type PlanInput = {
  readonly pairIds: readonly string[]
  readonly since?: DbTime | undefined
  readonly offline?: boolean
}

/**
 * Decides what these pairs need now and writes each decision down, under their locks. Touches the database alone;
 * safe to run twice at once.
 */
export async function plan(deps: Deps, input: PlanInput): Promise<PlanOutput> {
  const output = await inTransaction(deps.db, (tx) => planPairs(tx, deps, input))
  return { ...output, pending: await endLeases(deps.db, input.pairIds) }
}

/** A look counts for so long at the most: an attempt may be held up by a crash, or by a service. Milliseconds. */
const LOOK_COUNTS_MS = 15_000

/** From when on a look counts as one of this attempt. A preview takes everything for current. */
function lookedAfter({ since, offline }: PlanInput, now: DbTime, startedAt = since): DbTime {
  if (since === undefined || offline === true) return since ?? now
  return later(later(since, startedAt ?? since), plusMs(now, -LOOK_COUNTS_MS))
}

/** Plans within the caller's transaction (a preview rolls it back). */
export async function planPairs(tx: Tx, deps: Deps, input: PlanInput): Promise<Omit<PlanOutput, 'pending'>> {
  const { pairIds } = input
  const [now, asked, elsewhere] = await Promise.all([
    clockNow(tx),
    pairsInConflict(tx, pairIds),
    pairsElsewhere(tx, pairIds),
  ])
  const draft = new PlanDraft(
    { now, since: lookedAfter(input, now, deps.startedAt), timing: deps.timing },
    { ...input, asked },
  )
  // With those of other routes that it may wake, so that two plans never wait for each other.
  let read = await lockAndRead(tx, pairIds, elsewhere)
  if (read.ops.length > 0) {
    await confirmShown(tx, deps, read, draft.clock)
    read = await lockAndRead(tx, pairIds)
  }
  const { pairs } = read
  const members = groupBy(read.members, (member) => member.pairId)
  const open = groupBy(read.ops, (op) => op.pairId)
  const routes = new Map<string, RouteContext>()
  for (const pair of pairs) {
    const route = routes.get(pair.routeId) ?? (await loadRouteById(tx, deps, pair.routeId))
    routes.set(pair.routeId, route)
    if (!route.works) {
      draft.block(pair)
      continue
    }
    const own = members.get(pair.id) ?? []
    const ops = open.get(pair.id) ?? []
    if (await continueOps(tx, draft, pair, own, ops, route)) continue
    await decide(tx, draft, asCorrected(pair, own, route), own, route)
  }
  for (const route of routes.values()) {
    const endings = draft.endingsOf(route.route.id)
    if (endings.length > 0 && (await stopIfTooMany(tx, deps, route.route, endings)))
      draft.holdBack(route.route.id)
  }
  await draft.save(tx)
  await tellNotes(tx, routes.values(), pairs)
  return draft.output()
}

type Read = {
  readonly pairs: readonly PairRow[]
  readonly members: readonly MemberRow[]
  readonly ops: readonly OpRow[]
}

/** Pairs with all that is read of them under their locks. `others` are locked too. */
async function lockAndRead(
  tx: Tx,
  pairIds: readonly string[],
  others: readonly string[] = [],
): Promise<Read> {
  const locked = await lockPairs(tx, [...pairIds, ...others])
  const [members, ops] = await Promise.all([membersOf(tx, pairIds), openOpsOf(tx, pairIds)])
  const own = new Set(pairIds)
  return { pairs: locked.filter(({ id }) => own.has(id)), members, ops }
}

/** Takes in what earlier attempts did, where a fresh look shows it. */
async function confirmShown(
  tx: Tx,
  deps: Deps,
  { pairs, members, ops }: Read,
  clock: ViewClock,
): Promise<void> {
  const routes = new Map<string, RouteContext>()
  for (const op of ops) {
    const pair = pairs.find((one) => one.id === op.pairId)
    const own = members.filter((member) => member.pairId === op.pairId)
    const target = own.find((member) => member.side === op.side)
    if (pair === undefined || target === undefined) continue
    const route = routes.get(op.routeId) ?? (await loadRouteById(tx, deps, op.routeId))
    routes.set(op.routeId, route)
    const { kind } = stepForOpenOp(op, pair, own, route, clock)
    if (kind === 'taken-back') await confirmTakenBack(tx, deps, op, target)
    if (kind !== 'done') continue
    const now = target.row.presence === 'present' ? target.row.seen : null
    const done = foundDone(op, { askedAt: target.row.askedAt, remoteId: target.remoteId, now })
    await confirmOutcomes(tx, deps, op.connectionId, [done])
  }
}

/** Goes on with the open ops of a pair. True when there are any left: then nothing new is planned. */
async function continueOps(
  tx: Tx,
  draft: PlanDraft,
  pair: PairRow,
  members: readonly MemberRow[],
  ops: readonly OpRow[],
  route: RouteContext,
): Promise<boolean> {
  let wakeAt: DbTime | null = null
  let left = 0
  for (const op of ops) {
    const target = members.find((member) => member.side === op.side)
    const step = stepForOpenOp(op, pair, members, route, draft.clock)
    switch (step.kind) {
      case 'drop':
        if (await closeOp(tx, op, droppedBecause(step.why))) {
          await noteOverrun(tx, op, pair, target, route)
          continue
        }
        wakeAt = earlier(wakeAt, plusMs(draft.clock.now, draft.clock.timing.writeDeadlineMs))
        break
      case 'send':
        await rearmForSending(tx, op, target)
        draft.write(route.sides[op.side], op.id)
        break
      case 'read':
        draft.read(route.sides[op.side], pair.id)
        break
      case 'wait':
        wakeAt = earlier(wakeAt, step.until)
        break
      case 'done':
      case 'taken-back':
        break
    }
    left += 1
  }
  if (left > 0) draft.keep({ ...pair, wakeAt })
  return left > 0
}

/** A part of what is given up may have arrived, and have replaced somebody's edit. */
async function noteOverrun(
  tx: Tx,
  op: OpRow,
  pair: PairRow,
  target: MemberRow | undefined,
  { sides, policy }: RouteContext,
): Promise<void> {
  if (op.verb !== 'update' || op.attempts === 0 || target === undefined) return
  const { askedAt, seen } = target.row
  const lost = overrunBy(op, target.row, { askedAt, shown: seen, trail: pair.baseTrail })
  const arrived = lost.filter(({ field }) =>
    keptAlike(field, op.after, seen.task, sides[op.side].rules, policy),
  )
  await recordConflicts(
    tx,
    arrived.map((conflict) => ({ ...conflict, pairId: pair.id })),
  )
}

/** Edits and deletes whose target was just looked at may be sent again; creates are looked for by the write itself. */
async function rearmForSending(tx: Tx, op: OpRow, target: MemberRow | undefined): Promise<void> {
  if (op.verb === 'create' || op.attempts === 0) return
  // What is rewritten whole (labels, description) is rewritten over what the new look shows.
  await rearmOp(tx, op, target && beforeResumed(op, target.row.seen))
}

async function decide(
  tx: Tx,
  draft: PlanDraft,
  given: PairRow,
  members: readonly MemberRow[],
  route: RouteContext,
): Promise<void> {
  const { pair, look, decision } = decidePair(given, members, route, draft.clock)
  draft.tend(route, { before: given.deal, pair, members, decision })
  const asked = draft.asked.has(pair.id)
  const reads = new Set<Side>([
    ...decision.reads.filter((side) => needsRead(look, side)),
    ...SIDES.filter((side) => look.sides[side].readNow),
  ])
  if (reads.size > 0) {
    for (const side of reads) draft.read(route.sides[side], pair.id, look.sides[side].readNow)
    // Not decided yet: whoever dies before the read is done must leave it pending.
    draft.keep({ ...pair, wakeAt: draft.clock.now })
    return
  }
  if (decision.abandon !== null) {
    const { abandon } = decision
    draft.whenSaved(pair.id, async () => {
      await retireMember(tx, pair.id, abandon)
      if (decision.reason === 'deleted-there') await recordDeletion(tx, pair, members, abandon)
      await noteConflicts(tx, pair, decision, asked)
    })
    draft.keep({
      ...withoutCounterpart(pair, members, decision, draft.clock),
      // What told it went with the task.
      ...(route.sides[decision.abandon].provider.capabilities.notices ? { notice: null, comment: null } : {}),
    })
    return
  }
  if (decision.reason === 'needs-person') {
    const person = await personAbove(tx, pair.id)
    if (person !== null) {
      await decide(tx, draft, { ...pair, person }, members, route)
      return
    }
  }
  if (decision.reason === 'needs-person' && draft.lookForPerson(pair, members, route)) {
    draft.keep({ ...pair, wakeAt: draft.clock.now })
    return
  }
  if (pair.attempts >= MAX_UNSHOWN && decision.writes.some((write) => write.verb === 'update')) {
    draft.decided(givenUp(pair, decision, { look, clock: draft.clock, sides: route.sides }), members)
    return
  }
  if (waitsForDeals(decision, route)) {
    draft.keep({ ...pair, wakeAt: plusMs(draft.clock.now, DEALS_MS) })
    return
  }
  if (isEnding(pair, decision)) draft.ends(pair)
  const planned = await draft.plan(tx, pair, members, route, decision)
  if (planned === 'postponed') return
  draft.whenSaved(pair.id, async () => {
    const gone = SIDES.find((side) => look.sides[side].view.presence === 'gone')
    if (gone !== undefined && isFlagged(decision) && !isFlagged(pair))
      await recordDeletion(tx, pair, members, gone)
    await noteConflicts(tx, pair, decision, asked)
  })
  draft.decided({ ...settledPair(pair, decision, look, draft.clock), ...planned }, members)
  if (given.deal !== pair.deal || decision.writes.some(({ beside }) => beside?.block != null))
    draft.tellsBelow(pair.id)
  draft.wake(othersConcerned(given, pair, { look, members, route }))
}

/** How long a task waits at a time for deals that nobody has listed yet. Milliseconds. */
const DEALS_MS = 2_000

/** Where it belongs is not known yet: made now, it would be moved at once. */
function waitsForDeals({ writes }: Decision, { deals }: RouteContext): boolean {
  if (deals === null || deals.listed) return false
  return writes.some(({ verb, side }) => verb === 'create' && side !== deals.side)
}

/** Conflicts of this decision; those that waited for a person (`asked`) and are none any more are over. */
async function noteConflicts(tx: Tx, pair: PairRow, decision: Decision, asked: boolean): Promise<void> {
  await recordConflicts(
    tx,
    decision.conflicts.map((conflict) => ({ ...conflict, pairId: pair.id })),
  )
  if (!asked) return
  const open = decision.conflicts.filter((one) => one.winner === null).map((one) => one.field)
  await settleConflicts(tx, pair.id, open)
}

/** An unknown side is read when it is time; a present one when its picture is from before this attempt. */
function needsRead(look: PairLook, side: Side): boolean {
  return look.sides[side].view.presence !== 'unknown' || look.sides[side].readNow
}

/** Edit beats delete: what was deleted is noted in full, before its place is given to a new task or left empty. */
async function recordDeletion(
  tx: Tx,
  pair: PairRow,
  members: readonly MemberRow[],
  gone: Side,
): Promise<void> {
  const seen = (side: Side) => members.find((member) => member.side === side)?.row.seen.task ?? null
  await recordConflicts(tx, [
    {
      pairId: pair.id,
      field: 'completed',
      base: { left: null, right: null },
      left: seen('left'),
      right: seen('right'),
      winner: otherSide(gone),
    },
  ])
}
