import type { Client } from '@temporalio/client'
import { providerQueue, TASK_QUEUE } from '../../../config/temporal-names.ts'
import { allConnections } from '../../../store/connections.ts'
import { quoted } from '../../command-name.ts'
import { clientOf } from '../client-of.ts'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'
import { skewWords } from '../skew.ts'

const { ok, warning, problem } = findingsOf('workers')
/** A long poll of an idle worker lasts a minute, so one that lives was seen within little more. */
const SEEN_MS = 75_000
/** The API's numbers for the two halves of a task queue. */
const WORKFLOWS = 1
const ACTIVITIES = 2

/** Whether somebody works: polls the queue of workflows and that of each service. */
export const checkWorkers: Check = async (patient) => {
  const client = await clientOf(patient)
  if (client === null) return []
  const db = await recordOf(patient)
  const kinds = db === null ? [] : [...new Set((await allConnections(db)).map(({ provider }) => provider))]
  const queues = [
    { name: TASK_QUEUE, type: WORKFLOWS },
    ...kinds.map((kind) => ({ name: providerQueue(kind), type: ACTIVITIES })),
  ]
  const sights = await Promise.all(
    queues.map(async (queue) => ({ queue, polls: await pollsOf(client, queue) })),
  )
  const before = Date.now()
  const found = sights.map(({ queue, polls }) => {
    const alive = polls.filter((at) => at > before - SEEN_MS).length
    return alive > 0
      ? ok(queue.name, `polled by ${alive} ${alive === 1 ? 'worker' : 'workers'}`)
      : problem(
          queue.name,
          'polled by nobody: nothing is carried over',
          `Start ${quoted('start')}, or ${quoted('worker')} beside it.`,
          { exit: 4 },
        )
  })
  // The last poll of a worker that lives lies between now and a minute ago, by the server's own clock.
  const last = Math.max(...sights.flatMap(({ polls }) => polls), Number.NEGATIVE_INFINITY)
  const skew = Number.isFinite(last)
    ? skewWords({ told: last, before, after: Date.now() }, Number.POSITIVE_INFINITY)
    : null
  return skew === null
    ? found
    : [...found, warning('clock', `that of Temporal is ${skew}`, 'Set both clocks by NTP.')]
}

/** When each poller was last seen (milliseconds since the epoch, by the server's clock). */
async function pollsOf(
  client: Client,
  { name, type }: { readonly name: string; readonly type: number },
): Promise<number[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType: type,
  })
  return (pollers ?? []).map((one) => Number(one.lastAccessTime?.seconds ?? 0) * 1_000)
}
