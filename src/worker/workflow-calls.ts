import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { ApplicationFailure, WorkflowIdConflictPolicy, WorkflowNotFoundError } from '@temporalio/common'
import type { SyncScope } from '../activities/syncs.ts'
import { PRIORITY_KEYS, TASK_QUEUE, workflowIds } from '../config/temporal-names.ts'
import type { ConnectionRow } from '../store/connections.ts'
import type { RouteRow } from '../store/routes.ts'
import { nudge, pullNow, retry, SYNC_ROUTE, SYNC_STATE, SYNC_SUBJECT } from '../workflows/messages.ts'

/** What a workflow can be found by from its first moment; `route`: the name of the one that it is about. */
function beginning(workflowId: string, route = '') {
  return [
    { key: SYNC_STATE, value: 'syncing' },
    { key: SYNC_ROUTE, value: route },
    { key: SYNC_SUBJECT, value: workflowId },
  ]
}

/** Starts the workflow that looks after a connection for ever; one that runs is left alone. */
export async function startConnection(
  client: Client,
  connection: Pick<ConnectionRow, 'id' | 'name'>,
  route: string,
): Promise<void> {
  const workflowId = workflowIds.connection(connection.id)
  await client.workflow.start('connection', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ connectionId: connection.id }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    priority: { priorityKey: PRIORITY_KEYS.change },
    staticSummary: `connection ${connection.name}`,
    typedSearchAttributes: beginning(workflowId, route),
  })
}

function backfillOf(route: RouteRow) {
  const workflowId = workflowIds.backfill(route.id)
  return {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ routeId: route.id }],
    priority: { priorityKey: PRIORITY_KEYS.backfill },
    staticSummary: `first sync of route ${route.name}`,
    typedSearchAttributes: beginning(workflowId, route.name),
  }
}

/** Starts a route's first sync; one that runs is left alone. */
export async function startBackfill(client: Client, route: RouteRow): Promise<void> {
  const workflowIdConflictPolicy = WorkflowIdConflictPolicy.USE_EXISTING
  await client.workflow.start('backfill', { ...backfillOf(route), workflowIdConflictPolicy })
}

/** Starts a route's first sync; one that runs waits no longer. */
export async function wakeBackfill(client: Client, route: RouteRow): Promise<void> {
  await client.workflow.signalWithStart('backfill', { ...backfillOf(route), signal: nudge, signalArgs: [] })
}

/** `runId`: of the first run of the workflow that answers for the request. */
export type StartedWorkflow = { readonly workflowId: string; readonly runId: string }

/** Starts a sync; one of that name that runs takes the request over, and looks again before it ends. */
export async function startSync(client: Client, name: string, scope: SyncScope): Promise<StartedWorkflow> {
  const workflowId = workflowIds.sync(name)
  const handle = await client.workflow.signalWithStart('sync', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ scope }],
    signal: nudge,
    signalArgs: [],
    priority: { priorityKey: PRIORITY_KEYS.poll },
    staticSummary: `sync of ${name}`,
    typedSearchAttributes: beginning(workflowId),
  })
  // One that has gone on as a new run is known by its first.
  const { raw } = await client.workflow.getHandle(workflowId, handle.signaledRunId).describe()
  return { workflowId, runId: raw.workflowExecutionInfo?.firstRunId || handle.signaledRunId }
}

/** True while a workflow of that id runs. */
export async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING'
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}

/** Starts setting up the route of that name; one that runs is left alone. */
export async function startSetup(
  client: Client,
  route: string,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const workflowId = workflowIds.setup(route)
  return client.workflow.start('setup', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ route }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `setting up route ${route}`,
    typedSearchAttributes: beginning(workflowId, route),
  })
}

/** Has a set-up of this route that waits look how it stands now; where there is none, nothing is to be done. */
export async function nudgeSetup(client: Client, route: Pick<RouteRow, 'name'>): Promise<void> {
  try {
    await client.workflow.getHandle(workflowIds.setup(route.name)).signal(nudge)
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error
  }
}

/** Starts taking back what we wrote for a connection that is to be removed; one that runs is left alone. */
export async function startClean(
  client: Client,
  connection: Pick<ConnectionRow, 'id' | 'name'>,
): Promise<void> {
  const workflowId = workflowIds.clean(connection.id)
  await client.workflow.start('clean', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ connectionId: connection.id }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    priority: { priorityKey: PRIORITY_KEYS.backfill },
    staticSummary: `cleaning up after connection ${connection.name}`,
    typedSearchAttributes: beginning(workflowId),
  })
}

/** Nobody looks after a removed connection any more. One that nobody looked after is none. */
export async function stopConnection(client: Client, connectionId: string): Promise<void> {
  for (const id of [workflowIds.connection(connectionId), workflowIds.clean(connectionId)])
    try {
      await client.workflow.getHandle(id).terminate('the connection was removed')
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error
    }
}

/** Has a connection that was put aside try its key again now. */
export async function retryConnection(client: Client, connectionId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowIds.connection(connectionId)).signal(retry)
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error
    // One that is leaving is looked after by nobody else.
    await client.workflow.getHandle(workflowIds.clean(connectionId)).signal(retry)
  }
}

/** Why a pull that was asked for failed: the kind of the service's error, and its words. */
export class PullFailed extends Error {
  override readonly name = 'PullFailed'
  readonly kind: string
  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}

/** Has the connection's workflow look at everything now; returns when it is in the record. Throws PullFailed. */
export async function pullComplete(client: Client, connectionId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowIds.connection(connectionId))
  try {
    await handle.executeUpdate(pullNow, { args: [{ mode: 'complete' }] })
  } catch (error) {
    const { WorkflowUpdateFailedError } = await import('@temporalio/client')
    if (!(error instanceof WorkflowUpdateFailedError)) throw error
    const { cause } = error
    throw new PullFailed(
      cause instanceof ApplicationFailure ? (cause.type ?? 'unknown') : 'unknown',
      cause?.message ?? error.message,
    )
  }
}
