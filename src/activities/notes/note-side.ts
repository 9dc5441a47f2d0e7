import { otherSide, type RoutePolicy, SIDES, type Side } from '../../core/policy.ts'
import type { Provider } from '../../providers/contract.ts'
import { connectionById } from '../../store/connections.ts'
import type { Db, Tx } from '../../store/database.ts'
import { connectionOf, type RouteRow } from '../../store/routes.ts'
import { type Deps, providerOf } from '../deps.ts'

type Providers = Readonly<Record<Side, Pick<Provider, 'notes' | 'comments'>>>

/** The services of a route's two sides. */
export async function providersOf(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: Pick<RouteRow, 'leftId' | 'rightId'>,
): Promise<Readonly<Record<Side, Provider>>> {
  const at = async (side: Side) =>
    providerOf(deps, (await connectionById(sql, connectionOf(route, side))).provider)
  return { left: await at('left'), right: await at('right') }
}

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
