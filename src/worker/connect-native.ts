import { NativeConnection } from '@temporalio/worker'
import type { Environment } from '../config/environment.ts'
import { temporalAccess, unreachable } from './connect.ts'

/** A worker's connection; close it after the worker has stopped. */
export async function connectNative(
  environment: Environment,
): Promise<{ connection: NativeConnection; namespace: string }> {
  const { namespace, options } = temporalAccess(environment)
  try {
    return { connection: await NativeConnection.connect(options), namespace }
  } catch (error) {
    throw unreachable(options.address, error)
  }
}
