import type { RemoteContainer } from '../../providers/contract.ts'
import type { ConnectionRow } from '../../store/connections.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import {
  beginLeaving,
  type ChangedConnection,
  type Connected,
  type ConnectionChange,
  type ConnectionRequest,
  changeConnection,
  connect,
  disconnect,
  listsOf,
} from '../connect.ts'
import { leaveNoWebhooks } from './leave-no-webhooks.ts'
import { askingDeps, type Managing, type Told, type Trying } from './managing.ts'

/** Connects an account and has somebody look after it. Throws UserError; nothing is stored then. */
export async function addConnection(
  managing: Managing,
  request: ConnectionRequest,
): Promise<Connected & { readonly told: Told }> {
  const connected = await connect(await askingDeps(managing), request, managing.signal)
  return { ...connected, told: await managing.startConnections([connected.connection]) }
}

/** Changes a connection, or lets it rest or go on; whoever looks after it finds out at once. Throws UserError. */
export async function editConnection(
  managing: Managing,
  id: string,
  change: ConnectionChange,
): Promise<ChangedConnection & { readonly told: Told }> {
  const done = await changeConnection(await askingDeps(managing), id, change, managing.signal)
  const tell = done.connection.state === 'paused' ? managing.nudge : managing.retry
  return { ...done, told: await tell([id]) }
}

/**
 * Removes a connection and its routes, whose names it gives back; the tasks of both sides stay. `forget`: what is known of their
 * words is not kept for a time. Throws UserError.
 */
export async function removeConnection(
  managing: Managing,
  row: Pick<ConnectionRow, 'id' | 'name'>,
  { dryRun, forget = false }: Trying & { readonly forget?: boolean },
): Promise<{ readonly routes: readonly string[]; readonly told: Told }> {
  const { deps, secretKey, stopConnections } = managing
  const secret = dryRun ? 'none' : await secretKey()
  if (!dryRun) await leaveNoWebhooks(managing, row)
  const run = dryRun ? onTrial : inTransaction
  const routes = await run(deps.db, (tx) => disconnect(tx, { secretKey: secret }, row, { forget }))
  return { routes, told: dryRun ? 0 : await stopConnections([row.id]) }
}

/**
 * Lets a connection go once what we wrote into its account is taken back: its routes end at once, and a workflow does the rest.
 * Throws UserError.
 */
export async function removeConnectionCleanly(
  managing: Pick<Managing, 'deps' | 'clean' | 'secretKey' | 'signal'>,
  row: Pick<ConnectionRow, 'id' | 'name'>,
  { dryRun, forget = false }: Trying & { readonly forget?: boolean },
): Promise<{ readonly routes: readonly string[]; readonly told: Told }> {
  const { deps, clean } = managing
  if (!dryRun) await leaveNoWebhooks(managing, row)
  const run = dryRun ? onTrial : inTransaction
  const routes = await run(deps.db, (tx) => beginLeaving(tx, row, { forget }))
  return { routes, told: dryRun ? 0 : await clean(row) }
}

/** The lists that an account has. Throws UserError where its service has none, ProviderError when it does not answer. */
export async function listsOfConnection(
  managing: Managing,
  row: ConnectionRow,
): Promise<readonly RemoteContainer[]> {
  return listsOf(await askingDeps(managing), row, managing.signal)
}
