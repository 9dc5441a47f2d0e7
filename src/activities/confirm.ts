import type { MirrorRow } from '../core/observe.ts'
import { otherSide } from '../core/policy.ts'
import type { WriteResult } from '../providers/contract.ts'
import { clockNow } from '../store/clock.ts'
import { markFull } from '../store/containers.ts'
import type { Tx } from '../store/database.ts'
import { lockMirror, saveMirror } from '../store/mirror.ts'
import { type OpOutcome, type OpRow, openOpsOf, saveOps } from '../store/ops.ts'
import {
  addMember,
  lockPairs,
  membershipsOf,
  membersOf,
  type NewMember,
  type PairRow,
  saveDecided,
  savePairs,
} from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { settleOutcome } from './outcome.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/** What one attempt of one op came to. */
export type Outcome = { readonly op: OpRow; readonly result: WriteResult }

/**
 * Takes the outcomes of writes into the record: op, mirror, base, and the new member of a create, in the caller's
 * transaction. An op that is closed already, or whose plan was replaced, changes nothing.
 */
export async function confirmOutcomes(
  tx: Tx,
  deps: Deps,
  connectionId: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  const record = await lockRecord(tx, connectionId, outcomes)
  const routes = new Map<string, RouteContext>()
  const ops: OpOutcome[] = []
  const newMembers: NewMember[] = []
  const decided: Parameters<typeof saveDecided>[1][number][] = []

  for (const { op: given, result } of outcomes) {
    const op = record.open.get(given.id)
    const pair = record.pairs.get(given.pairId)
    if (op === undefined || pair === undefined || pair.planId !== op.planId) continue
    const route = routes.get(op.routeId) ?? (await loadRouteById(tx, deps, op.routeId))
    routes.set(op.routeId, route)
    const remoteId = result.remoteId ?? op.remoteId
    const counterpart = record.members.find((m) => m.pairId === pair.id && m.side === otherSide(op.side))
    const settled = settleOutcome({
      op,
      pair,
      result,
      route,
      row: remoteId === null ? null : (record.rows.get(remoteId) ?? null),
      counterpart: counterpart?.row.seen ?? null,
      now: record.now,
      timing: deps.timing,
    })
    ops.push(settled.op)
    record.pairs.set(pair.id, settled.pair)
    if (settled.full && op.containerId !== null) await markFull(tx, op.containerId)
    if (remoteId === null) continue
    if (settled.row !== null) record.rows.set(remoteId, settled.row)
    if (settled.member === null) continue
    const noted = { pairId: pair.id, side: op.side, ...settled.member }
    if (op.verb !== 'create') decided.push(noted)
    else if (!record.owners.has(`${op.routeId}/${remoteId}`)) {
      newMembers.push({ ...noted, routeId: op.routeId, connectionId, remoteId })
    }
  }
  await saveMirror(
    tx,
    connectionId,
    [...record.rows].map(([remoteId, row]) => ({ remoteId, row })),
  )
  for (const member of newMembers) await addMember(tx, member)
  await saveOps(tx, ops)
  await savePairs(tx, [...record.pairs.values()])
  await saveDecided(tx, decided)
}

async function lockRecord(tx: Tx, connectionId: string, outcomes: readonly Outcome[]) {
  const pairIds = [...new Set(outcomes.map(({ op }) => op.pairId))]
  const remoteIds = [...new Set(outcomes.flatMap(({ op, result }) => result.remoteId ?? op.remoteId ?? []))]
  const pairs = new Map<string, PairRow>((await lockPairs(tx, pairIds)).map((pair) => [pair.id, pair]))
  const rows: Map<string, MirrorRow> = await lockMirror(tx, connectionId, remoteIds)
  const owned = await membershipsOf(tx, connectionId, remoteIds)
  return {
    pairs,
    rows,
    open: new Map((await openOpsOf(tx, pairIds)).map((op) => [op.id, op])),
    members: await membersOf(tx, pairIds),
    owners: new Map(owned.map((m) => [`${m.routeId}/${m.remoteId}`, m.pairId])),
    now: await clockNow(tx),
  }
}
