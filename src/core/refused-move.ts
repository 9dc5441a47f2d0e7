import { type Place, samePlace } from './placed.ts'

/**
 * A move of a task that its service does not take. `seq`: the last change of its deal by then. `givenUp`: a person wants to hear no
 * more of it.
 */
export type RefusedMove = {
  readonly from: Place
  readonly to: Place
  readonly seq: string
  readonly givenUp: boolean
}

/**
 * Whether a move is the one that was refused, so that it would be again: the task lies where it did and is to lie where it was to,
 * and nothing was heard of its deal since.
 */
export function isRefusedStill(
  refused: RefusedMove,
  { from, to, seq }: Pick<RefusedMove, 'from' | 'to' | 'seq'>,
): boolean {
  return samePlace(refused.from, from) && samePlace(refused.to, to) && refused.seq === seq
}
