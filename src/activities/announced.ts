import { type DbTime, plusMs } from '../core/db-time.ts'
import { clockNow } from '../store/clock.ts'
import type { Db } from '../store/database.ts'
import type { WaitingDelivery } from '../store/deliveries.ts'
import { presentOf } from '../store/mirror.ts'
import { createsInFlight } from '../store/ops.ts'
import type { OpenConnection } from './open-connection.ts'

/**
 * What waiting deliveries ask of a pull. `naming` name tasks: `named`, of which `deleted` are said to be deleted.
 * `general` name none: something else changed, and ids that they have are not of tasks. `unseen`: of `named`, those that
 * a look must be had at. `toldAt`: when each was last named. `postponed`: some deliveries are left for the next pull.
 */
export type Announced = {
  readonly naming: readonly WaitingDelivery[]
  readonly general: readonly WaitingDelivery[]
  readonly named: readonly string[]
  readonly unseen: readonly string[]
  readonly deleted: ReadonlySet<string>
  readonly toldAt: ReadonlyMap<string, DbTime>
  readonly postponed: boolean
}

/**
 * How long the announcement of a creation may wait for a create of ours to be confirmed: it often comes first.
 * Milliseconds.
 */
const OWN_CREATE_MS = 1_000

/**
 * Reads the deliveries for one connection. Where each named task costs a request of its own (no feed of changes), the
 * echoes of our own creates are not asked for: that a task was made is no news of one that the mirror holds, nor, for
 * a moment, of one that may be a create of ours under way. An edit is announced by itself.
 */
export async function announced(
  db: Db,
  { row, provider }: OpenConnection,
  deliveries: readonly WaitingDelivery[],
): Promise<Announced> {
  const made = deliveries.filter(tellsOfNewTasks)
  if (provider.capabilities.changes === 'delta' || made.length === 0)
    return sorted(deliveries, new Set(), false)
  const ids = made.flatMap((one) => one.remoteIds)
  const known = await presentOf(db, row.id, ids)
  const creating = await isCreating(db, row.id)
  const since = plusMs(await clockNow(db), -OWN_CREATE_MS)
  const waits = (one: WaitingDelivery) =>
    creating && tellsOfNewTasks(one) && one.receivedAt > since && !one.remoteIds.every((id) => known.has(id))
  const taken = deliveries.filter((one) => !waits(one))
  return sorted(taken, known, taken.length < deliveries.length)
}

/** Whether a create of ours has left, and its reply is not in the record yet. */
async function isCreating(db: Db, connectionId: string): Promise<boolean> {
  return (await createsInFlight(db, connectionId)).some((create) => create.status !== 'planned')
}

const namesTasks = (one: WaitingDelivery): boolean => one.about === 'tasks' && one.remoteIds.length > 0
const tellsOfNewTasks = (one: WaitingDelivery): boolean => one.made && namesTasks(one)

/** `known`: tasks that the mirror holds; that they were made says nothing new. */
function sorted(
  deliveries: readonly WaitingDelivery[],
  known: ReadonlySet<string>,
  postponed: boolean,
): Announced {
  const naming = deliveries.filter(namesTasks)
  const news = naming.flatMap((one) => one.remoteIds.filter((id) => !(one.made && known.has(id))))
  return {
    naming,
    general: deliveries.filter((one) => !namesTasks(one)),
    named: [...new Set(naming.flatMap((one) => one.remoteIds))],
    unseen: [...new Set(news)],
    deleted: new Set(naming.filter((one) => one.deleted).flatMap((one) => one.remoteIds)),
    // The last one to name a task: what a look shows of it was typed by then.
    toldAt: new Map(naming.flatMap((one) => one.remoteIds.map((id) => [id, one.receivedAt] as const))),
    postponed,
  }
}
