import type { SecretKey } from '../config/secret-keys.ts'
import type { AccountFacts, Credentials, Provider, RemoteContainer } from '../providers/contract.ts'
import {
  allConnections,
  type ConnectionRow,
  type ConnectionState,
  connectionById,
  connectionOfAccount,
  insertConnection,
  leavingConnections,
  lockConnection,
  markLeaving,
  type NewConnection,
  openCredentials,
  renameConnection,
  renewConnection,
  retireConnection,
  saveFacts,
  setConnectionState,
} from '../store/connections.ts'
import { type Db, inTransaction, type Tx } from '../store/database.ts'
import { forgetSoon } from '../store/forget.ts'
import { dropLeftovers, forgetLeftovers } from '../store/leftovers.ts'
import { noteListNames } from '../store/list-names.ts'
import { retireRoute, routeIdsOf, routesOfConnection } from '../store/routes.ts'
import { lockSetUp } from '../store/set-up-lock.ts'
import { checkKey } from './check-key.ts'
import * as refusal from './connect-refusals.ts'
import type { Deps } from './deps.ts'
import { openConnection } from './open-connection.ts'
import { keepSecretBefore } from './webhooks/former-secret.ts'

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
  if (request.baseUrl !== null) requireUrl(provider, request.baseUrl)
  const given = complete(provider, request)
  await refuseName(deps.db, given.name, null)
  const facts = await factsOf(provider, given, signal)
  return inTransaction(deps.db, async (tx) => {
    await lockSetUp(tx)
    await refuseName(tx, given.name, null)
    const before = await connectionOfAccount(tx, provider.kind, facts.accountId)
    if (before !== undefined && !before.removed) {
      await requireStaying(tx, before)
      throw refusal.connectedAlready(before.name, { team: provider.users !== undefined })
    }
    if (before !== undefined) await forgetLeftovers(tx, before.id)
    if (before !== undefined) await renewConnection(tx, before.id, given, deps.secretKey)
    const id = before?.id ?? (await insertConnection(tx, given, deps.secretKey))
    await saveFacts(tx, id, facts)
    return { connection: await connectionById(tx, id), back: before !== undefined }
  })
}

/**
 * What is not said stays as it is. `paused`: nobody looks there or writes there, until it is false again. `formerSecretMs`: how
 * long deliveries are still taken that the secret before a new one has signed. What the configuration gives
 * is not put in the place of these at the next start, unless it has changed by then. `replacesCredentials`: nothing stays of those before.
 */
export type ConnectionChange = Partial<Omit<ConnectionRequest, 'provider' | 'baseUrl' | 'webhooks'>> & {
  readonly baseUrl?: string
  readonly paused?: boolean
  readonly formerSecretMs?: number
  readonly replacesCredentials?: boolean
}

/** `was`: its state before. `checked`: its key was tried, and works. */
export type ChangedConnection = {
  readonly connection: ConnectionRow
  readonly was: ConnectionState
  readonly checked: boolean
}

/**
 * Changes a connection. New credentials, or another address, must lead to the same account; they are tried before
 * anything is stored. Throws as `connect` does.
 */
export async function changeConnection(
  deps: ConnectDeps,
  id: string,
  change: ConnectionChange,
  signal: AbortSignal,
): Promise<ChangedConnection> {
  for (;;) {
    const row = await connectionWithId(deps, id)
    const provider = providerNamed(deps, row.provider)
    const checked = change.credentials !== undefined || change.baseUrl !== undefined
    if (change.baseUrl !== undefined) requireUrl(provider, change.baseUrl)
    const facts = checked
      ? await factsOf(provider, changed(provider, row, change, deps.secretKey), signal)
      : null
    if (facts !== null && row.facts !== null && row.facts.accountId !== facts.accountId)
      throw change.baseUrl === undefined || change.credentials !== undefined
        ? refusal.otherAccount(row.name)
        : refusal.otherAddress(row.name, change.baseUrl)
    const connection = await inTransaction(deps.db, async (tx) => {
      await lockSetUp(tx)
      const now = await livingConnection(tx, row)
      // What was tried is not what would be stored: another change, or a renewal, came in between.
      if (checked && (now.credentials !== row.credentials || now.baseUrl !== row.baseUrl)) return null
      await store(tx, deps, { now, provider, change, facts })
      return connectionById(tx, id)
    })
    if (connection !== null) return { connection, was: row.state, checked }
  }
}

async function store(
  tx: Tx,
  { secretKey }: Pick<Deps, 'secretKey'>,
  given: {
    readonly now: ConnectionRow
    readonly provider: Provider
    readonly change: ConnectionChange
    readonly facts: AccountFacts | null
  },
): Promise<void> {
  const { now, provider, change, facts } = given
  const name = change.name ?? now.name
  const pollSeconds = change.pollSeconds ?? now.pollSeconds
  await refuseName(tx, name, now.id)
  if (facts === null) await renameConnection(tx, now.id, { name, pollSeconds })
  else {
    const given = changed(provider, now, change, secretKey)
    const { formerSecretMs: ms } = change
    await renewConnection(tx, now.id, given, secretKey)
    await saveFacts(tx, now.id, facts)
    const name = provider.webhooks?.secretName
    await keepSecretBefore(tx, { name, row: now, next: given.credentials, ms }, secretKey)
  }
  const paused = change.paused ?? now.state === 'paused'
  if (paused) await setConnectionState(tx, now.id, 'paused', null)
  else if (now.state === 'paused') await setConnectionState(tx, now.id, 'ok', null)
}

