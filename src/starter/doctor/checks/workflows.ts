import type { Client } from '@temporalio/client'
import { workflowIds } from '../../../config/temporal-names.ts'
import { allConnections, leavingConnections } from '../../../store/connections.ts'
import type { Db } from '../../../store/database.ts'
import { allRoutes } from '../../../store/routes.ts'
import { isRunning, startBackfill, startClean, startConnection } from '../../../worker/workflow-calls.ts'
import { quoted } from '../../command-name.ts'
import { clientOf } from '../client-of.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'

const { ok, warning, problem } = findingsOf('workflows')
/** A workflow task that was tried so often fails by its code, not by chance. */
const STUCK_ATTEMPTS = 4

type Wanted = {
  readonly id: string
  readonly what: string
  readonly start: (client: Client) => Promise<void>
}

/** Whether all workflows run that should, and none is stuck or has failed. */
export const checkWorkflows: Check = async (patient) => {
  const [client, db] = [await clientOf(patient), await recordOf(patient)]
  if (client === null || db === null) return []
  const wanted = await wantedOf(db)
  const found = (await Promise.all(wanted.map((one) => lookAt(client, one)))).filter((one) => one !== null)
  const counted = await countsOf(client)
  if (found.length + counted.length > 0) return [...found, ...counted]
  return [ok('', `${wanted.length} that are to run for ever, or now, run`)]
}

async function wantedOf(db: Db): Promise<Wanted[]> {
  const leaving = await leavingConnections(db)
  const connections = (await allConnections(db)).filter(({ id }) => leaving.every((one) => one.id !== id))
  const unfilled = (await allRoutes(db)).filter(
    ({ filledAt, state }) => filledAt === null && state !== 'draft',
  )
  return [
    ...connections.map((row) => ({
      id: workflowIds.connection(row.id),
      what: `nobody looks after ${row.name}`,
      start: (client: Client) => startConnection(client, row, ''),
    })),
    ...leaving.map((row) => ({
      id: workflowIds.clean(row.id),
      what: `nobody takes back what was written for ${row.name}, which is leaving`,
      start: (client: Client) => startClean(client, row),
    })),
    ...unfilled.map((route) => ({
      id: workflowIds.backfill(route.id),
      what: `nobody is at the first sync of ${route.name}`,
      start: (client: Client) => startBackfill(client, route),
    })),
  ]
}

async function lookAt(client: Client, { id, what, start }: Wanted): Promise<Finding | null> {
  if (!(await isRunning(client, id)))
    return problem(
      id,
      `does not run: ${what}`,
      '"dealbridge doctor --fix" starts it, and so does the next start.',
      {
        mend: async () => {
          await start(client)
          return 'started'
        },
      },
    )
  const { raw } = await client.workflow.getHandle(id).describe()
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0
  return attempt < STUCK_ATTEMPTS
    ? null
    : problem(
        id,
        `its code fails again and again (attempt ${attempt})`,
        `The worker's log says why. A worker of the version with which it began goes on with it: "temporal workflow show --workflow-id ${id}".`,
      )
}

async function countsOf(client: Client): Promise<Finding[]> {
  const count = async (query: string) => (await client.workflow.count(query)).count
  const [failing, died] = [
    await count(`ExecutionStatus = 'Running' and SyncState = 'failed'`),
    await count(`ExecutionStatus = 'Failed' and TaskQueue = 'dealbridge'`),
  ]
  return [
    ...(failing === 0
      ? []
      : [
          warning(
            '',
            `${failing} say that they have failed`,
            `${quoted('conflicts')} says which tasks, and what to do; ${quoted('status')} which accounts.`,
          ),
        ]),
    ...(died === 0
      ? []
      : [
          warning(
            '',
            `${died} ended by an error of their own lately`,
            `temporal workflow list --query "ExecutionStatus='Failed'" lists them; what they were to do stands in the record, and is taken up again.`,
          ),
        ]),
  ]
}
