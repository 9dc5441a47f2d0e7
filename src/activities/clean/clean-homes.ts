import type { ContainerRef, Containers } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { inTransaction } from '../../store/database.ts'
import { type Home, homesMade, loseHome } from '../../store/homes.ts'
import type { Deps } from '../deps.ts'
import { type OpenConnection, openConnection } from '../open-connection.ts'
import type { CleanInput } from './look.ts'

/**
 * Takes back the projects and lists that we made: what is empty is deleted, and what is not loses our marker and is its
 * user's. Those that another route uses stay as they are. Safe to run again.
 */
export async function cleanHomes(deps: Deps, input: CleanInput, signal: AbortSignal): Promise<void> {
  const open = await openConnection(deps, input.connectionId, 'poll', signal)
  const { containers } = open.provider
  if (containers === null) return
  for (const home of await homesMade(deps.db, input.leavingId, input.connectionId)) {
    if (await removed(containers, open, home)) await inTransaction(deps.db, (tx) => loseHome(tx, home))
    else await unmark(containers, open, home)
  }
}

async function removed(containers: Containers, open: OpenConnection, home: Home): Promise<boolean> {
  return containers.removeEmpty(open.direct, { kind: kindOf(containers, home), remoteId: home.remoteId })
}

async function unmark(containers: Containers, open: OpenConnection, home: Home): Promise<void> {
  try {
    const which = { kind: kindOf(containers, home), remoteId: home.remoteId }
    await containers.update(open.direct, which, { marker: null })
  } catch (error) {
    // Deleted in this very moment.
    if (!(error instanceof ProviderError && error.kind === 'gone')) throw error
  }
}

/** A deal's section lies in the second of the service's kinds, everything else in the first. */
function kindOf({ kinds }: Containers, { role }: Home): ContainerRef['kind'] {
  return (role === 'deal' ? kinds[1] : kinds[0]) ?? 'list'
}
