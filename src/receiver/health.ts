import { type DataDisk, dataDisk } from '../config/data-disk.ts'
import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { DbTime } from '../core/db-time.ts'
import { allConnections, type ConnectionState } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { allRoutes, type RouteState } from '../store/routes.ts'
import { type RouteStatus, routeStatus } from '../store/status.ts'
import type { WorkerSight } from './temporal-link.ts'
import { within } from './timers.ts'

const PART_TIMEOUT_MS = 2_000

export type ConnectionHealth = {
  readonly connection: string
  readonly provider: string
  readonly state: ConnectionState
  readonly lastSyncAt: DbTime | null
  /** Pairs of its routes that are still to be settled. */
  readonly pending: number
}

export type RouteHealth = { readonly route: string; readonly state: RouteState; readonly pending: number }

/**
 * State of each part. `ok` once Postgres, Temporal and a worker answer and the embedded Postgres has room on its disk: it waits
 * neither for the first sync nor for the services. `disk`: null where Postgres is another's. `connections` and `routes` are null when the record could not tell them.
 */
export type Health = {
  readonly status: 'ok' | 'unavailable'
  readonly postgres: { readonly state: 'ok' | 'unreachable' }
  readonly temporal: { readonly state: 'ok' | 'unreachable' }
  readonly worker: WorkerSight & { readonly state: 'ok' | 'missing' | 'unknown' }
  readonly disk: DataDisk | null
  readonly connections: readonly ConnectionHealth[] | null
  readonly routes: readonly RouteHealth[] | null
  /** Deliveries since this process started that were refused for their signature, by service. */
  readonly refusedDeliveries: Readonly<Record<string, number>>
}

export type HealthSources = {
  readonly db: Db
  readonly workers: (timeoutMs: number) => Promise<WorkerSight>
  readonly refused: () => Readonly<Record<string, number>>
  readonly dataDir: string | undefined
  readonly log: Log
}

export async function readHealth({ db, workers, refused, dataDir, log }: HealthSources): Promise<Health> {
  const ask = <T>(part: string, question: Promise<T>): Promise<T | null> =>
    within(PART_TIMEOUT_MS, question).catch((error: unknown) => {
      log.debug({ part, reason: messageOf(error) }, 'a part does not answer')
      return null
    })
  const [alive, sight, details, disk] = await Promise.all([
    ask('postgres', db`select 1`.execute()),
    ask('temporal', workers(PART_TIMEOUT_MS)),
    ask('record', readDetails(db)),
    dataDisk(dataDir),
  ])
  const ok = alive !== null && sight !== null && sight.pollers > 0 && disk?.state !== 'full'
  return {
    status: ok ? 'ok' : 'unavailable',
    postgres: { state: alive === null ? 'unreachable' : 'ok' },
    temporal: { state: sight === null ? 'unreachable' : 'ok' },
    worker: workerHealth(sight),
    disk,
    connections: details?.connections ?? null,
    routes: details?.routes ?? null,
    refusedDeliveries: refused(),
  }
}

function workerHealth(sight: WorkerSight | null): Health['worker'] {
  if (sight === null) return { state: 'unknown', pollers: 0, lastSeenAt: null }
  return { state: sight.pollers > 0 ? 'ok' : 'missing', ...sight }
}

async function readDetails(
  db: Db,
): Promise<{ connections: readonly ConnectionHealth[]; routes: readonly RouteHealth[] }> {
  const [rows, routes, statuses] = await Promise.all([allConnections(db), allRoutes(db), routeStatus(db)])
  const pendingOf = (name: string) => statuses.find((one) => one.route === name)?.pending ?? 0
  return {
    connections: rows.map((row) => ({
      connection: row.name,
      provider: row.provider,
      state: row.state,
      lastSyncAt: row.lastPullAt,
      pending: routes
        .filter((route) => route.leftId === row.id || route.rightId === row.id)
        .reduce((sum, route) => sum + pendingOf(route.name), 0),
    })),
    routes: statuses.map(({ route, state, pending }: RouteStatus) => ({ route, state, pending })),
  }
}
