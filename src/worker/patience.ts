import { setTimeout as pause } from 'node:timers/promises'
import { activityInfo, CompleteAsyncError, cancellationSignal, getClient } from '@temporalio/activity'
import { ActivityCancelledError, ActivityNotFoundError, type AsyncCompletionClient } from '@temporalio/client'
import { LONGEST_RETRY_DELAY_MS, toFailure } from '../activities/failures.ts'
import type { Run } from '../activities/index.ts'
import type { Log } from '../config/log.ts'
import { failuresIn, isWait, judge } from './attempts.ts'

/** Well inside the time that a call to a service has from its start to its end. */
const LONGEST_MS = 45_000
const HEARTBEAT_MS = 3_000
/** Where the service does not say how long to wait. */
const UNTOLD_WAIT_MS = 1_000

type Work<T> = (signal: AbortSignal) => Promise<T>

/**
 * Waits for the request budget without holding a worker's slot. Slots of the budget come some tens of milliseconds
 * apart, and a timer of the Temporal server takes a second at the least: so an activity that meets an empty budget gives
 * its slot back at once, goes on here when the budget has room, and is completed from outside when it is done. Whatever
 * else goes wrong is Temporal's to repeat. A process that dies takes nothing with it: the heartbeats stop, and another
 * worker starts the activity anew.
 */
export class Patience {
  readonly #log: Log
  readonly #stopping = new AbortController()
  readonly #waiting = new Set<Promise<void>>()

  constructor(log: Log) {
    this.#log = log
  }

  /** Runs the work of the current activity. */
  readonly run: Run = async (work) => {
    const until = performance.now() + LONGEST_MS
    try {
      return await work(cancellationSignal())
    } catch (error) {
      const wait = this.#waitFor(error, until)
      if (wait === null) throw error
      const { taskToken, heartbeatDetails } = activityInfo()
      const activity = { taskToken, failures: failuresIn(heartbeatDetails), client: getClient().activity }
      this.#remember(this.#goOn(activity, work, wait, until))
      throw new CompleteAsyncError()
    }
  }

  /** Gives back to Temporal what still waits. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the worker stops'))
    await Promise.all(this.#waiting)
  }

  #remember(going: Promise<void>): void {
    const kept = going
      .catch((error: unknown) => this.#log.warn({ err: error }, 'a call that waited could not be ended'))
      .finally(() => this.#waiting.delete(kept))
    this.#waiting.add(kept)
  }

  async #goOn(activity: Activity, work: Work<unknown>, firstWait: number, until: number): Promise<void> {
    const abandoned = new AbortController()
    const signal = AbortSignal.any([this.#stopping.signal, abandoned.signal])
    const beat = setInterval(() => void keepAlive(activity, abandoned), HEARTBEAT_MS)
    try {
      const result = await this.#repeat(work, signal, firstWait, until)
      await activity.client.complete(activity.taskToken, result)
    } catch (error) {
      if (abandoned.signal.aborted) return
      const { failure, failures } = this.#stopping.signal.aborted
        ? { failure: toFailure(error), failures: activity.failures }
        : judge(error, activity.failures)
      await activity.client.heartbeat(activity.taskToken, { failures })
      await activity.client.fail(activity.taskToken, failure)
    } finally {
      clearInterval(beat)
    }
  }

  async #repeat<T>(work: Work<T>, signal: AbortSignal, firstWait: number, until: number): Promise<T> {
    for (let wait = firstWait; ; ) {
      await pause(wait, undefined, { signal })
      try {
        return await work(signal)
      } catch (error) {
        const again = this.#waitFor(error, until)
        if (again === null) throw error
        wait = again
      }
    }
  }

  /** Milliseconds; null for what is no short wait. Those who wait for one slot do not all come back at once. */
  #waitFor(error: unknown, until: number): number | null {
    if (!isWait(error) || this.#stopping.signal.aborted) return null
    const { retryAfterMs = UNTOLD_WAIT_MS } = error
    const wait = retryAfterMs * (1 + Math.random() / 4)
    const tooLong = retryAfterMs > LONGEST_RETRY_DELAY_MS || performance.now() + wait > until
    return tooLong ? null : wait
  }
}

type Activity = {
  readonly taskToken: Uint8Array
  readonly failures: number
  readonly client: AsyncCompletionClient
}

/** Abandons work that nobody waits for any more: cancelled, or given to another worker. */
async function keepAlive(
  { client, taskToken, failures }: Activity,
  abandoned: AbortController,
): Promise<void> {
  try {
    await client.heartbeat(taskToken, { failures })
  } catch (error) {
    // Another failure is the connection's: the next beat may get through.
    if (error instanceof ActivityNotFoundError || error instanceof ActivityCancelledError)
      abandoned.abort(error)
  }
}
