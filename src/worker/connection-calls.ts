import type { Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import { FEW } from '../activities/dispatch.ts'
import { wakeTasks } from '../activities/temporal.ts'
import { workflowIds } from '../config/temporal-names.ts'
import { allConnections, leavingConnections } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { dispatchersOf } from '../store/pairs.ts'
import { nudge } from '../workflows/messages.ts'
import { startConnection } from './workflow-calls.ts'

/** Has somebody look after these connections: who made one may not have reached Temporal. Not after one that is leaving. */
export async function startConnections(
  client: Client,
  db: Db,
  connectionIds: readonly string[],
): Promise<void> {
  const leaving = (await leavingConnections(db)).map(({ id }) => id)
  for (const row of await allConnections(db))
    if (connectionIds.includes(row.id) && !leaving.includes(row.id)) await startConnection(client, row, '')
}

/** Has these pairs looked at now. Many are taken up in batches, which costs the services fewer requests. */
export async function wakePairs(client: Client, db: Db, pairIds: readonly string[]): Promise<void> {
  if (pairIds.length <= FEW) await wakeTasks(client, db, pairIds)
  else await nudgeConnections(client, db, await dispatchersOf(db, pairIds))
}

/** Has connections look for what is due, now. */
export async function nudgeConnections(
  client: Client,
  db: Db,
  connectionIds: readonly string[],
): Promise<void> {
  await Promise.all(connectionIds.map((id) => nudgeConnection(client, db, id)))
}

async function nudgeConnection(client: Client, db: Db, id: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowIds.connection(id)).signal(nudge)
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error
    // A new one begins with what is due.
    await startConnections(client, db, [id])
  }
}
