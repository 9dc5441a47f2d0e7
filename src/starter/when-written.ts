import type { Db } from '../store/database.ts'
import { allRoutes, routesOfPairs } from '../store/routes.ts'
import { quoted } from './command-name.ts'

/** How a person sees that what was decided about these pairs is written, or why it is not for now; nothing for none. */
export async function whenWritten(db: Db, pairIds: readonly string[]): Promise<string[]> {
  if (pairIds.length === 0) return []
  const ids = await routesOfPairs(db, pairIds)
  const resting = (await allRoutes(db)).filter(
    ({ id, state }) => ids.has(id) && (state === 'paused' || state === 'stopped'),
  )
  if (resting.length === 0) return [`${quoted('status --wait')} returns when it is written.`]
  return resting.map(
    ({ name, state }) =>
      `Route ${name} is ${state}: it is written once the route goes on (${quoted(`route resume ${name}`)}).`,
  )
}
