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
const KINDS = { workflow: WORKFLOW_QUEUE, activity: 2 } as const

/** `lastSeenAt`: ISO time of the last poll of a worker; null when none has been seen lately. */
export type WorkerSight = { readonly pollers: number; readonly lastSeenAt: string | null }

/** Tasks of a queue that wait for a worker, as Temporal estimates: how many, and since when the oldest one does. */
export type Backlog = {
  readonly queue: string
  readonly kind: 'workflow' | 'activity'
  readonly count: number
  readonly ageSeconds: number
}

/** What the receiver needs of Temporal. Every call rejects when no server answers in time. */
export type TemporalLink = {
  /** Signals a connection's workflow, which others start; rejects when there is none. */
  signal(connectionId: string): Promise<void>
  /** Calls of somebody who waits for an answer. */
  call<T>(work: (client: Client) => Promise<T>): Promise<T>
  /** Who polls the queue of workflows. */
  workers(timeoutMs: number): Promise<WorkerSight>
  /** Of these queues; a server that does not tell has none. */
  backlogs(queues: readonly string[], timeoutMs: number): Promise<readonly Backlog[]>
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
    async backlogs(queues, timeoutMs) {
      const halves = queues.flatMap((queue) =>
        (['workflow', 'activity'] as const)
          // Only the one queue has workflows.
          .filter((kind) => kind === 'activity' || queue === taskQueue)
          .map((kind) => ({ queue, kind })),
      )
      const found = await connection.withDeadline(Date.now() + timeoutMs, () =>
        Promise.all(
          halves.map(async ({ queue, kind }): Promise<Backlog[]> => {
            const { stats } = await connection.workflowService.describeTaskQueue({
              namespace,
              taskQueue: { name: queue },
              taskQueueType: KINDS[kind],
              reportStats: true,
            })
            if (stats === undefined || stats === null) return []
            const { approximateBacklogCount: count, approximateBacklogAge: age } = stats
            const ageSeconds = Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9
            return [{ queue, kind, count: Number(count ?? 0), ageSeconds }]
          }),
        ),
      )
      return found.flat()
    },
    close: () => connection.close(),
  }
}
