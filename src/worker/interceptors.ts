import type { Context } from '@temporalio/activity'
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { toFailure } from '../activities/failures.ts'
import type { Log } from '../config/log.ts'
import { ProviderError } from '../providers/provider-error.ts'

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
      // The service's trouble is told elsewhere; anything else is ours, and only this line has all of it.
      const level = error instanceof ProviderError ? 'debug' : 'error'
      this.#log[level]({ activityType, attempt, err: error }, 'an activity failed')
      throw failure
    } finally {
      if (beat !== null) clearInterval(beat)
    }
  }
}
