import type { Client } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { Environment } from '../config/environment.ts'
import { messageOf, UserError } from '../config/errors.ts'

/** How Temporal is reached, read by its own package from its own variables and profile file. */
export type TemporalAccess = {
  readonly namespace: string
  readonly options: ReturnType<typeof loadClientConnectConfig>['connectionOptions']
}

export function temporalAccess(environment: Environment): TemporalAccess {
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: { ...environment } })
  return { namespace: namespace ?? 'default', options: connectionOptions }
}

/** A client; close its `connection` at the end. Throws UserError (exit code 4) when no server answers. */
export async function connectClient(environment: Environment): Promise<Client> {
  const { namespace, options } = temporalAccess(environment)
  // It takes a third of a second to load, and most commands end without it.
  const { Client, Connection } = await import('@temporalio/client')
  try {
    return new Client({ connection: await Connection.connect(options), namespace })
  } catch (error) {
    throw unreachable(options.address, error)
  }
}

/** The error of a server that does not answer. */
export function unreachable(address: string | undefined, cause: unknown): UserError {
  return new UserError({
    code: 'TEMPORAL_UNREACHABLE',
    message: `Temporal does not answer at ${address ?? 'its default address'}: ${messageOf(cause)}`,
    hints: [
      'Start it, or correct TEMPORAL_ADDRESS; without that variable "dealbridge start" runs one itself.',
    ],
    exitCode: 4,
    cause,
  })
}
