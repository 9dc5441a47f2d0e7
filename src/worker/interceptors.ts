import type { Context } from '@temporalio/activity'
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { toFailure } from '../activities/failures.ts'
import type { Log } from '../config/log.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { type Beat, failuresIn, judge } from './attempts.ts'

const HEARTBEAT_MS = 3_000

/**
 * Around every activity: beats its heart while it runs, so that a dead worker is noticed, and turns whatever it throws
 * into a failure that Temporal may keep. `callsService`: gives up after too many failures; other activities are tried
 * until they succeed.
 */
export class ActivityGuard implements ActivityInboundCallsInterceptor {
  readonly #context: Context
  readonly #log: Log
  readonly #callsService: boolean

  constructor(context: Context, log: Log, callsService: boolean) {
    this.#context = context
    this.#log = log
    this.#callsService = callsService
  }

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { isLocal, heartbeatDetails } = this.#context.info
    const failures = failuresIn(heartbeatDetails)
    const tell = (beat: Beat) => this.#context.heartbeat(beat)
    const beat = isLocal ? null : setInterval(() => tell({ failures }), HEARTBEAT_MS)
    try {
      return await next(input)
    } catch (error) {
      // It goes on outside of its slot (patience.ts).
      if (error instanceof Error && error.name === 'CompleteAsyncError') throw error
      this.#note(error)
      if (!this.#callsService) throw toFailure(error)
      const judged = judge(error, failures)
      tell({ failures: judged.failures })
      throw judged.failure
    } finally {
      if (beat !== null) clearInterval(beat)
    }
  }

  /**
   * A refused key is for a person to mend, so it is told in a person's words. Other trouble of a service is told by
   * the state of its connection; anything else is ours, and only this line has all of it.
   */
  #note(error: unknown): void {
    const { activityType, attempt } = this.#context.info
    if (!(error instanceof ProviderError)) {
      this.#log.error({ activityType, attempt, err: error }, 'an activity failed')
      return
    }
    const { provider, kind, message, hint } = error
    const told = { provider, kind, activityType, attempt, hint }
    if (kind === 'auth') this.#log.warn(told, message)
    else this.#log.debug(told, message)
  }
}
