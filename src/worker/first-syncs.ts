import type { Client } from '@temporalio/client'
import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { Db } from '../store/database.ts'
import { allRoutes, type RouteRow } from '../store/routes.ts'
import { startConnections } from './connection-calls.ts'
import { lookAgainAndAgain } from './look-again.ts'
import { nudgeSetup, startBackfill, wakeBackfill } from './workflow-calls.ts'

/** Between two looks at which first syncs nobody is at. */
const EVERY_MS = 30_000
/** Temporal may be away: a worker that is to stop does not wait for it. */
const PATIENCE_MS = 5_000

/**
 * Begins a route's first sync, or has the one that waits look now. Both sides get who pulls for it, where nobody did, and a
 * set-up of the route that waits to be confirmed hears of it.
 */
export async function beginFirstSync(client: Client, db: Db, route: RouteRow): Promise<void> {
  await startConnections(client, db, [route.leftId, route.rightId])
  await wakeBackfill(client, route)
  await nudgeSetup(client, route)
}

/** Begins what is due of first syncs: whoever asked for one may not have reached Temporal, or died before. */
export async function beginDueFirstSyncs(client: Client, db: Db): Promise<void> {
  const due = (await allRoutes(db)).filter(({ filledAt, state }) => filledAt === null && state !== 'draft')
  for (const route of due) {
    await startConnections(client, db, [route.leftId, route.rightId])
    await startBackfill(client, route)
  }
}

/** Does so at once, and again and again; with several workers each one looks. */
export function keepFirstSyncs(client: Client, db: Db, log: Log): { stop(): Promise<void> } {
  const look = async () => {
    try {
      await client.withDeadline(Date.now() + PATIENCE_MS, () => beginDueFirstSyncs(client, db))
    } catch (error) {
      log.warn(
        { reason: messageOf(error) },
        'first syncs that are due could not be begun; they are tried again',
      )
    }
  }
  return lookAgainAndAgain(look, EVERY_MS)
}
