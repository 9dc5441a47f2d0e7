import type { DbTime } from '../core/db-time.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { clockNow } from '../store/clock.ts'
import { containersUnseen, type UnseenContainer } from '../store/container-looks.ts'
import { inTransaction } from '../store/database.ts'
import { wakeHomes } from '../store/deal-homes.ts'
import { refOf } from './deals/home-call.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'
import { takeInContainers } from './take-in-containers.ts'

/** Most containers that one pull looks at because a complete walk did not show them. */
const UNSEEN_LIMIT = 100

/**
 * A project, section or list that a complete walk did not show is looked at itself: where the cursor was lost, nothing else tells
 * that it was deleted or archived. Before the tasks that were not shown either: what went with its section is not what somebody
 * has deleted. Throws ProviderError when the service does not answer.
 */
export async function lookAtUnseenHomes(deps: Deps, open: OpenConnection, since: DbTime): Promise<void> {
  const lost = new Set<string>()
  for (const row of await containersUnseen(deps.db, open.row.id, since, UNSEEN_LIMIT)) {
    // It is hidden with its project.
    if (lost.has(row.parentId ?? '')) continue
    const askedAt = await clockNow(deps.db)
    const seen = await lookAtHome(open, row)
    if (seen === null) continue
    if (seen.state !== 'active') lost.add(row.id)
    await inTransaction(deps.db, async (tx) =>
      wakeHomes(tx, await takeInContainers(tx, deps, open.row.id, [seen], askedAt)),
    )
  }
}

/** Null where the service does not say. */
async function lookAtHome(
  { provider: { containers }, direct }: OpenConnection,
  row: UnseenContainer,
): Promise<RemoteContainer | null> {
  if (containers === null) return null
  const which = refOf(containers, row)
  try {
    return await containers.update(direct, which, {})
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    switch (error.kind) {
      case 'gone':
        return { ...which, name: '', parent: row.shownParent, state: 'gone', marker: null }
      case 'not-visible':
      case 'invalid':
      case 'conflict':
      case 'limit-reached':
        return null
      case 'rate-limited':
      case 'auth':
      case 'transient':
      case 'ambiguous-write':
        throw error
    }
  }
}
