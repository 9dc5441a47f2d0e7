import { containersOfRoute } from '../../store/containers.ts'
import { type Db, inTransaction, type Tx } from '../../store/database.ts'
import { failedHomes, wakeHomes } from '../../store/deal-homes.ts'
import { refusedProjects } from '../../store/home-refusals.ts'
import { plannedInContainers } from '../../store/ops.ts'
import type { Deps } from '../deps.ts'
import { loadRoutesOf, type RouteContext } from '../route-context.ts'

/**
 * Deals that are to have a section though no task of theirs needs one yet (policy `eager`): those of stages that are not closed, and
 * have a home. One whose section its user has taken away, or was refused, waits for a person.
 */
export async function eagerDeals(sql: Db | Tx, { route, policy, deals }: RouteContext): Promise<string[]> {
  if (policy.deals?.eager !== true || deals?.filing !== 'sections' || !deals.listed) return []
  const rows = (await containersOfRoute(sql, route.id)).filter(({ role }) => role === 'deal')
  const unmade = rows.filter(({ remoteId }) => remoteId === null)
  // Such a task makes the section with itself.
  const awaited = await plannedInContainers(
    sql,
    unmade.map(({ id }) => id),
  )
  const housed = new Set(
    rows.filter(({ id, remoteId }) => remoteId !== null || awaited.has(id)).map(({ subject }) => subject),
  )
  const failed = await failedHomes(sql, route.id)
  const refused = await refusedProjects(sql, route.id)
  return [...deals.book.deals.keys()]
    .filter((id) => {
      const home = deals.homeOf(id)
      const wanted = home !== null && !refused.has(home.key) && deals.facts(id)?.closed === false
      return wanted && !housed.has(id) && !failed.has(id)
    })
    .sort((a, b) => Number(a) - Number(b) || a.localeCompare(b))
}

/** The first of them takes up the others with it. */
export async function wakeEagerDeals(deps: Deps, connectionId: string): Promise<void> {
  for (const route of await loadRoutesOf(deps.db, deps, connectionId)) {
    if (route.deals === null || route.sides[route.deals.side].connection.id !== connectionId) continue
    const [first] = await eagerDeals(deps.db, route)
    if (first === undefined) continue
    await inTransaction(deps.db, (tx) => wakeHomes(tx, [{ routeId: route.route.id, deal: first }]))
  }
}
