import type { Client } from '@temporalio/client'
import type { Managing } from '../activities/manage/managing.ts'
import { wakeDeals } from '../activities/temporal.ts'
import { configuredAddresses } from '../config/addresses.ts'
import { messageOf } from '../config/errors.ts'
import { timingOf } from '../config/timing.ts'
import { createProviders } from '../providers/registry.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { nudgeConnections, wakePairs } from '../worker/connection-calls.ts'
import { beginFirstSync } from '../worker/first-syncs.ts'
import { retryConnection, startClean, startConnection, stopConnection } from '../worker/workflow-calls.ts'
import { configured, type Outcome } from './commands/shared.ts'
import { followClean } from './follow-clean.ts'
import { tell } from './output.ts'
import { openRecordSession, type RecordSession } from './session.ts'

/** What a command works with by which a person decides: the record, and a way to say that there is news in it. */
export type Deciding = Managing

/** Runs a command over the record of what runs already; Temporal is needed by `wake` and `nudge` alone. */
export async function decide(work: (deciding: Deciding) => Promise<Outcome>): Promise<Outcome> {
  const session = await openRecordSession(configured())
  try {
    return await work(decidingIn(session))
  } finally {
    await session.close()
  }
}

/** The same within a session that a command has already. */
export function decidingIn(session: RecordSession): Deciding {
  const { db, config, log, secretKey, signal } = session
  return {
    deps: {
      db,
      providers: createProviders(createLocalTaskStore(db), configuredAddresses(config)),
      timing: timingOf(config),
      log,
      publicUrl: config.PUBLIC_URL,
    },
    secretKey,
    signal,
    wake: (pairIds) => telling(session, (client) => wakePairs(client, db, pairIds)),
    nudge: (connectionIds) => telling(session, (client) => nudgeConnections(client, db, connectionIds)),
    startConnections: (connections) =>
      telling(session, async (client) => {
        for (const connection of connections) await startConnection(client, connection, '')
      }),
    retry: (ids) =>
      telling(session, async (client) => {
        for (const id of ids) await retryConnection(client, id)
      }),
    stopConnections: (ids) =>
      telling(session, async (client) => {
        for (const id of ids) await stopConnection(client, id)
      }),
    // Whoever types the command sees how far it is.
    clean: (connection) =>
      telling(session, async (client) => {
        await stopConnection(client, connection.id)
        await startClean(client, connection)
        await followClean(db, connection, signal)
      }),
    wakeDeals: (deals) => telling(session, (client) => wakeDeals(client, db, deals)),
    fill: (route) => telling(session, (client) => beginFirstSync(client, db, route)),
  }
}

async function telling(session: RecordSession, news: (client: Client) => Promise<void>): Promise<0 | 4> {
  try {
    await news(await session.temporal())
    return 0
  } catch (error) {
    tell(`${messageOf(error)}`, 'What you decided is kept, and is done once Temporal and a worker run.')
    return 4
  }
}
