import type { Client } from '@temporalio/client'
import type { Deps, Waking } from '../activities/deps.ts'
import type { Managing } from '../activities/manage/managing.ts'
import { wakeDeals } from '../activities/temporal.ts'
import { messageOf } from '../config/errors.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import { allConnections } from '../store/connections.ts'
import { noteSync } from '../store/syncs.ts'
import { nudgeConnections, wakePairs } from '../worker/connection-calls.ts'
import { beginFirstSync } from '../worker/first-syncs.ts'
import * as workflows from '../worker/workflow-calls.ts'
import { type AskedScope, syncName } from './api/sync-names.ts'
import { ProblemError } from './problem.ts'
import type { TemporalLink } from './temporal-link.ts'

/** What the API needs to change what is kept in step with what, and to have it synced now. */
export type Administration = Omit<Managing, 'signal'> & {
  /** Starts a sync, and notes that it was asked for. Throws ProblemError 503 when nobody can be told. */
  startSync(scope: AskedScope, connectionIds: readonly string[]): Promise<workflows.StartedWorkflow>
  /** Null when nobody can say. */
  isRunning(workflowId: string): Promise<boolean | null>
}

type Given = {
  readonly deps: Omit<Deps, 'secretKey' | Waking>
  readonly secretKey: SecretKey
  readonly temporal: Pick<TemporalLink, 'call'>
}

export function administrationOver({ deps, secretKey, temporal }: Given): Administration {
  const { db, log } = deps
  const telling = async (news: (client: Client) => Promise<unknown>): Promise<0 | 4> => {
    try {
      await temporal.call(news)
      return 0
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'a change is kept, and nobody could be told of it')
      return 4
    }
  }
  const each = async <T>(all: readonly T[], tell: (one: T) => Promise<void>) => {
    for (const one of all) await tell(one)
  }
  return {
    deps,
    secretKey: async () => secretKey,
    nudge: (ids) => telling((client) => nudgeConnections(client, db, ids)),
    wake: (ids) => telling((client) => wakePairs(client, db, ids)),
    startConnections: (rows) =>
      telling((client) => each(rows, (row) => workflows.startConnection(client, row, ''))),
    retry: (ids) => telling((client) => each(ids, (id) => workflows.retryConnection(client, id))),
    stopConnections: (ids) => telling((client) => each(ids, (id) => workflows.stopConnection(client, id))),
    clean: (row) =>
      telling(async (client) => {
        await workflows.stopConnection(client, row.id)
        await workflows.startClean(client, row)
      }),
    wakeDeals: (deals) => telling((client) => wakeDeals(client, db, deals)),
    fill: (route) => telling((client) => beginFirstSync(client, db, route)),
    async startSync(scope, ids) {
      const rows = (await allConnections(db)).filter(({ id }) => ids.includes(id))
      const start = async (client: Client) => {
        // One whose maker could not reach Temporal has nobody yet.
        await each(rows, (row) => workflows.startConnection(client, row, ''))
        return workflows.startSync(client, syncName(scope), scope)
      }
      const started = await temporal.call(start).catch((error: unknown) => {
        log.warn({ reason: messageOf(error) }, 'a sync could not be started')
        throw temporalAway()
      })
      await noteSync(db, started)
      return started
    },
    isRunning: (workflowId) =>
      temporal.call((client) => workflows.isRunning(client, workflowId)).catch(() => null),
  }
}

/** The answer of whoever has to tell a workflow something and cannot. */
export function temporalAway(): ProblemError {
  return new ProblemError(
    {
      name: 'temporal-away',
      title: 'Temporal does not answer',
      status: 503,
      detail: 'Nothing was started. Come again once Temporal and a worker run; /health says how they are.',
    },
    { 'Retry-After': '5' },
  )
}
