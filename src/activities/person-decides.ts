import type { Standing } from '../core/merge.ts'
import { sharedFields } from '../core/policy.ts'
import { inTransaction } from '../store/database.ts'
import { closeOps, openOpsOf } from '../store/ops.ts'
import { lockPairs, membersOf, savePairs } from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { loadRouteById } from './route-context.ts'

export type PairInput = { readonly pairId: string }

/** What an operator's list of workflows shows for a pair that is not settled: it waits for somebody, or it failed. */
export async function pairTrouble(deps: Deps, input: PairInput): Promise<'waiting' | 'failed'> {
  const [pair] = await inTransaction(deps.db, (tx) => lockPairs(tx, [input.pairId]))
  return pair?.state === 'error' ? 'failed' : 'waiting'
}

/** A person wants it tried again: what stood still is decided anew. */
export async function retryPair(deps: Deps, input: PairInput): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const pairs = await lockPairs(tx, [input.pairId])
    await savePairs(
      tx,
      pairs.map((pair) => ({
        ...pair,
        state: 'ok',
        reason: pair.memory === 'unlinked' ? pair.reason : null,
        standing: [],
        personSeq: null,
        lastError: null,
        wakeAt:
          pair.memory === 'unlinked' || pair.memory === 'closed'
            ? null
            : (pair.wakeAt ?? pair.baseMovedAt ?? '1970-01-01T00:00:00.000000Z'),
      })),
    )
  })
}

/** A person gives it up: the open op is closed, the difference stands until either value changes again. */
export async function discardPair(deps: Deps, input: PairInput): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const [pair] = await lockPairs(tx, [input.pairId])
    if (pair === undefined) return
    const open = await openOpsOf(tx, [pair.id])
    await closeOps(
      tx,
      open.map((op) => op.id),
      { kind: 'discarded', message: 'A person gave this write up', hint: null },
    )
    const members = await membersOf(tx, [pair.id])
    const left = members.find((m) => m.side === 'left')?.row.seen.task
    const right = members.find((m) => m.side === 'right')?.row.seen.task
    const route = await loadRouteById(tx, deps, pair.routeId)
    const standing: Standing[] =
      left === undefined || right === undefined
        ? []
        : sharedFields(route.sides.left.rules, route.sides.right.rules).map((field) => ({
            field,
            left: left[field],
            right: right[field],
          }))
    const undone = left === undefined || right === undefined
    await savePairs(tx, [
      {
        ...pair,
        memory: undone ? 'unlinked' : pair.memory,
        state: 'ok',
        reason: undone ? 'discarded' : null,
        standing,
        lastError: null,
        wakeAt: null,
      },
    ])
  })
}
