import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import { TASK_QUEUE, WATCH } from '../config/temporal-names.ts'
import { lookAgainAndAgain } from './look-again.ts'

/** Between two looks whether it is still there. */
const EVERY_MS = 10 * 60_000
/** Temporal may be away: a worker that is to stop does not wait for it. */
const PATIENCE_MS = 5_000

/** A look every minute; one that was missed is not made up for. */
const SCHEDULE = {
  spec: { intervals: [{ every: '1 minute' }] },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  action: {
    type: 'startWorkflow',
    workflowType: WATCH,
    workflowId: WATCH,
    taskQueue: TASK_QUEUE,
    args: [],
    workflowExecutionTimeout: '15 minutes',
    staticSummary: 'looks for trouble, tells of it, clears old rows',
  },
} as const

/** Makes the Schedule, or brings the one that is there up to date. One that somebody has paused stays paused. */
export async function scheduleWatch(client: Client, scheduleId: string = WATCH): Promise<void> {
  const { spec, policies, action } = SCHEDULE
  const given = { spec: { intervals: [...spec.intervals] }, policies, action: { ...action, args: [] } }
  try {
    await client.schedule.create({ scheduleId, ...given, state: { triggerImmediately: true } })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...given, state }))
  }
}

/** Does so at once, and again and again, should it be deleted or Temporal be away; with several workers each one looks. */
export function keepWatch(client: Client, log: Log): { stop(): Promise<void> } {
  const look = async () => {
    try {
      await client.withDeadline(Date.now() + PATIENCE_MS, () => scheduleWatch(client))
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'nobody could be told to look for trouble; it is tried again')
    }
  }
  return lookAgainAndAgain(look, EVERY_MS)
}
