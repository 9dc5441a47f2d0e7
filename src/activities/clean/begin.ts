import { claimMade } from '../../store/abandoned-creates.ts'
import { connectionById, leavingConnections } from '../../store/connections.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetRemoved } from '../../store/forget.ts'
import {
  accountsToClean,
  type CleanProgress,
  cleanProgress,
  endLeftovers,
  gatherLeftovers,
  writesEndInMs,
} from '../../store/leftovers.ts'
import { notesToClean } from '../../store/note-leftovers.ts'
import { retireRoute, routeIdsOf } from '../../store/routes.ts'
import { disconnect } from '../connect.ts'
import { type Deps, providerOf } from '../deps.ts'

export type LeavingInput = { readonly connectionId: string }

/**
 * What is to be done about a leaving connection. `over`: nothing any more. `waitMs`: writes of its routes are under way, and
 * what they make is to be known first.
 */
export type CleanPlan = {
  readonly over: boolean
  readonly waitMs: number
  readonly accounts: readonly { readonly connectionId: string; readonly provider: string }[]
  /** CRMs on whose people there are notes of ours. */
  readonly notes?: readonly { readonly connectionId: string; readonly provider: string }[]
}

/** Writes down what may have to be cleaned, as soon as no write is under way any more. Safe to repeat. */
export async function beginClean(deps: Deps, { connectionId }: LeavingInput): Promise<CleanPlan> {
  return inTransaction(deps.db, async (tx) => {
    const leaving = (await leavingConnections(tx)).some(({ id }) => id === connectionId)
    if (!leaving) return { over: true, waitMs: 0, accounts: [] }
    const waitMs = Math.ceil(await writesEndInMs(tx, connectionId))
    if (waitMs > 0) return { over: false, waitMs, accounts: [] }
    for (const id of await routeIdsOf(tx, connectionId)) await retireRoute(tx, id)
    await gatherLeftovers(tx, connectionId)
    const accounts = await accountsToClean(tx, connectionId)
    const ours = accounts.filter(({ provider }) => {
      const { marker, notices, containers } = providerOf(deps, provider).capabilities
      return marker || notices || containers
    })
    const notes = await notesToClean(tx, connectionId)
    return { over: false, waitMs: 0, accounts: ours, ...(notes.length === 0 ? {} : { notes }) }
  })
}

/** Everything that could be cleaned is: the connection is removed as any other. */
export async function finishClean(deps: Deps, { connectionId }: LeavingInput): Promise<CleanProgress> {
  return inTransaction(deps.db, async (tx) => {
    const progress = await cleanProgress(tx, connectionId)
    const leaving = (await leavingConnections(tx)).some(({ id }) => id === connectionId)
    if (!leaving) return progress
    await claimMade(tx, connectionId)
    await endLeftovers(tx, connectionId)
    await disconnect(tx, deps, await connectionById(tx, connectionId))
    // What a person wants forgotten at once is, now that nobody needs it any more.
    await forgetRemoved(tx, null)
    return progress
  })
}
