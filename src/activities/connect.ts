import type { AccountFacts, Credentials, Provider, RemoteContainer } from '../providers/contract.ts'
import {
  allConnections,
  type ConnectionRow,
  connectionById,
  connectionOfAccount,
  insertConnection,
  leavingConnections,
  markLeaving,
  type NewConnection,
  openCredentials,
  renewConnection,
  retireConnection,
  saveFacts,
  setConnectionState,
} from '../store/connections.ts'
import { type Db, inTransaction, type Tx } from '../store/database.ts'
import { forgetSoon } from '../store/forget.ts'
import { dropLeftovers, forgetLeftovers } from '../store/leftovers.ts'
import { retireRoute, routeIdsOf, routesOfConnection } from '../store/routes.ts'
import { checkKey } from './check-key.ts'
import * as refusal from './connect-refusals.ts'
import type { Deps } from './deps.ts'
import { openConnection } from './open-connection.ts'

/** What a person gives of an account. `baseUrl` null: the service's own. Secrets by the provider's names. */
export type ConnectionRequest = {
  readonly name: string
  readonly provider: string
  readonly baseUrl: string | null
  readonly credentials: Credentials
  readonly pollSeconds: number
  readonly webhooks: boolean
}

/** `back`: it was connected before, and goes on where it was. */
export type Connected = { readonly connection: ConnectionRow; readonly back: boolean }

type ConnectDeps = Pick<Deps, 'db' | 'providers' | 'secretKey'>

/**
 * Connects an account, once its service has taken the key. Throws UserError: exit code 2 for what a person can mend, 4 for a
 * service that does not answer. Nothing is stored then.
 */
export async function connect(
  deps: ConnectDeps,
  request: ConnectionRequest,
  signal: AbortSignal,
): Promise<Connected> {
  const provider = providerNamed(deps, request.provider)
  const given = complete(provider, request)
  if ((await allConnections(deps.db)).some(({ name }) => name === given.name))
    throw refusal.nameTaken(given.name)
  const facts = await factsOf(provider, given, signal)
  return inTransaction(deps.db, async (tx) => {
    const before = await connectionOfAccount(tx, provider.kind, facts.accountId)
    if (before !== undefined && !before.removed) {
      await requireStaying(tx, before)
      throw refusal.connectedAlready(before.name)
    }
    if (before !== undefined) await forgetLeftovers(tx, before.id)
    if (before !== undefined) await renewConnection(tx, before.id, given, deps.secretKey)
    const id = before?.id ?? (await insertConnection(tx, given, deps.secretKey))
    await saveFacts(tx, id, facts)
    return { connection: await connectionById(tx, id), back: before !== undefined }
  })
}

/** What is not said stays as it is. */
export type ConnectionChange = Partial<Omit<ConnectionRequest, 'provider' | 'credentials'>> & {
  readonly credentials?: Credentials
}

/** Changes how an account is reached; its key must still lead to the same one. Throws as `connect` does. */
export async function reconnect(
  deps: ConnectDeps,
  name: string,
  change: ConnectionChange,
  signal: AbortSignal,
): Promise<ConnectionRow> {
  const row = await connectionNamed(deps, name)
  const provider = providerNamed(deps, row.provider)
  const given = complete(provider, {
    name: change.name ?? row.name,
    provider: row.provider,
    baseUrl: change.baseUrl ?? row.baseUrl,
    credentials: { ...openCredentials(row, deps.secretKey), ...change.credentials },
    pollSeconds: change.pollSeconds ?? row.pollSeconds,
    webhooks: change.webhooks ?? row.webhooks,
  })
  const others = (await allConnections(deps.db)).filter(({ id }) => id !== row.id)
  if (others.some((one) => one.name === given.name)) throw refusal.nameTaken(given.name)
  const facts = await factsOf(provider, given, signal)
  if (row.facts !== null && row.facts.accountId !== facts.accountId) throw refusal.otherAccount(row.name)
  return inTransaction(deps.db, async (tx) => {
    await renewConnection(tx, row.id, given, deps.secretKey)
    await saveFacts(tx, row.id, facts)
    return connectionById(tx, row.id)
  })
}

/** Lets a connection rest: nobody looks there or writes there. False when it rested already. */
export async function pauseConnection(deps: Pick<Deps, 'db'>, name: string): Promise<boolean> {
  const { id } = await connectionNamed(deps, name)
  return setConnectionState(deps.db, id, 'paused', null)
}

