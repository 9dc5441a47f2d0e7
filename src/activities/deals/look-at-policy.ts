import { createHash } from 'node:crypto'
import { inTransaction } from '../../store/database.ts'
import { saveToldSettings, tellTasksOfDeals, toldSettings } from '../../store/telling.ts'
import type { Deps } from '../deps.ts'
import { loadRoutesOf, type RouteContext } from '../route-context.ts'
import { lookAtAdoptions } from './adopting.ts'
import { lookAtChecklists } from './begin-checklists.ts'
import { lookAtPropertyFile } from './property-file.ts'

/** Whether the routes of a connection that tells of deals are to have told something else of these: by their policy, or its table. */
export async function lookAtPolicies(deps: Deps, connectionId: string): Promise<void> {
  for (const route of await loadRoutesOf(deps.db, deps, connectionId)) {
    await lookAtChecklists(deps, route)
    if (route.deals === null || route.sides[route.deals.side].connection.id !== connectionId) continue
    await lookAtAdoptions(deps, route.route)
    await lookAtPropertyFile(deps, route)
    await lookAtSettings(deps, route)
  }
}

/** Tasks are told when the route says otherwise what is told of their deals. */
async function lookAtSettings(
  deps: Deps,
  { route: { id }, policy: { block, deals: policy }, deals }: RouteContext,
): Promise<void> {
  if (policy === undefined || deals === null) return
  const { currency, counties, dealTypes, fields } = policy
  const settings = createHash('sha256')
    .update(JSON.stringify([block, currency, counties, dealTypes, fields]))
    .digest('base64url')
  const before = await toldSettings(deps.db, id)
  if (before === settings) return
  await inTransaction(deps.db, async (tx) => {
    // Nothing was told before the first time.
    if (before !== null) await tellTasksOfDeals(tx, id, [...deals.book.deals.keys()])
    await saveToldSettings(tx, id, settings)
  })
}
