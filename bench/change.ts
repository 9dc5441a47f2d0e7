import { setTimeout as pause } from 'node:timers/promises'
import type { Direction } from './direction.ts'
import type { HopTimes } from './hops.ts'
import type { ProductRecord } from './record.ts'
import type { LoggedRequest, Simulated } from './simulated.ts'
import type { Stand } from './stand.ts'
import type { Workflows } from './workflows.ts'

/** A task that both sides have. */
export interface LinkedTask {
  title: string
  followUpBossId: string
  todoistId: string
}

/** A user's edit and what became of it. Times: milliseconds since 1970, by the one clock of this machine. */
export interface Change {
  direction: Direction
  /** The service had answered the user. */
  acknowledgedAt: number
  confirmedAt: number
  hops: HopTimes
}

const LOOK_EVERY_MS = 100

/** A user renames a task on one side. Returns when the record calls the write on the other side confirmed. */
export async function changeTitle(
  stand: Stand,
  record: ProductRecord,
  edit: { direction: Direction; task: LinkedTask; title: string; timeoutMs: number },
  workflows?: Workflows,
): Promise<Change | undefined> {
  const { direction, task, title } = edit
  const leftToRight = direction === 'leftToRight'
  if (leftToRight) {
    await stand.followUpBoss.asUser('PUT', `/v1/tasks/${task.followUpBossId}`, { name: title })
  } else {
    await stand.todoist.asUser('POST', `/api/v1/tasks/${task.todoistId}`, { content: title })
  }
  const acknowledgedAt = Date.now()
  const cause = { remoteId: leftToRight ? task.followUpBossId : task.todoistId, since: acknowledgedAt }
  for (;;) {
    await pause(LOOK_EVERY_MS, undefined, { signal: stand.signal })
    const write = await record.confirmedTitle(leftToRight ? 'right' : 'left', title, cause)
    if (write !== undefined) {
      const [from, to] = leftToRight
        ? [stand.followUpBoss, stand.todoist]
        : [stand.todoist, stand.followUpBoss]
      const asked = await since(from, acknowledgedAt)
      const written = await since(to, acknowledgedAt)
      const inRecord = write.consumedAt ?? write.learntAt
      // With one change at a time: the last question before it was in the record is the one that found it.
      const pulls = asked.filter((one) => !one.writes && Date.parse(one.at) <= (inRecord ?? Number.NaN))
      const reads = written.filter((one) => !one.writes && Date.parse(one.at) <= write.plannedAt)
      const began = await workflows?.beginOf(`task/${write.pairId}`)
      const dispatched = began !== undefined && began >= acknowledgedAt ? began : null
      return {
        direction,
        acknowledgedAt,
        confirmedAt: write.closedAt,
        hops: {
          webhookStored: write.receivedAt,
          pullBegun: timeOf(pulls.at(-1)),
          inRecord,
          dispatched,
          targetRead: timeOf(reads.find((one) => Date.parse(one.at) >= (dispatched ?? acknowledgedAt))),
          planned: write.plannedAt,
          sent: write.sentAt,
          written: timeOf(written.find((one) => one.writes)),
          confirmed: write.closedAt,
        },
      }
    }
    if (Date.now() - acknowledgedAt > edit.timeoutMs) return undefined
  }
}

/** What the product has asked a service since then. */
async function since(service: Simulated, at: number): Promise<LoggedRequest[]> {
  return (await service.requestLog()).filter((request) => Date.parse(request.at) >= at - 1)
}

function timeOf(request: LoggedRequest | undefined): number | null {
  return request === undefined ? null : Date.parse(request.at)
}
