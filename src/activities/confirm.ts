import type { RemoteTask } from '../core/observation.ts'
import type { MirrorRow } from '../core/observe.ts'
import type { Side } from '../core/policy.ts'
import type { Provider, WriteResult } from '../providers/contract.ts'
import { clockNow } from '../store/clock.ts'
import { recordAmbiguity, recordConflicts } from '../store/conflicts.ts'
import { foundedContainers, markFull } from '../store/containers.ts'
import type { Tx } from '../store/database.ts'
import { addMember, type MemberRow, membershipsOf, membersOf, saveDecided } from '../store/members.ts'
import { doubtTasks, lockMirror, saveMirror } from '../store/mirror.ts'
import { mayTell, type OpOutcome, type OpRow, openOpsOf, saveOps } from '../store/ops.ts'
import { heirsOf, pairsElsewhere, pairsOfTasks } from '../store/pair-locks.ts'
import { forgetStranger, lockPairs, type PairRow, savePairs, wakeElsewhere } from '../store/pairs.ts'
import { inheritPersons, wakeBelow } from '../store/tasks-below.ts'
import { withClosings } from './count-closings.ts'
import type { Deps } from './deps.ts'
import { settleOutcome } from './outcome.ts'
import type { OutcomeSource } from './outcome-input.ts'
import { counterpartOf } from './plan/counterpart.ts'
import { HomeWakes } from './plan/home-wakes.ts'
import { nextLook } from './plan/next-look.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/** What one attempt of one op came to, and who says so. */
export type Outcome = { readonly op: OpRow; readonly result: WriteResult; readonly by: OutcomeSource }

/** All of an op was done, as a later look at its target says, or a person. */
export function foundDone(op: OpRow, found: Pick<WriteResult, 'askedAt' | 'remoteId' | 'now'>): Outcome {
  const steps = op.steps.map(({ name }) => ({ name, outcome: 'confirmed' as const }))
  return { op, result: { opId: op.id, ...found, steps }, by: 'look' }
}

/**
 * Takes the outcomes of writes into the record: op, mirror, base, and the new member of a create, in the caller's
 * transaction. An op that is closed already, or whose plan was replaced, changes nothing.
 */
export async function confirmOutcomes(
  tx: Tx,
  deps: Pick<Deps, 'providers' | 'timing'>,
  connectionId: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  const record = await lockRecord(tx, connectionId, outcomes)
  const routes = new Map<string, RouteContext>()
  const ops: OpOutcome[] = []
  const added: MemberRow[] = []
  /** Below these something could not be put, because it was not there. */
  const above: string[] = []
  const later = new Set<string>()

  for (const { op: given, result, by } of outcomes) {
    const op = record.open.get(given.id)
    const pair = record.pairs.get(given.pairId)
    if (op === undefined || pair === undefined || pair.planId !== op.planId) continue
    const route = routes.get(op.routeId) ?? (await loadRouteById(tx, deps, op.routeId))
    routes.set(op.routeId, route)
    const remoteId = result.remoteId ?? op.remoteId
    const row = remoteId === null ? null : (record.rows.get(remoteId) ?? null)
    const settled = settleOutcome({
      // As the attempt had it: what it says may be of an earlier one than that which is under way.
      op: { ...op, attempts: given.attempts },
      pair,
      result: counted(route.sides[op.side].provider, row?.seen ?? op.before ?? undefined, result),
      by,
      placed: op.containerId !== null && record.containers.has(op.containerId),
      route,
      row,
      counterpart: counterpartOf(
        op.side,
        record.members.filter((member) => member.pairId === pair.id),
      ),
      now: record.now,
      timing: deps.timing,
    })
    if (!mayTell(op, settled.op)) continue
    ops.push(settled.op)
    if (isClosed(settled.op)) record.open.delete(op.id)
    await recordConflicts(
      tx,
      settled.overrun.map((conflict) => ({ ...conflict, pairId: pair.id })),
    )
    record.pairs.set(pair.id, settled.pair)
    above.push(...missingAbove(op, result))
    if (settled.full && op.containerId !== null) await markFull(tx, op.containerId)
    if (settled.later === true) later.add(pair.id)
    if (remoteId === null || settled.row === null) continue
    record.rows.set(remoteId, settled.row)
    const owner = record.owners.get(`${op.routeId}/${remoteId}`)
    const strayed = op.verb === 'create' && owner !== undefined && owner !== pair.id
    // Taken for a stranger, because a user took its marker away before its answer came: what was made of it is undone.
    if (strayed && !(await forgetStranger(tx, owner, pair.id))) {
      await recordAmbiguity(tx, pair.id, [remoteId])
      record.pairs.set(pair.id, { ...pair, state: 'waiting', reason: 'ambiguous' })
      continue
    }
    const { writtenVersion } = settled
    const known = memberOf(record.members, pair.id, op.side)
    if (known !== undefined)
      Object.assign(known, { row: settled.row, writtenVersion: writtenVersion ?? known.writtenVersion })
    else if (settled.exists) {
      added.push({
        pairId: pair.id,
        connectionId,
        remoteId,
        side: op.side,
        decidedSeq: 0,
        writtenVersion,
        underPair: false,
        parentThere: null,
        parentComing: false,
        parentUnseen: false,
        parentList: null,
        dealAbove: null,
        mappedElsewhere: false,
        linkedElsewhere: false,
        opposite: [],
        personFacts: null,
        row: settled.row,
      })
    }
  }
  const members = [...record.members, ...added]
  const open = new Set([...record.open.values()].map((op) => op.pairId))
  const decided: MemberRow[] = []
  for (const pair of record.pairs.values()) {
    const route = routes.get(pair.routeId)
    if (route === undefined || open.has(pair.id) || later.has(pair.id)) continue
    const own = members.filter((member) => member.pairId === pair.id)
    const next = nextLook(pair, own, route, deps.timing, record.now)
    record.pairs.set(pair.id, { ...pair, ...next })
    if (next.wakeAt !== record.now) decided.push(...own)
  }
  await saveMirror(
    tx,
    connectionId,
    [...record.rows].map(([remoteId, row]) => ({ remoteId, row })),
    record.known,
  )
  await doubtTasks(tx, connectionId, above)
  for (const member of added) await addMember(tx, { ...member, routeId: routeOf(record.pairs, member) })
  // What a user put below a task that we were just making is that person's too.
  const parents = added.map((member) => member.pairId)
  await saveOps(tx, ops)
  await savePairs(tx, [...record.pairs.values()])
  await wakeBelow(tx, parents)
  await saveDecided(
    tx,
    members.map((member) =>
      decided.includes(member) ? { ...member, decidedSeq: member.row.changedSeq } : member,
    ),
  )
  await inheritPersons(tx, parents)
  // Where a team's tasks go from route to route, one waits for what is written by the other.
  const shared = [...record.pairs.values()].filter((pair) => (routes.get(pair.routeId)?.team.length ?? 0) > 0)
  await wakeElsewhere(tx, [...parents, ...shared.map(({ id }) => id)])
  const wakes = new HomeWakes()
  for (const pair of record.pairs.values()) {
    const route = routes.get(pair.routeId)
    const own = members.filter(({ pairId }) => pairId === pair.id)
    if (route !== undefined) wakes.addIfOver(route, pair.deal, { pair, members: own })
  }
  await wakes.save(tx)
}

