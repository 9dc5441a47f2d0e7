import { type DbTime, later } from '../core/db-time.ts'
import { narrower } from '../core/list-map.ts'
import { allConnections } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { mappingStandings } from '../store/mapping-standing.ts'
import { type Mapping, mappingsOf } from '../store/mappings.ts'
import { allRoutes } from '../store/routes.ts'
import { hindrances, lostList } from './mapping-hindrance.ts'
import { noSuchMapping } from './route-refusals.ts'

/**
 * How a mapping stands. `inStep`: nothing of it is left to do, and `lastSyncAt` is the last look at both accounts. Else it is
 * when something of it was last written or found equal; null: never. `held`: what stands in its way, beside a lost list, one
 * sentence each; `lastError`: all of that, null for nothing. No words of tasks are in it.
 */
export type MappingState = {
  readonly inStep: boolean
  readonly lastSyncAt: DbTime | null
  readonly lastError: string | null
  readonly held: readonly string[]
  readonly pending: number
  readonly waiting: number
  readonly failed: number
}

export type StandingMapping = Mapping & MappingState

/** The mappings of a route, or of all, with how they stand. */
export async function standingMappings(db: Db, routeId: string | null): Promise<StandingMapping[]> {
  const [mappings, standings, routes, connections] = await Promise.all([
    mappingsOf(db, routeId),
    mappingStandings(db, routeId),
    allRoutes(db),
    allConnections(db),
  ])
  return mappings.map((mapping) => {
    const standing = standings.find(({ mappingId }) => mappingId === mapping.id)
    const { pending = 0, waiting = 0, failed = 0, writtenAt = null } = standing ?? {}
    const route = routes.find(({ id }) => id === mapping.routeId)
    const used = connections.filter(({ id }) => id === route?.leftId || id === route?.rightId)
    const off = narrower(route?.policy.direction ?? 'both', mapping.direction) === 'off'
    const inStepAt = off ? null : (standing?.inStepAt ?? null)
    const held = off
      ? []
      : [
          ...hindrances({ route: route?.state ?? 'active', connections: used, waiting, failed }),
          ...named(mapping),
        ]
    const all = off ? [] : [...lostList(mapping), ...held]
    return {
      ...mapping,
      inStep: inStepAt !== null,
      lastSyncAt:
        inStepAt === null || writtenAt === null ? (inStepAt ?? writtenAt) : later(inStepAt, writtenAt),
      lastError: all.length === 0 ? null : all.join(' '),
      held,
      pending,
      waiting,
      failed,
    }
  })
}

function named({ nameError }: Mapping): string[] {
  return nameError === null ? [] : [nameError.replace(/\.?$/u, '.')]
}

/** One of them, as it stands now. Throws UserError (exit code 2) where it was removed meanwhile. */
export async function standingMapping(db: Db, { id, routeId }: Mapping): Promise<StandingMapping> {
  const found = (await standingMappings(db, routeId)).find((one) => one.id === id)
  if (found === undefined) throw noSuchMapping(id)
  return found
}
