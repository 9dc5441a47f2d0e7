import { DefaultLogger, Runtime, type RuntimeOptions } from '@temporalio/worker'
import { messageOf, UserError } from '../config/errors.ts'
import type { Log } from '../config/log.ts'

/** A provider's Worker runs activities alone, and is meant to; failures of activities are told by ourselves. */
const EXPECTED: readonly string[] = [
  'No workflows registered, not polling for workflow tasks',
  'Activity failed',
]

/**
 * Once per process; the SDK's own lines go through our log. `metricsAddress`: `host:port` at which it tells its metrics, how long
 * tasks waited to be started among them. Throws UserError (exit code 2) when that cannot be had.
 */
export function installRuntime(log: Log, metricsAddress: string | undefined): void {
  const options: RuntimeOptions = {
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (EXPECTED.includes(message)) return
      const { error, ...rest } = meta ?? {}
      log[level === 'ERROR' ? 'error' : 'warn']({ ...rest, err: error }, message)
    }),
  }
  if (metricsAddress === undefined) {
    Runtime.install(options)
    return
  }
  try {
    Runtime.install({ ...options, telemetryOptions: { metrics: { prometheus: endpointAt(metricsAddress) } } })
  } catch (error) {
    throw cannotTell(metricsAddress, error)
  }
}

/** Names and units as Prometheus has them. */
function endpointAt(bindAddress: string) {
  return { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true }
}

function cannotTell(address: string, cause: unknown): UserError {
  return new UserError({
    code: 'CANNOT_LISTEN',
    message: `The worker cannot tell its metrics at ${address}: ${messageOf(cause)}.`,
    hints: [
      'Set WORKER_METRICS_ADDRESS to an address and port of this machine that is free, such as 127.0.0.1:9464, or leave it out.',
    ],
    exitCode: 2,
    cause,
  })
}
