import { UserError } from '../config/errors.ts'
import type { Db } from '../store/database.ts'
import { allRoutes, type RouteRow } from '../store/routes.ts'
import { quoted } from './command-name.ts'

/** The route of that name. Throws UserError (exit code 2) with the names that there are. */
export async function routeNamed(db: Db, name: string): Promise<RouteRow> {
  const routes = await allRoutes(db)
  const found = routes.find((route) => route.name === name)
  if (found !== undefined) return found
  const names = routes.map((route) => route.name).join(', ')
  throw new UserError({
    code: 'NO_SUCH_ROUTE',
    message: `There is no route called ${name}.`,
    hints: [
      names === '' ? `There is none yet: ${quoted('start')} makes the first one.` : `There are: ${names}.`,
    ],
    exitCode: 2,
  })
}
