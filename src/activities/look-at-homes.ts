import type { DbTime } from '../core/db-time.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { clockNow } from '../store/clock.ts'
import { containersUnseen, markLookedAt, type UnseenContainer } from '../store/container-looks.ts'
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
 * has deleted. False where some are left for the next walk: nobody can say yet why their tasks are not shown. Throws
 * ProviderError when the key is refused or the budget used up.
 */
export async function lookAtUnseenHomes(deps: Deps, open: OpenConnection, since: DbTime): Promise<boolean> {
  const lost = new Set<string>()
  const unseen = await containersUnseen(deps.db, open.row.id, since, UNSEEN_LIMIT)
  let all = unseen.length < UNSEEN_LIMIT
  for (const row of unseen) {
    // It is hidden with its project.
    if (lost.has(row.parentId ?? '')) continue
    const askedAt = await clockNow(deps.db)
    const seen = await lookAtHome(open, row)
    if (seen === 'failed') {
      deps.log.warn(
        { container: row.id },
        'a project or section could not be looked at; it is tried again with the next complete listing',
      )
      all = false
      continue
    }
    if (seen === null) {
      await markLookedAt(deps.db, row.id, askedAt)
      continue
    }
    if (seen.state !== 'active') lost.add(row.id)
    await inTransaction(deps.db, async (tx) =>
      wakeHomes(tx, await takeInContainers(tx, deps, open.row.id, [seen], askedAt)),
    )
  }
  return all
}

/** Null where the service does not say; `failed` where it did not answer for this one. */
async function lookAtHome(
  { provider: { containers }, direct }: OpenConnection,
  row: UnseenContainer,
): Promise<RemoteContainer | null | 'failed'> {
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
      case 'transient':
      case 'ambiguous-write':
        return 'failed'
      case 'rate-limited':
      case 'auth':
        throw error
    }
  }
}
