import type { Context } from '@temporalio/activity'
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { toFailure } from '../activities/failures.ts'
import type { Log } from '../config/log.ts'

const HEARTBEAT_MS = 3_000

/**
 * Around every activity: beats its heart while it runs, so that a dead worker is noticed, and turns whatever it throws
 * into a failure that Temporal may keep. The one place where errors are translated.
 */
export class ActivityGuard implements ActivityInboundCallsInterceptor {
  readonly #context: Context
  readonly #log: Log

  constructor(context: Context, log: Log) {
    this.#context = context
    this.#log = log
  }

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { isLocal, activityType, attempt } = this.#context.info
    const beat = isLocal ? null : setInterval(() => this.#context.heartbeat(), HEARTBEAT_MS)
    try {
      return await next(input)
    } catch (error) {
      const failure = toFailure(error)
      this.#log.debug({ activityType, attempt, error }, 'an activity failed')
      throw failure
    } finally {
      if (beat !== null) clearInterval(beat)
    }
  }
}
