import { Client, Connection } from '@temporalio/client'
import type { Environment } from '../config/environment.ts'
import { TASK_QUEUE, workflowIds } from '../config/temporal-names.ts'
import { temporalAccess } from '../worker/connect.ts'

const SIGNAL_TIMEOUT_MS = 5_000
const CALL_TIMEOUT_MS = 5_000
/** A long poll of an idle worker lasts a minute, so one that lives was seen within little more. */
const POLLER_SEEN_MS = 75_000
/** The API's number for the workflow half of a task queue. */
const WORKFLOW_QUEUE = 1

/** `lastSeenAt`: ISO time of the last poll of a worker; null when none has been seen lately. */
export type WorkerSight = { readonly pollers: number; readonly lastSeenAt: string | null }

/** What the receiver needs of Temporal. Every call rejects when no server answers in time. */
export type TemporalLink = {
  /** Signals a connection's workflow, which others start; rejects when there is none. */
  signal(connectionId: string): Promise<void>
  /** Calls of somebody who waits for an answer. */
  call<T>(work: (client: Client) => Promise<T>): Promise<T>
  /** Who polls the queue of workflows. */
  workers(timeoutMs: number): Promise<WorkerSight>
  close(): Promise<void>
}

/** A link that is made when it is first needed and made again by itself: Temporal may come up later than we do. */
export function linkTemporal(environment: Environment, taskQueue: string = TASK_QUEUE): TemporalLink {
  const { namespace, options } = temporalAccess(environment)
  const connection = Connection.lazy({
    ...options,
    // gRPC's own pauses between attempts grow to two minutes.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
  })
  const client = new Client({ connection, namespace })
  return {
    signal: (connectionId) =>
      connection.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () =>
        client.workflow.getHandle(workflowIds.connection(connectionId)).signal('nudge'),
      ),
    call: (work) => connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => work(client)),
    async workers(timeoutMs) {
      const { pollers } = await connection.withDeadline(Date.now() + timeoutMs, () =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: WORKFLOW_QUEUE,
        }),
      )
      const seen = (pollers ?? []).map((one) => Number(one.lastAccessTime?.seconds ?? 0) * 1000)
      const alive = seen.filter((at) => at > Date.now() - POLLER_SEEN_MS)
      return {
        pollers: alive.length,
        lastSeenAt: alive.length === 0 ? null : new Date(Math.max(...alive)).toISOString(),
      }
    },
    close: () => connection.close(),
  }
}
