import type { Field } from '../../core/task.ts'
import { type ConflictRow, conflictById } from '../../store/conflicts.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { homeConflicts } from '../../store/home-conflicts.ts'
import { openOpsOf } from '../../store/ops.ts'
import { lockPairs, type PairRow } from '../../store/pairs.ts'
import { type HomeResolution, resolveHome } from '../deals/resolve-home.ts'
import { overrideField } from '../override.ts'
import { noSuchPair } from '../pair-picture.ts'
import { discardIn, retryPair } from '../person-decides.ts'
import { type Answer, resolveConflict } from '../resolve.ts'
import type { Managing, Told } from './managing.ts'

type Deciding = Pick<Managing, 'deps' | 'wake'>

/** `changed`: false when it was so before, and nothing was done. */
export type Decided = { readonly changed: boolean; readonly told: Told }

/** Has a pair decided anew, whatever was in its way. Throws UserError (exit code 2) when there is none. */
export async function retryOne({ deps, wake }: Deciding, pairId: string): Promise<Decided> {
  await inTransaction(deps.db, (tx) => livingPair(tx, pairId))
  await retryPair(deps, { pairId })
  return { changed: true, told: await wake([pairId]) }
}

/**
 * Gives up what a pair waits for; the difference stands until either side changes again. Where nothing waits, or it was given up
 * before, nothing is done: asked for again it takes nothing along that somebody typed since. Throws UserError (exit code 2).
 */
export async function discardOne({ deps, wake }: Deciding, pairId: string): Promise<Decided> {
  const changed = await inTransaction(deps.db, async (tx) => {
    const { state } = await livingPair(tx, pairId)
    if (state === 'ok' && (await openOpsOf(tx, [pairId])).length === 0) return false
    await discardIn(tx, deps, { pairId })
    return true
  })
  return { changed, told: changed ? await wake([pairId]) : 0 }
}

/** Exactly these fields of a pair are left as they are on each side. Throws UserError (exit code 2, or 3 while one is written). */
export async function setOverrides(
  { deps, wake }: Deciding,
  pairId: string,
  fields: readonly string[],
): Promise<Decided> {
  const changed = await inTransaction(deps.db, async (tx) => {
    const before: readonly string[] = (await livingPair(tx, pairId)).overrides satisfies readonly Field[]
    let some = false
    for (const field of [...new Set([...fields, ...before])]) {
      const done = await overrideField(tx, deps, { pairId, field, keep: fields.includes(field) })
      some ||= done.changed
    }
    return some
  })
  return { changed, told: changed ? await wake([pairId]) : 0 }
}

/** `pair`: whose conflict it was. Of a question that the same choice has answered before nothing is done. */
export type Resolved = Decided & { readonly pair: string; readonly decision: string }

/**
 * A person answers a conflict of a pair. The same choice given again by a person who does not know that it arrived turns back
 * nothing that was typed since. Throws UserError as `resolveConflict`.
 */
export async function resolveOne(
  { deps, wake }: Deciding,
  conflictId: string,
  answer: Answer,
): Promise<Resolved> {
  const done = await inTransaction(deps.db, async (tx) => {
    const known = await conflictById(tx, conflictId)
    if (known !== undefined && isAnswered(known, answer))
      return { pair: known.pairId, decision: known.decision ?? '', changed: false }
    const { pair, decision } = await resolveConflict(tx, deps, conflictId, answer)
    return { pair, decision, changed: true }
  })
  return { ...done, told: done.changed ? await wake([done.pair]) : 0 }
}

function isAnswered({ decision, decidedBy }: ConflictRow, answer: Answer): boolean {
  return decidedBy === 'person' && 'choice' in answer && answer.choice === decision
}

/** `deals`: those whose sections it is about, each of one route. */
export type ResolvedHome = Decided & {
  readonly deals: readonly { readonly connectionId: string; readonly dealId: string }[]
  readonly pairs: readonly string[]
  readonly left: HomeResolution['left']
}

/** A person says what becomes of a section that is gone. Throws UserError as `resolveHome`. */
export async function resolveHomeOnce(
  { deps, wake, wakeDeals }: Deciding & Pick<Managing, 'wakeDeals'>,
  home: { readonly dealId: string; readonly route: string | null },
  choice: string,
): Promise<ResolvedHome> {
  const { done, before } = await inTransaction(deps.db, async (tx) => {
    const all = await homeConflicts(tx, { decided: true, dealId: home.dealId })
    const asked = all.filter(({ route }) => home.route === null || home.route === route)
    const same = asked.length > 0 && asked.every(({ decision }) => decision === choice)
    return same
      ? { done: [], before: asked }
      : { done: await resolveHome(tx, deps, { ...home, choice }), before: [] }
  })
  const deals = [...before, ...done.map(({ conflict }) => conflict)]
  const pairs = done.flatMap((one) => one.pairs)
  const told = done.length === 0 ? 0 : await wakeDeals(deals)
  return {
    changed: done.length > 0,
    deals,
    pairs,
    left: done.flatMap(({ left }) => left),
    told: told !== 0 || pairs.length === 0 ? told : await wake(pairs),
  }
}

async function livingPair(tx: Tx, pairId: string): Promise<PairRow> {
  const [pair] = await lockPairs(tx, [pairId])
  if (pair === undefined) throw noSuchPair(pairId)
  return pair
}
