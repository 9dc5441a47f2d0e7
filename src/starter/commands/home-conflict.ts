import { resolveHome } from '../../activities/deals/resolve-home.ts'
import type { Answer as Chosen } from '../../activities/resolve.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { type Answer, DRY } from '../answer.ts'
import type { Deciding } from '../deciding.ts'
import { homeResolvedLines } from '../home-conflict-lines.ts'
import { whenWritten } from '../when-written.ts'

/** What becomes of a section that is gone, and of the tasks that went with it. */
export async function resolveGone(
  { deps, wake, wakeDeals }: Deciding,
  home: { readonly dealId: string; readonly route: string | null },
  answer: Chosen,
  dryRun: boolean,
): Promise<Answer> {
  const choice = 'choice' in answer ? answer.choice : answer.value
  const run = dryRun ? onTrial : inTransaction
  const done = await run(deps.db, (tx) => resolveHome(tx, deps, { ...home, choice }))
  const pairs = done.flatMap((one) => one.pairs)
  const told = dryRun ? 0 : await wakeDeals(done.map(({ conflict }) => conflict))
  const woken = dryRun || told !== 0 || pairs.length === 0 ? told : await wake(pairs)
  const outcome = woken === 0 && done.some(({ left }) => left.length > 0) ? 3 : woken
  const next = dryRun ? [] : await whenWritten(deps.db, pairs)
  const lines = [...homeResolvedLines(done), ...next]
  return { json: { resolved: done }, lines: dryRun ? [DRY, ...lines] : lines, outcome }
}