/** Lets a paused connection go on; its key is to be tried then. */
export async function unpauseConnection(deps: Pick<Deps, 'db'>, row: ConnectionRow): Promise<void> {
  if (row.state === 'paused') await setConnectionState(deps.db, row.id, 'ok', null)
}

/**
 * Removes a connection and its routes; the tasks of both sides stay. `forget`: what is known of their words goes at once, and not
 * only after a time. Gives back the names of the routes.
 */
export async function disconnect(
  tx: Tx,
  deps: Pick<Deps, 'secretKey'>,
  row: ConnectionRow,
  { forget = false } = {},
): Promise<string[]> {
  const routes = await routesOfConnection(tx, row.id)
  for (const route of routes) await retireRoute(tx, route.id)
  await dropLeftovers(tx, row.id)
  await retireConnection(tx, row.id, deps.secretKey)
  if (forget) for (const id of await routeIdsOf(tx, row.id)) await forgetSoon(tx, id)
  return routes.map((route) => route.name)
}

/**
 * Lets a connection go once what we wrote is taken back: its routes end at once, and the workflow `clean` does the rest.
 * Gives back the names of the routes.
 */
export async function beginLeaving(tx: Tx, row: ConnectionRow, { forget = false } = {}): Promise<string[]> {
  const routes = await routesOfConnection(tx, row.id)
  for (const route of routes) await retireRoute(tx, route.id, { underWay: true })
  await markLeaving(tx, row.id)
  if (forget) for (const id of await routeIdsOf(tx, row.id)) await forgetSoon(tx, id)
  return routes.map((route) => route.name)
}

/** The lists that an account has, for a person to choose from. Throws UserError where its service has none. */
export async function listsOf(
  deps: Deps,
  name: string,
  signal: AbortSignal,
): Promise<readonly RemoteContainer[]> {
  const row = await connectionNamed(deps, name)
  const open = await openConnection(deps, row.id, 'change', signal)
  if (open.provider.containers === null) throw refusal.noLists(row.name, open.provider.name)
  const { containers } = await open.provider.containers.list(open.direct)
  return containers.filter(({ kind }) => kind !== 'section')
}

/** Throws UserError (exit code 2) for a connection that is about to be removed. */
export async function requireStaying(sql: Db | Tx, row: Pick<ConnectionRow, 'id' | 'name'>): Promise<void> {
  if ((await leavingConnections(sql)).some(({ id }) => id === row.id)) throw refusal.leaving(row.name)
}

/** Throws UserError (exit code 2) with the names that there are. */
export async function connectionNamed(deps: Pick<Deps, 'db'>, name: string): Promise<ConnectionRow> {
  const known = await allConnections(deps.db)
  const found = known.find((one) => one.name === name)
  if (found === undefined) throw refusal.noSuchConnection(name, known)
  return found
}

function providerNamed({ providers }: Pick<Deps, 'providers'>, kind: string): Provider {
  const provider = providers.get(kind)
  if (provider === undefined) throw refusal.noSuchProvider(kind, [...providers.keys()])
  return provider
}

function complete(provider: Provider, request: ConnectionRequest): NewConnection {
  const baseUrl = request.baseUrl ?? provider.defaultBaseUrl
  if (baseUrl === null) throw refusal.needsUrl(provider.name)
  const names = provider.credentialFields.map(({ name }) => name)
  const missing = provider.credentialFields.filter(
    ({ name, required }) => required && (request.credentials[name] ?? '') === '',
  )
  if (missing.length > 0) throw refusal.missingCredentials(provider.name, missing)
  const unknown = Object.keys(request.credentials).filter(
    (name) => !names.includes(name) && !LASTING.has(name),
  )
  if (unknown.length > 0) throw refusal.unknownCredentials(provider.name, unknown, names)
  return { ...request, baseUrl }
}

/** What a sign-in or the program itself adds to what a person gives. */
const LASTING: ReadonlySet<string> = new Set([
  'refreshToken',
  'clientId',
  'clientSecret',
  'expiresAt',
  'webhookSecret',
])

async function factsOf(provider: Provider, given: NewConnection, signal: AbortSignal): Promise<AccountFacts> {
  const checked = await checkKey(provider, given, signal)
  if ('facts' in checked) return checked.facts
  throw checked.error.kind === 'auth'
    ? refusal.keyRefused(provider.name, given.baseUrl, checked.error)
    : refusal.unreachable(provider.name, given.baseUrl, checked.error)
}
