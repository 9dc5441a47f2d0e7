import type { PairRow } from '../store/pairs.ts'
import type { OutcomeInput } from './outcome-input.ts'
import { placeOf } from './plan/place-of.ts'
import { MOVE } from './plan/steps.ts'
import { placeOfHome } from './route-deals.ts'

/** Whether what was refused of an op is where it was to put its task; one that was to do more may have failed before it came to that. */
export function isMoveRefused({ op, result }: OutcomeInput): boolean {
  if (op.verb !== 'update' || op.containerId === null) return false
  const step = result.steps.find(({ name }) => name === MOVE)
  return step?.outcome === 'refused' || Object.keys(op.after).length === 0
}

/** What a pair remembers of a move that was refused for good; what it remembers already where none was, or where nobody can say which. */
export function refusedMove({ op, pair, route, result, row }: OutcomeInput): PairRow['refusedMove'] {
  const { deals } = route
  const seen = result.now ?? row?.seen
  if (deals === null || op.containerId === null || seen === undefined) return pair.refusedMove
  const to = placeOfHome(deals.homes.byId.get(op.containerId), deals.filing)
  if (to === undefined) return pair.refusedMove
  return { from: placeOf(seen, deals), to, seq: deals.book.seqOf(pair.deal ?? ''), givenUp: false }
}
