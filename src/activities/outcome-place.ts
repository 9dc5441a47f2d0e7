import type { Trail } from '../core/doubt.ts'
import type { RemoteTask } from '../core/observation.ts'
import { samePlace } from '../core/placed.ts'
import type { PairRow } from '../store/pairs.ts'
import type { OutcomeInput } from './outcome-input.ts'
import { placeOf } from './plan/place-of.ts'

/**
 * Where a task lies after an op that was to put it somewhere: where the service shows it. What it shows may be a picture from
 * before, and so may be what comes after: neither is then taken for a move by its user.
 */
export function placeAfter(
  { op, route, pair, now }: OutcomeInput,
  shown: RemoteTask | null,
): { readonly place: PairRow['place']; readonly trail: readonly Trail[] } {
  const { deals } = route
  const home = op.containerId === null ? undefined : deals?.homes.byId.get(op.containerId)
  if (deals === null || home === undefined || shown === null || op.verb === 'delete')
    return { place: pair.place, trail: [] }
  const place = placeOf(shown, deals)
  const arrived = shown.container === home.remoteId
  const left = arrived ? (op.before === null ? null : placeOf(op.before, deals)) : place
  const doubted = left !== null && (!arrived || !samePlace(left, place))
  return {
    place: arrived ? place : pair.place,
    trail: doubted ? [{ side: op.side, field: 'place', value: left, leftAt: now }] : [],
  }
}
