import type { Connection, ReadResult } from '../providers/contract.ts'
import { lastSeenOf } from '../store/mirror.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'

/** Looks at these tasks. What the record knows of them is asked for where a service finds a task by where it lies. */
export async function lookAt(
  deps: Pick<Deps, 'db'>,
  { provider }: OpenConnection,
  connection: Connection,
  remoteIds: readonly string[],
): Promise<ReadResult> {
  return provider.read(connection, remoteIds, () => lastSeenOf(deps.db, connection.id, remoteIds))
}
