import type { Connection, Provider } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { type ConnectionRow, connectionById, openCredentials } from '../store/connections.ts'
import { cursorOf } from '../store/cursors.ts'
import { usedLists } from '../store/mappings.ts'
import type { QuotaPriority } from '../store/quota.ts'
import { type Deps, providerOf } from './deps.ts'
import { gateOf, writingGateOf } from './quota-gate.ts'
import { lastingCredentials } from './renew.ts'

/** The one stream that providers pull today; the cursor of a connection is kept under it. */
export const TASK_STREAM = 'tasks'

export type { QuotaPriority }

export type OpenConnection = {
  readonly row: ConnectionRow
  readonly provider: Provider
  /** Ready for calls. `direct` has no cursor, so that reads look at the tasks themselves. */
  readonly connection: Connection
  readonly direct: Connection
  /** For the call that writes: its requests are counted as writes. */
  readonly writing: Connection
}

/**
 * A connection ready for calls at this priority, with credentials that last. Throws ProviderError when they have ended
 * and there are no new ones: `rate-limited` while somebody gets them, `auth` when a person has to sign in again, or has
 * paused it.
 */
export async function openConnection(
  deps: Deps,
  id: string,
  priority: QuotaPriority,
  signal: AbortSignal,
): Promise<OpenConnection> {
  const [stored, lists, cursor] = await Promise.all([
    connectionById(deps.db, id),
    usedLists(deps.db, id),
    cursorOf(deps.db, id, TASK_STREAM),
  ])
  const provider = providerOf(deps, stored.provider)
  if (stored.state === 'paused') throw paused(stored)
  const row = await lastingCredentials(deps, {
    row: stored,
    provider,
    gate: gateOf(deps, provider, { connectionId: id, priority: 'change', signal }),
  })
  const direct: Connection = {
    id,
    baseUrl: row.baseUrl,
    credentials: openCredentials(row, deps.secretKey),
    facts: row.facts,
    gate: gateOf(deps, provider, { connectionId: id, priority, signal }),
    signal,
    cursor: null,
    lists,
  }
  const connection = { ...direct, cursor }
  return {
    row,
    provider,
    connection,
    direct,
    writing: { ...connection, gate: writingGateOf(deps, provider, { connectionId: id, priority }) },
  }
}

function paused({ name, provider }: ConnectionRow): ProviderError {
  return new ProviderError({
    kind: 'auth',
    provider,
    message: `${name} is paused`,
    hint: `To go on: "dealbridge connect retry ${name}"`,
  })
}
