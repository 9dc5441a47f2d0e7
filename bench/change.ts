import { setTimeout as pause } from 'node:timers/promises'
import type { ConfirmedWrite, ProductRecord } from './record.ts'
import type { LoggedRequest } from './simulated.ts'
import type { Stand } from './stand.ts'

export type Direction = 'leftToRight' | 'rightToLeft'

/** A task that both sides have. */
export interface LinkedTask {
  title: string
  followUpBossId: string
  todoistId: string
}

/** A user's edit and what became of it. Times: milliseconds since 1970, by the one clock of this machine. */
export interface Change extends ConfirmedWrite {
  direction: Direction
  /** The service had answered the user. */
  acknowledgedAt: number
  /** The other service was asked to write it, by its own log; null when that cannot be told. */
  arrivedAt: number | null
}

const LOOK_EVERY_MS = 100

/** A user renames a task on one side. Returns when the record calls the write on the other side confirmed. */
export async function changeTitle(
  stand: Stand,
  record: ProductRecord,
  edit: { direction: Direction; task: LinkedTask; title: string; timeoutMs: number },
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
      const requests = await (leftToRight ? stand.todoist : stand.followUpBoss).requestLog()
      return { direction, acknowledgedAt, ...write, arrivedAt: arrivalOf(requests, acknowledgedAt) }
    }
    if (Date.now() - acknowledgedAt > edit.timeoutMs) return undefined
  }
}

/** With one change at a time, the first request to write after it is the one that carries it. */
function arrivalOf(requests: readonly LoggedRequest[], since: number): number | null {
  const write = requests.find((request) => request.writes && Date.parse(request.at) >= since - 1)
  return write === undefined ? null : Date.parse(write.at)
}
