import { ProviderError } from '../providers/provider-error.ts'
import { saveUsers } from '../store/account-users.ts'
import { inTransaction } from '../store/database.ts'
import { routesOfConnection } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'

/**
 * Learns anew who the users of an account are, where a route is for some of them: no service tells of users who come and go
 * (reference §11). What cannot be learned now is learned after the next complete look, and never fails the pull around it.
 */
export async function followUsers(deps: Deps, { row, provider, connection }: OpenConnection): Promise<void> {
  if (provider.users === undefined) return
  const routes = await routesOfConnection(deps.db, row.id)
  if (routes.every(({ policy }) => typeof policy.assignees === 'string')) return
  try {
    const users = await provider.users(connection)
    await inTransaction(deps.db, (tx) => saveUsers(tx, row.id, users))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    deps.log.debug(
      { connection: row.name, kind: error.kind },
      'The users of the account could not be asked for',
    )
  }
}
