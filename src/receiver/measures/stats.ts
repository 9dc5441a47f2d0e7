import { type DbTime, plusMs } from '../../core/db-time.ts'
import type { Side } from '../../core/policy.ts'
import { clockNow } from '../../store/clock.ts'
import type { Db } from '../../store/database.ts'
import {
  type Latency,
  latenciesSince,
  type OpTally,
  type RefusedOps,
  refusedSince,
  tallyOps,
} from '../../store/op-tally.ts'
import { type RouteStatus, routeStatus } from '../../store/status.ts'
import { directionTo } from './families.ts'
import type { Tally } from './tally.ts'

const DAY_MS = 86_400_000

/** Writes to tasks by what they did, and those that were refused. */
export type Counts = {
  readonly created: number
  readonly updated: number
  readonly completed: number
  readonly deleted: number
  readonly refused: number
}

/** Of one direction: since the beginning, and of the last 24 hours; seconds from first word of a change to the confirmed write. */
export type DirectionStats = {
  readonly total: Counts
  readonly last24h: Counts
  readonly latency: Latency | null
}

type BothWays = { readonly toLeft: DirectionStats; readonly toRight: DirectionStats }
export type RouteStats = Pick<RouteStatus, 'route' | 'state' | 'pairs' | 'pending' | 'waiting' | 'failed'> &
  BothWays

/** What `GET /stats` tells. `at`: when it was worked out; the last 24 hours end there. */
export type Stats = {
  readonly at: DbTime
  readonly total: Pick<RouteStatus, 'pairs' | 'pending' | 'waiting' | 'failed'> & BothWays
  readonly routes: readonly RouteStats[]
  /** Refused writes of the last 24 hours. */
  readonly errors: readonly (Omit<RefusedOps, 'side'> & { readonly direction: 'toLeft' | 'toRight' })[]
}

export async function readStats(db: Db, tally: Tally): Promise<Stats> {
  const at = await clockNow(db)
  const since = plusMs(at, -DAY_MS)
  const [all, day, latencies, refused, routes] = await Promise.all([
    tally.read(),
    tallyOps(db, since, null),
    latenciesSince(db, since),
    refusedSince(db, since),
    routeStatus(db),
  ])
  /** `route` null: all of them. */
  const both = (route: string | null): BothWays => {
    const of = (side: Side): DirectionStats => {
      const found = latencies.find((one) => one.route === route && one.side === side)
      return {
        total: counted(all, route, side),
        last24h: counted(day, route, side),
        latency: found === undefined ? null : rounded(found),
      }
    }
    return { toLeft: of('left'), toRight: of('right') }
  }
  const sum = (what: 'pairs' | 'pending' | 'waiting' | 'failed') =>
    routes.reduce((total, one) => total + one[what], 0)
  return {
    at,
    total: {
      pairs: sum('pairs'),
      pending: sum('pending'),
      waiting: sum('waiting'),
      failed: sum('failed'),
      ...both(null),
    },
    routes: routes.map(({ route, state, pairs, pending, waiting, failed }) => ({
      route,
      state,
      pairs,
      pending,
      waiting,
      failed,
      ...both(route),
    })),
    errors: refused.map(({ side, ...one }) => ({ ...one, direction: directionTo(side) })),
  }
}

function counted(ops: readonly OpTally[], route: string | null, side: Side): Counts {
  const own = ops.filter(
    (one) => one.subject === 'pair' && one.side === side && (route === null || one.route === route),
  )
  const sum = (fits: (one: OpTally) => boolean) =>
    own.filter(fits).reduce((total, { count }) => total + count, 0)
  const done = (verb: OpTally['verb']) => sum((one) => one.status === 'confirmed' && one.verb === verb)
  return {
    created: done('create'),
    updated: done('update'),
    completed: done('complete'),
    deleted: done('delete'),
    refused: sum(({ status }) => status === 'refused'),
  }
}

function rounded({ p50, p95, p99, n }: Latency): Latency {
  const milliseconds = (seconds: number) => Math.round(seconds * 1_000) / 1_000
  return { p50: milliseconds(p50), p95: milliseconds(p95), p99: milliseconds(p99), n }
}