function changed(
  provider: Provider,
  row: ConnectionRow,
  change: ConnectionChange,
  secretKey: SecretKey,
): NewConnection {
  const before = change.replacesCredentials === true ? {} : openCredentials(row, secretKey)
  return complete(provider, {
    name: change.name ?? row.name,
    provider: row.provider,
    baseUrl: change.baseUrl ?? row.baseUrl,
    credentials: { ...besideNew(provider, before, change.credentials), ...change.credentials },
    pollSeconds: change.pollSeconds ?? row.pollSeconds,
    webhooks: row.webhooks,
  })
}

/** What stays of the credentials before: of access that another key takes the place of, nothing that renews it. */
function besideNew(
  { credentialFields, renewal }: Provider,
  before: Credentials,
  given: Credentials = {},
): Credentials {
  const isAnother = credentialFields.some(
    ({ name, required }) => required && given[name] !== undefined && given[name] !== before[name],
  )
  // With what renews it, the app that it was given to stays.
  if (!isAnother || renewal === null || renewal.belongs.some((name) => given[name] !== undefined))
    return before
  return Object.fromEntries(Object.entries(before).filter(([name]) => !renewal.belongs.includes(name)))
}

/**
 * Removes a connection and its routes; the tasks of both sides stay. `forget`: what is known of their words goes at once, and not
 * only after a time. Gives back the names of the routes.
 */
export async function disconnect(
  tx: Tx,
  deps: Pick<Deps, 'secretKey'>,
  row: Pick<ConnectionRow, 'id' | 'name'>,
  { forget = false } = {},
): Promise<string[]> {
  const routes = await endRoutesOf(tx, row, { forget, underWay: false })
  await dropLeftovers(tx, row.id)
  await retireConnection(tx, row.id, deps.secretKey)
  return routes
}

/**
 * Lets a connection go once what we wrote is taken back: its routes end at once, and the workflow `clean` does the rest.
 * Gives back the names of the routes.
 */
export async function beginLeaving(
  tx: Tx,
  row: Pick<ConnectionRow, 'id' | 'name'>,
  { forget = false } = {},
): Promise<string[]> {
  const routes = await endRoutesOf(tx, row, { forget, underWay: true })
  await markLeaving(tx, row.id)
  return routes
}

/** Of a connection that is there; nobody else changes what is set up until the transaction ends. The routes' names. */
async function endRoutesOf(
  tx: Tx,
  row: Pick<ConnectionRow, 'id' | 'name'>,
  { forget, underWay }: { readonly forget: boolean; readonly underWay: boolean },
): Promise<string[]> {
  await lockSetUp(tx)
  await livingConnection(tx, row)
  const routes = await routesOfConnection(tx, row.id)
  for (const { id } of routes) await retireRoute(tx, id, { underWay })
  if (forget) for (const id of await routeIdsOf(tx, row.id)) await forgetSoon(tx, id)
  return routes.map(({ name }) => name)
}

/** Locks a connection. Throws UserError (exit code 2) where it was removed meanwhile. */
export async function livingConnection(
  tx: Tx,
  { id, name }: Pick<ConnectionRow, 'id' | 'name'>,
): Promise<ConnectionRow> {
  const row = await lockConnection(tx, id)
  if (row === undefined) throw refusal.noSuchConnection(name, await allConnections(tx))
  return row
}

/** The lists that an account has, for a person to choose from. Throws UserError where its service has none. */
export async function listsOf(
  deps: Deps,
  row: ConnectionRow,
  signal: AbortSignal,
): Promise<readonly RemoteContainer[]> {
  const open = await openConnection(deps, row.id, 'change', signal)
  if (open.provider.containers === null) throw refusal.noLists(row.name, open.provider.name)
  const { containers } = await open.provider.containers.list(open.direct)
  await noteListNames(deps.db, row.id, containers)
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

/** Throws as `connectionNamed` does, also for one that was removed. */
export async function connectionWithId(deps: { readonly db: Db | Tx }, id: string): Promise<ConnectionRow> {
  const known = await allConnections(deps.db)
  const found = known.find((one) => one.id === id)
  if (found === undefined) throw refusal.noSuchConnection(id, known)
  return found
}

async function refuseName(sql: Db | Tx, name: string, but: string | null): Promise<void> {
  if ((await allConnections(sql)).some((one) => one.name === name && one.id !== but))
    throw refusal.nameTaken(name)
}

function providerNamed({ providers }: Pick<Deps, 'providers'>, kind: string): Provider {
  const provider = providers.get(kind)
  if (provider === undefined) throw refusal.noSuchProvider(kind, [...providers.keys()])
  return provider
}

function complete(provider: Provider, request: ConnectionRequest): NewConnection {
  const baseUrl = request.baseUrl ?? provider.defaultBaseUrl
  if (baseUrl === null) throw refusal.needsUrl(provider.name)
  if (holdsSecret(baseUrl)) throw refusal.secretInUrl()
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

/** Throws UserError (exit code 2) for what is no address of a server, before it is asked for. */
function requireUrl({ defaultBaseUrl }: Provider, url: string): void {
  const web = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
  // What is no service on the web has an address of its own kind.
  if (!web && url !== defaultBaseUrl) throw refusal.noUrl()
}

/** An address is shown to whoever asks, and is not sealed. */
function holdsSecret(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

/** What a sign-in or the program itself adds to what a person gives. */
const LASTING: ReadonlySet<string> = new Set([
  'refreshToken',
  'clientId',
  'clientSecret',
  'expiresAt',
  'webhookSecret',
  'scope',
])

async function factsOf(provider: Provider, given: NewConnection, signal: AbortSignal): Promise<AccountFacts> {
  const checked = await checkKey(provider, given, signal)
  if ('facts' in checked) return checked.facts
  throw checked.error.kind === 'auth'
    ? refusal.keyRefused(provider.name, given.baseUrl, checked.error)
    : refusal.unreachable(provider.name, given.baseUrl, checked.error)
}
