import type { Connection, ReadResult } from '../providers/contract.ts'
import { lastSeenOf } from '../store/mirror.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'

/** Looks at these tasks, with what the record knows of them: some services find a task by where it lies. */
export async function lookAt(
  deps: Pick<Deps, 'db'>,
  { provider }: OpenConnection,
  connection: Connection,
  remoteIds: readonly string[],
): Promise<ReadResult> {
  return provider.read(connection, remoteIds, await lastSeenOf(deps.db, connection.id, remoteIds))
}
