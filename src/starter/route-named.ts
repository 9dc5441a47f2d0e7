import { noSuchRoute } from '../activities/route-refusals.ts'
import type { Db } from '../store/database.ts'
import { allRoutes, type RouteRow } from '../store/routes.ts'

/** The route of that name. Throws UserError (exit code 2) with the names that there are. */
export async function routeNamed(db: Db, name: string): Promise<RouteRow> {
  const routes = await allRoutes(db)
  const found = routes.find((route) => route.name === name)
  if (found === undefined) throw noSuchRoute(name, routes)
  return found
}
