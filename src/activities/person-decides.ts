import type { Standing } from '../core/merge-types.ts'
import { type Side, sharedFields } from '../core/policy.ts'
import type { Told } from '../core/told.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { membersOf } from '../store/members.ts'
import { closeOp, openOpsOf } from '../store/ops.ts'
import { lockPairs, savePairs } from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { DECIDED_ANEW } from './pair-picture.ts'
import { counterpartOf } from './plan/counterpart.ts'
import { tendHomeOf } from './plan/home-wakes.ts'
import { ownWords } from './plan/words.ts'
import { loadRouteById } from './route-context.ts'

export type PairInput = { readonly pairId: string }

/** What an operator's list of workflows shows for a pair that is not settled: it waits for somebody, or it failed. */
export async function pairTrouble(deps: Deps, input: PairInput): Promise<'waiting' | 'failed'> {
  const [pair] = await inTransaction(deps.db, (tx) => lockPairs(tx, [input.pairId]))
  return pair?.state === 'error' ? 'failed' : 'waiting'
}

/** A person wants it tried again: what stood still is decided anew. */
export async function retryPair(deps: Pick<Deps, 'db'>, input: PairInput): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const locked = await lockPairs(tx, [input.pairId])
    const open = await openOpsOf(tx, [input.pairId])
    // Which task of a first sync is which only an answer tells; a create that was lost is looked for once more.
    const pairs = locked.filter((pair) => pair.reason !== 'ambiguous' || open.length > 0)
    await savePairs(
      tx,
      pairs.map((pair) => ({
        ...pair,
        ...DECIDED_ANEW,
        told: withoutRefusal(pair.told),
        reason: pair.memory === 'unlinked' ? pair.reason : null,
        personSeq: null,
        wakeAt: pair.memory === 'unlinked' || pair.memory === 'closed' ? null : DECIDED_ANEW.wakeAt,
      })),
    )
  })
}

/** To whom its label names it may go by now. */
function withoutRefusal({ notTaken: _, ...told }: Told): Told {
  return told
}

/** A person gives it up: the open op is closed, the difference stands until either value changes again. */
export async function discardPair(deps: Deps, input: PairInput): Promise<void> {
  await inTransaction(deps.db, (tx) => discardIn(tx, deps, input))
}

/** The same, in the caller's transaction. */
export async function discardIn(tx: Tx, deps: Pick<Deps, 'providers'>, input: PairInput): Promise<void> {
  const [pair] = await lockPairs(tx, [input.pairId])
  if (pair === undefined) return
  const open = await openOpsOf(tx, [pair.id])
  // A create that may have arrived is looked for to its end (lost-creates.ts): closed now, it would come back as new.
  const inDoubt = open.filter((op) => op.verb === 'create' && op.status !== 'planned')
  const error = { kind: 'discarded', message: 'A person gave this write up', hint: null }
  for (const op of open.filter((one) => !inDoubt.includes(one)))
    if (!(await closeOp(tx, op, error))) inDoubt.push(op)
  const members = await membersOf(tx, [pair.id])
  const route = await loadRouteById(tx, deps, pair.routeId)
  const wordsOf = (side: Side) => {
    const seen = members.find((m) => m.side === side)?.row.seen
    return seen === undefined ? undefined : ownWords(seen, side, pair, route, counterpartOf(side, members))
  }
  const [left, right] = [wordsOf('left'), wordsOf('right')]
  // A side that was never made stands as nothing: it is not made until the other one's words change.
  const standing: Standing[] = sharedFields(route.sides.left.rules, route.sides.right.rules).map((field) => ({
    field,
    left: left?.[field] ?? null,
    right: right?.[field] ?? null,
  }))
  await savePairs(tx, [
    {
      ...pair,
      // Of a task that is on neither side, and is not to be made, nothing is left.
      ...(members.length + inDoubt.length === 0 ? { memory: 'closed', decrees: [] } : {}),
      state: inDoubt.length > 0 && pair.reason === 'ambiguous' ? 'waiting' : 'ok',
      reason: inDoubt.length > 0 && pair.reason === 'ambiguous' ? 'ambiguous' : 'discarded',
      standing,
      refusedMove: pair.refusedMove === null ? null : { ...pair.refusedMove, givenUp: true },
      lastError: null,
      wakeAt: inDoubt.length > 0 ? pair.wakeAt : null,
    },
  ])
  await tendHomeOf(tx, deps, pair)
}
