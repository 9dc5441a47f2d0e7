import type { PairView } from './decision.ts'
import { sameValue } from './equal.ts'
import type { Standing } from './merge-types.ts'
import { isPlace } from './place.ts'
import { otherSide, type Side } from './policy.ts'

/**
 * What of the differences that stand still does. Where a place was refused that is another one by now, although nobody has
 * moved the task (its parent is gone, its list is mapped to another one), all that was refused is tried again: the values of
 * both sides do not tell which of them was to blame.
 */
export function stillStanding(
  standing: readonly Standing[],
  sides: Pick<PairView, Side>,
): readonly Standing[] {
  return standing.every((one) => isSamePlace(one, sides)) ? standing : []
}

function isSamePlace({ field, refused }: Standing, sides: Pick<PairView, Side>): boolean {
  if (refused === undefined || !isPlace(field)) return true
  const source = sides[otherSide(refused.by)]
  return source.presence !== 'present' || sameValue(source.elsewhere[field] ?? null, refused.value)
}
