import { allConnections } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { allRoutes, type RouteRow } from '../store/routes.ts'
import { OWN_NAMES } from './accounts.ts'

/**
 * First syncs that are not done yet, as a start has them: `begun`, the draft between the accounts of the configuration
 * (`own`), and those that a user has added and not started.
 */
export async function unfilledRoutes(db: Db): Promise<{
  readonly begun: readonly RouteRow[]
  readonly own: RouteRow | undefined
  readonly drafts: readonly RouteRow[]
}> {
  const connections = await allConnections(db)
  const nameOf = (id: string) => connections.find((one) => one.id === id)?.name
  const isOwn = ({ leftId, rightId }: RouteRow) =>
    nameOf(leftId) === OWN_NAMES.left && nameOf(rightId) === OWN_NAMES.right
  const unfilled = (await allRoutes(db)).filter((route) => route.filledAt === null)
  const drafts = unfilled.filter(({ state }) => state === 'draft')
  return {
    begun: unfilled.filter(({ state }) => state !== 'draft'),
    own: drafts.find(isOwn),
    drafts: drafts.filter((route) => !isOwn(route)),
  }
}
