import { FIRST_ROUTE } from '../../config/temporal-names.ts'
import { connectionById } from '../../store/connections.ts'
import type { Db } from '../../store/database.ts'
import { allRoutes, type RouteRow } from '../../store/routes.ts'
import { setupOf } from '../../store/setup.ts'
import type { Deps } from '../deps.ts'
import type { SettingUp } from './setting-up.ts'

/** `route`: its name. */
export type OpenSetupInput = { readonly route: string }

/** Something that is missing. `connectionId` null: no connection's. `kind`: a service's error, or `configuration`. */
export type SetupNeed = {
  readonly connectionId: string | null
  readonly kind: string
  readonly words: string
}

/**
 * Where the setting up of a route is. `routeId` null: there is no such route, and `needs` says what is missing for one. `begun`: its
 * first sync was begun, by whomever. `confirmed`: it is to be. `unknown`: no route of this name will come by itself.
 */
export type SetupPlan = {
  readonly routeId: string | null
  readonly needs: readonly SetupNeed[]
  readonly accounts: readonly { readonly connectionId: string; readonly provider: string }[]
  readonly confirmed: boolean
  readonly begun: boolean
  readonly unknown?: boolean
}

/**
 * Finds the route; where the first one is not there yet, connects what is configured. Somebody looks after its accounts from then
 * on. A name that no route has makes none: it may be mistyped.
 */
export async function openSetup(
  deps: Deps,
  settingUp: SettingUp,
  { route: name }: OpenSetupInput,
): Promise<SetupPlan> {
  const known = await routeCalled(deps.db, name)
  if (known === undefined && name !== FIRST_ROUTE)
    return { ...NOT_THERE, needs: [need('there is no route of this name')], unknown: true }
  const needs = known === undefined ? await settingUp.connectConfigured() : []
  const route = known ?? (await routeCalled(deps.db, name))
  if (route === undefined)
    return {
      ...NOT_THERE,
      needs: (needs.length > 0 ? needs : ['the route of the configured accounts has another name']).map(need),
    }
  const sides = [route.leftId, route.rightId]
  await settingUp.startConnections(sides)
  const accounts: SetupPlan['accounts'][number][] = []
  for (const connectionId of sides) {
    const { provider } = await connectionById(deps.db, connectionId)
    accounts.push({ connectionId, provider })
  }
  const { confirmed } = await setupOf(deps.db, route.id)
  return { routeId: route.id, needs: [], accounts, confirmed, begun: route.state !== 'draft' }
}

const NOT_THERE = { routeId: null, accounts: [], confirmed: false, begun: false } as const

/** Of no connection's. */
function need(words: string): SetupNeed {
  return { connectionId: null, kind: 'configuration', words }
}

async function routeCalled(db: Db, name: string): Promise<RouteRow | undefined> {
  return (await allRoutes(db)).find((route) => route.name === name)
}
