import { otherSide, type RoutePolicy, SIDES, type Side } from '../../core/policy.ts'
import type { Provider } from '../../providers/contract.ts'

type Providers = Readonly<Record<Side, Pick<Provider, 'notes' | 'comments'>>>

/** The side whose people can have notes, where the other is another service; null where none can. */
export function noteSide(providers: Providers): Side | null {
  return SIDES.find((side) => providers[side].notes !== undefined) ?? null
}

/** The side from which comments are copied into notes on the other; null where none are, or can be. */
export function commentSide(providers: Providers, { comments }: Pick<RoutePolicy, 'comments'>): Side | null {
  const side = comments === true ? noteSide(providers) : null
  if (side === null) return null
  return providers[otherSide(side)].comments === undefined ? null : otherSide(side)
}
