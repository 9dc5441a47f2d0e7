import { messageOf } from '../../config/errors.ts'
import type { Log } from '../../config/log.ts'
import { providerQueue, TASK_QUEUE } from '../../config/temporal-names.ts'
import type { DbTime } from '../../core/db-time.ts'
import { clockNow } from '../../store/clock.ts'
import { allConnections, type ConnectionRow } from '../../store/connections.ts'
import type { Db } from '../../store/database.ts'
import {
  type CursorAge,
  cursorAges,
  deliveryMeasures,
  type QuotaMeasure,
  quotaMeasures,
  type WaitingDeliveries,
} from '../../store/measures.ts'
import type { OpTally } from '../../store/op-tally.ts'
import { type ConnectionStatus, connectionStatus, type RouteStatus, routeStatus } from '../../store/status.ts'
import type { Backlog, TemporalLink } from '../temporal-link.ts'
import { within } from '../timers.ts'
import type { Tally } from './tally.ts'

const RECORD_TIMEOUT_MS = 8_000
const TEMPORAL_TIMEOUT_MS = 2_000

/** What is measured of the record at one time. `now`: the database’s. */
export type RecordMeasures = {
  readonly now: DbTime
  readonly ops: readonly OpTally[]
  readonly routes: readonly RouteStatus[]
  readonly connections: readonly ConnectionStatus[]
  readonly quotas: readonly QuotaMeasure[]
  readonly cursors: readonly CursorAge[]
  readonly deliveries: readonly WaitingDeliveries[]
}

/** Null where a part does not answer. */
export type Measures = {
  readonly record: RecordMeasures | null
  readonly backlogs: readonly Backlog[] | null
}

export type MeasureSources = {
  readonly db: Db
  readonly tally: Tally
  readonly temporal: Pick<TemporalLink, 'backlogs'>
  readonly log: Log
}

/** Looks at the record and at Temporal; what does not answer in time is left out. */
export async function takeMeasures({ db, tally, temporal, log }: MeasureSources): Promise<Measures> {
  const ask = <T>(part: string, timeoutMs: number, question: Promise<T>): Promise<T | null> =>
    within(timeoutMs, question).catch((error: unknown) => {
      log.debug({ part, reason: messageOf(error) }, 'a part could not be measured')
      return null
    })
  const found = await ask('record', RECORD_TIMEOUT_MS, readRecord(db, tally))
  const queues = queuesOf(found?.rows ?? [])
  const backlogs = await ask('temporal', TEMPORAL_TIMEOUT_MS, temporal.backlogs(queues, TEMPORAL_TIMEOUT_MS))
  return { record: found?.measures ?? null, backlogs }
}

async function readRecord(db: Db, tally: Tally) {
  const [now, ops, routes, connections, quotas, cursors, deliveries, rows] = await Promise.all([
    clockNow(db),
    tally.read(),
    routeStatus(db),
    connectionStatus(db),
    quotaMeasures(db),
    cursorAges(db),
    deliveryMeasures(db),
    allConnections(db),
  ])
  return { measures: { now, ops, routes, connections, quotas, cursors, deliveries }, rows }
}

/** The queues on which somebody may wait: that of workflows, and those of the services that are connected. */
function queuesOf(rows: readonly ConnectionRow[]): readonly string[] {
  return [TASK_QUEUE, ...new Set(rows.map(({ provider }) => providerQueue(provider)))]
}
