import { sameContent } from '../../core/observe.ts'
import type { Connection, WriteOp, WriteResult } from '../contract.ts'
import { askerOf, type Client } from './client.ts'
import { latest, syncFrom } from './pull.ts'

/**
 * Results of the ops whose task is not any more as the plan has seen it: they are not sent, and planned anew. For a call
 * that could not leave at once, because something had to be asked first; one request for all of its ops.
 */
export async function editedMeanwhile(
  client: Client,
  connection: Connection,
  ops: readonly WriteOp[],
): Promise<readonly WriteResult[]> {
  const known = ops.filter((op) => op.remoteId !== null && op.before !== null)
  if (connection.cursor === null || known.length === 0) return []
  const asker = askerOf(connection)
  const synced = await syncFrom(client, asker, connection.cursor)
  const seen = await latest(client, asker, synced)
  return known.flatMap(({ opId, remoteId, before, steps }) => {
    const now = remoteId === null ? undefined : seen.get(remoteId)
    if (now?.kind !== 'present' || before === null || sameContent(now.seen, before)) return []
    const skipped = steps.map(({ name }) => ({ name, outcome: 'skipped' as const }))
    return [{ opId, askedAt: synced.askedAt, remoteId, now: null, steps: skipped }]
  })
}