/** The task below which a service could not put another: its deletion may have left no trace. */
function missingAbove({ after }: OpRow, { steps }: WriteResult): string[] {
  const isMissing = steps.some((step) => step.outcome === 'refused' && step.error?.kind === 'gone')
  return isMissing && typeof after.parent === 'string' ? [after.parent] : []
}

function counted(provider: Provider, before: RemoteTask | undefined, result: WriteResult): WriteResult {
  const count = (seen: RemoteTask) => withClosings(provider, before, seen)
  return {
    ...result,
    now: result.now === null ? null : count(result.now),
    steps: result.steps.map((step) =>
      step.shown === undefined ? step : { ...step, shown: count(step.shown) },
    ),
  }
}

function isClosed(op: OpOutcome): boolean {
  return op.status === 'confirmed' || op.status === 'refused'
}

function memberOf(members: readonly MemberRow[], pairId: string, side: Side): MemberRow | undefined {
  return members.find((member) => member.pairId === pairId && member.side === side)
}

function routeOf(pairs: ReadonlyMap<string, PairRow>, member: MemberRow): string {
  const pair = pairs.get(member.pairId)
  if (pair === undefined) throw new Error(`pair ${member.pairId} is not locked`)
  return pair.routeId
}

/** What a create may change besides its own pair: a stranger that has its task, and who inherits its person. */
async function besides(tx: Tx, connectionId: string, outcomes: readonly Outcome[]): Promise<string[]> {
  const creates = outcomes.filter(({ op }) => op.verb === 'create')
  const remoteIds = creates.flatMap(({ op, result }) => result.remoteId ?? op.remoteId ?? [])
  if (remoteIds.length === 0) return []
  const pairIds = creates.map(({ op }) => op.pairId)
  return [
    ...(await pairsOfTasks(tx, connectionId, remoteIds)),
    ...(await heirsOf(tx, pairIds, { connectionId, remoteIds })),
  ]
}

async function lockRecord(tx: Tx, connectionId: string, outcomes: readonly Outcome[]) {
  const pairIds = [...new Set(outcomes.map(({ op }) => op.pairId))]
  const remoteIds = [...new Set(outcomes.flatMap(({ op, result }) => result.remoteId ?? op.remoteId ?? []))]
  const locked = await lockPairs(tx, [
    ...pairIds,
    ...(await besides(tx, connectionId, outcomes)),
    ...(await pairsElsewhere(tx, pairIds)),
  ])
  const pairs = new Map<string, PairRow>(
    locked.filter(({ id }) => pairIds.includes(id)).map((pair) => [pair.id, pair]),
  )
  const known: ReadonlyMap<string, MirrorRow> = await lockMirror(tx, connectionId, remoteIds)
  const [owned, open, members, containers] = await Promise.all([
    membershipsOf(tx, connectionId, remoteIds),
    openOpsOf(tx, pairIds),
    membersOf(tx, pairIds),
    foundedContainers(
      tx,
      outcomes.flatMap(({ op }) => op.containerId ?? []),
    ),
  ])
  return {
    pairs,
    known,
    rows: new Map(known),
    open: new Map(open.map((op) => [op.id, op])),
    members,
    containers,
    owners: new Map(owned.map((m) => [`${m.routeId}/${m.remoteId}`, m.pairId])),
    now: await clockNow(tx),
  }
}
