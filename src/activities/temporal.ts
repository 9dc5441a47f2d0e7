import { getClient, heartbeat } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/common'
import { PRIORITY_KEYS, routeKeyword, TASK_QUEUE, workflowIds } from '../config/temporal-names.ts'
import type { Db } from '../store/database.ts'
import type { DueDeal } from '../store/deal-homes.ts'
import { allRoutes } from '../store/routes.ts'
import { type TaskStart, taskStarts } from './task-start.ts'

const SYNC_STATE = defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD)
const SYNC_ROUTE = defineSearchAttributeKey('SyncRoute', SearchAttributeType.KEYWORD)
const SYNC_SUBJECT = defineSearchAttributeKey('SyncSubject', SearchAttributeType.KEYWORD)

type Labels = { readonly id: string; readonly route: string; readonly left: string; readonly right: string }

/** Starts the task workflows of these pairs, or wakes those that run. Carries no payload but ids. */
export async function wakeTasks(client: Client, db: Db, pairIds: readonly string[]): Promise<void> {
  const [pairs, starts] = await Promise.all([
    db<Labels[]>`
      select p.id, r.name as route, l.provider as left, g.provider as right
      from pair p join route r on r.id = p.route_id
      join connection l on l.id = r.left_id join connection g on g.id = r.right_id
      where p.id in ${db([...pairIds])}`,
    taskStarts(db, pairIds),
  ])
  const labels = new Map(pairs.map((pair) => [pair.id, pair]))
  await Promise.all(
    starts.map((start) => {
      const own = labels.get(start.pairId)
      return own && wakeTask(client, own, start)
    }),
  )
}

async function wakeTask(client: Client, { id, route, left, right }: Labels, start: TaskStart): Promise<void> {
  await client.workflow.signalWithStart('task', {
    workflowId: workflowIds.task(id),
    taskQueue: TASK_QUEUE,
    args: [start],
    signal: 'nudge',
    signalArgs: [],
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    priority: { priorityKey: PRIORITY_KEYS.change },
    staticSummary: `task ${id}, ${left} ↔ ${right}`,
    typedSearchAttributes: [
      { key: SYNC_STATE, value: 'syncing' },
      { key: SYNC_ROUTE, value: route },
      { key: SYNC_SUBJECT, value: id },
    ],
  })
}

/** Starts the workflows of these deals, or wakes those that run. */
export async function wakeDeals(client: Client, db: Db, deals: readonly DueDeal[]): Promise<void> {
  if (deals.length === 0) return
  const routes = await allRoutes(db)
  const routesOf = (connectionId: string) =>
    routes.filter((route) => route.leftId === connectionId && route.policy.deals !== undefined)
  await Promise.all(
    deals.map(({ connectionId, dealId }) =>
      client.workflow.signalWithStart('deal', {
        workflowId: workflowIds.deal(connectionId, dealId),
        taskQueue: TASK_QUEUE,
        args: [{ connectionId, dealId }],
        signal: 'nudge',
        signalArgs: [],
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        priority: { priorityKey: PRIORITY_KEYS.change },
        staticSummary: `deal ${dealId}`,
        typedSearchAttributes: [
          { key: SYNC_STATE, value: 'syncing' },
          { key: SYNC_ROUTE, value: routeKeyword(routesOf(connectionId).map(({ name }) => name)) },
          { key: SYNC_SUBJECT, value: `deal-${dealId}` },
        ],
      }),
    ),
  )
}

/** `updateId` makes a repeated request join the one that runs. `asked`: a person waits for it; else it is a first sync's. */
export type PullThroughInput = {
  readonly connectionId: string
  readonly mode: 'incremental' | 'complete'
  readonly updateId: string
  readonly asked?: boolean
}

/** `failed`: the service did, or its key, and the connection's state says how; or nobody looks after it, as it was removed. */
export type PullThroughOutput = { readonly failed: boolean }

const HEARTBEAT_MS = 2_000

/**
 * Has a connection's own workflow, the only puller, pull now; waits for the end. A pull that failed stays failed under its
 * id: whoever wants another one asks with another id.
 */
export async function pullThrough(input: PullThroughInput): Promise<PullThroughOutput> {
  const beat = setInterval(heartbeat, HEARTBEAT_MS)
  try {
    const client = getClient()
    await client.workflow.getHandle(workflowIds.connection(input.connectionId)).executeUpdate('pull', {
      args: [{ mode: input.mode, backfill: input.asked !== true }],
      updateId: input.updateId,
    })
    return { failed: false }
  } catch (error) {
    const { WorkflowUpdateFailedError } = await import('@temporalio/client')
    if (!(error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError)) throw error
    return { failed: true }
  } finally {
    clearInterval(beat)
  }
}
