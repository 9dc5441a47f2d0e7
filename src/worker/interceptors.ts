import type { Context } from '@temporalio/activity'
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { toFailure } from '../activities/failures.ts'
import type { Log } from '../config/log.ts'
import { ProviderError } from '../providers/provider-error.ts'

const HEARTBEAT_MS = 3_000

/**
 * After so many failures of a call the service is in trouble. Waiting for the request budget is none, however often:
 * Temporal's own count of attempts could not tell them apart, so the count travels in the heartbeats.
 */
const MOST_FAILURES = 6

type Beat = { readonly failures: number }

/**
 * Around every activity: beats its heart while it runs, so that a dead worker is noticed, and turns whatever it throws
 * into a failure that Temporal may keep. The one place where errors are translated. `callsService`: gives up after
 * too many failures; other activities are tried until they succeed.
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
    const { isLocal, activityType, attempt } = this.#context.info
    const failures = failuresSoFar(this.#context.info.heartbeatDetails)
    const tell = (beat: Beat) => this.#context.heartbeat(beat)
    const beat = isLocal ? null : setInterval(() => tell({ failures }), HEARTBEAT_MS)
    try {
      return await next(input)
    } catch (error) {
      const counted = this.#callsService && !isWait(error)
      const now = counted ? failures + 1 : failures
      const failure = toFailure(error, { final: now >= MOST_FAILURES })
      if (this.#callsService) tell({ failures: now })
      // The service's trouble is told elsewhere; anything else is ours, and only this line has all of it.
      const level = error instanceof ProviderError ? 'debug' : 'error'
      this.#log[level]({ activityType, attempt, err: error }, 'an activity failed')
      throw failure
    } finally {
      if (beat !== null) clearInterval(beat)
    }
  }
}

function failuresSoFar(details: unknown): number {
  const { failures } = Object(details) as Partial<Beat>
  return typeof failures === 'number' ? failures : 0
}

/** The budget is used up for now, ours or the service's; nothing has failed. */
function isWait(error: unknown): boolean {
  return error instanceof ProviderError && error.kind === 'rate-limited'
}
