import { type DbTime, NEVER, plusMs } from '../core/db-time.ts'
import type { FoundCreate, LostCreate, WriteOp } from '../providers/contract.ts'
import { recordAmbiguity } from '../store/conflicts.ts'
import { inTransaction } from '../store/database.ts'
import { closeOp, markEmptySearch, type OpRow, rearmOp } from '../store/ops.ts'
import { lockPairs, savePairs } from '../store/pairs.ts'
import { confirmOutcomes, foundDone } from './confirm.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'
import { tendHomeOf } from './plan/home-wakes.ts'
import { toWriteOps } from './write-op.ts'

/**
 * Asks for each create whose last attempt left no answer whether it arrived. Those that certainly did not are ready
 * to be sent again; nothing is ever sent blindly.
 */
export async function settleLostCreates(
  deps: Deps,
  open: OpenConnection,
  lost: readonly OpRow[],
): Promise<void> {
  const ops = await toWriteOps(deps.db, deps, lost)
  for (const [index, op] of lost.entries()) {
    const write = ops[index]
    if (write === undefined) continue
    const found = await open.provider.findCreated(open.connection, await describe(deps, open, op, write))
    await takeIn(deps, open, op, found)
  }
}

async function describe(deps: Deps, open: OpenConnection, op: OpRow, write: WriteOp): Promise<LostCreate> {
  const deadline = op.deadlineAt ?? op.plannedAt
  const rows = await deps.db<{ remoteId: string }[]>`
    select remote_id as "remoteId" from pair_member where connection_id = ${open.row.id}`
  return {
    op: write,
    attemptedAt: op.sentAt ?? op.plannedAt,
    deadline,
    settledAt: settledAt(deps, deadline),
    emptyAt: op.emptyAt,
    known: new Set(rows.map((row) => row.remoteId)),
  }
}

function settledAt(deps: Deps, deadline: DbTime): DbTime {
  return plusMs(deadline, deps.timing.createSettleMs)
}

async function takeIn(deps: Deps, open: OpenConnection, op: OpRow, found: FoundCreate): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    switch (found.kind) {
      case 'not-arrived': {
        const [pair] = await lockPairs(tx, [op.pairId])
        if (pair?.reason !== 'discarded') return rearmOp(tx, op)
        const error = { kind: 'discarded', message: 'A person gave this write up', hint: null }
        await closeOp(tx, op, error)
        await changePair(tx, op.pairId, { wakeAt: null })
        return tendHomeOf(tx, deps, pair)
      }
      case 'arrived':
        return confirmOutcomes(tx, deps, open.row.id, [
          foundDone(op, { askedAt: found.askedAt, remoteId: found.remoteId, now: found.now }),
        ])
      case 'too-early': {
        await markEmptySearch(tx, op, found.askedAt)
        return changePair(tx, op.pairId, { wakeAt: settledAt(deps, op.deadlineAt ?? op.plannedAt) })
      }
      case 'ambiguous':
        await recordAmbiguity(tx, op.pairId, found.candidates)
        return changePair(tx, op.pairId, {
          state: 'waiting',
          reason: 'ambiguous',
          wakeAt: NEVER,
          lastError: 'The task may have been made more than once; a person must say which one it is',
        })
    }
  })
}

async function changePair(
  tx: Parameters<typeof lockPairs>[0],
  pairId: string,
  change: Partial<Awaited<ReturnType<typeof lockPairs>>[number]>,
): Promise<void> {
  await savePairs(
    tx,
    (await lockPairs(tx, [pairId])).map((pair) => ({ ...pair, ...change })),
  )
}
