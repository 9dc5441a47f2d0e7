import { markedStamp, taskOfMarker } from '../../core/marker.ts'
import type { Page } from '../../providers/contract.ts'
import { keepCursor } from '../../store/cursors.ts'
import { inTransaction } from '../../store/database.ts'
import { cleanStream, saveSeenLeftovers } from '../../store/leftovers.ts'
import type { Deps } from '../deps.ts'
import { openConnection } from '../open-connection.ts'

/** One account of a cleaning: `connectionId` is where to look and write, `leavingId` the connection that is to be removed. */
export type CleanInput = { readonly connectionId: string; readonly leavingId: string }

/**
 * Looks at everything in an account once: the tasks that are to be cleaned are then written over what it shows, and what
 * carries a marker of these routes without being known (a lost write has made it, or a user's copy) is found.
 */
export async function lookForLeftovers(deps: Deps, input: CleanInput, signal: AbortSignal): Promise<void> {
  const open = await openConnection(deps, input.connectionId, 'poll', signal)
  const connection = { ...open.direct, lists: null }
  let position: string | null = null
  do {
    const page: Page = await open.provider.pull(connection, { mode: 'complete', cursor: null, position })
    const tasks = page.observations.flatMap((one) =>
      one.kind === 'present'
        ? [
            {
              remoteId: one.remoteId,
              seen: one.seen,
              marked: taskOfMarker(one.seen.marker),
              stamped: markedStamp(one.seen.marker),
            },
          ]
        : [],
    )
    await inTransaction(deps.db, async (tx) => {
      await saveSeenLeftovers(tx, input, tasks)
      if (page.cursor !== null)
        await keepCursor(
          tx,
          { connectionId: input.connectionId, stream: cleanStream(input.leavingId) },
          { to: page.cursor, askedAt: page.askedAt },
        )
    })
    position = page.position
  } while (position !== null)
}
