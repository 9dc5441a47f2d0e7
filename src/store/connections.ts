import type { SecretKey } from '../config/secret-keys.ts'
import type { DbTime } from '../core/db-time.ts'
import type { AccountFacts, Credentials } from '../providers/contract.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'
import { marks, seal, unseal } from './seal.ts'

export const CONNECTION_STATES = ['ok', 'auth-failed', 'unreachable', 'paused'] as const
export type ConnectionState = (typeof CONNECTION_STATES)[number]

/** One account at one service. Credentials stay sealed until a call needs them (`openCredentials`). */
export type ConnectionRow = {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly baseUrl: string
  readonly credentials: string
  readonly facts: AccountFacts | null
  readonly state: ConnectionState
  readonly stateSince: DbTime
  readonly stateNote: string | null
  readonly pollSeconds: number
  readonly webhooks: boolean
  readonly lastPullAt: DbTime | null
  readonly lastCompleteAt: DbTime | null
  readonly dealsListedAt: DbTime | null
}

const COLUMNS = [
  'id',
  'name',
  'provider',
  'base_url as "baseUrl"',
  'credentials',
  'facts',
  'state',
  'state_since as "stateSince"',
  'state_note as "stateNote"',
  'poll_seconds as "pollSeconds"',
  'webhooks',
  'last_pull_at as "lastPullAt"',
  'last_complete_at as "lastCompleteAt"',
  'deals_listed_at as "dealsListedAt"',
].join(', ')

export type NewConnection = {
  readonly name: string
  readonly provider: string
  readonly baseUrl: string
  readonly credentials: Credentials
  readonly pollSeconds: number
  readonly webhooks: boolean
}

/**
 * Adds a connection, or brings the one of that name up to date. These credentials take the place of those that were
 * stored: whatever a renewal of those is about to bring comes to nothing.
 */
export async function saveConnection(sql: Db | Tx, given: NewConnection, secret: SecretKey): Promise<string> {
  return save(sql, given, secret, [])
}

/**
 * As `saveConnection`, with what the configuration says now. Credentials are stored only when the configuration gives
 * others than the last time: those that were renewed or entered elsewhere since then are newer than its own. `stored`: what then
 * is, where it is more than what the configuration gives.
 */
export async function saveConfigured(
  sql: Db | Tx,
  given: NewConnection,
  secret: SecretKey,
  stored: Credentials = given.credentials,
): Promise<string> {
  return save(sql, { ...given, credentials: stored }, secret, marksOf(given.credentials, secret))
}

/** True when the record holds newer credentials than the configuration gives, which `saveConfigured` will leave. */
export async function outlivesConfiguration(
  sql: Db | Tx,
  row: ConnectionRow,
  credentials: Credentials,
  secret: SecretKey,
): Promise<boolean> {
  // By way of JSON: the record may still be of a version without this column.
  const [stored] = await sql<{ mark: string | null }[]>`
    select to_jsonb(c) ->> 'configured' as mark from connection c where id = ${row.id}`
  if (!marksOf(credentials, secret).includes(stored?.mark ?? '')) return false
  return !marksOf(openCredentials(row, secret), secret).includes(stored?.mark ?? '')
}

/** Connections whose credentials were last given by a configuration with these. */
export async function madeByConfiguration(
  sql: Db | Tx,
  credentials: Credentials,
  secret: SecretKey,
): Promise<string[]> {
  // By way of JSON: the record may still be of a version without these columns.
  const rows = await sql<{ id: string }[]>`
    select id from connection c
    where to_jsonb(c) ->> 'configured' in ${sql(marksOf(credentials, secret))} and to_jsonb(c) ->> 'removed_at' is null`
  return rows.map(({ id }) => id)
}

async function save(
  sql: Db | Tx,
  given: NewConnection,
  secret: SecretKey,
  /** Of what a configuration gives; none of what a person entered. */
  marked: readonly string[],
): Promise<string> {
  const sealed = seal(JSON.stringify(given.credentials), secret)
  const same = sql`coalesce(connection.configured = any(${sql.array([...marked])}::text[]), false)`
  const [row] = await sql<{ id: string }[]>`
    insert into connection (name, provider, base_url, credentials, poll_seconds, webhooks, configured)
    values (${given.name}, ${given.provider}, ${given.baseUrl}, ${sealed}, ${given.pollSeconds}, ${given.webhooks},
      ${marked[0] ?? null})
    on conflict (name) where removed_at is null do update set base_url = excluded.base_url, poll_seconds = excluded.poll_seconds,
      webhooks = excluded.webhooks, configured = coalesce(excluded.configured, connection.configured),
      (credentials, credentials_at, renew_until, renew_sent_at, renew_refused) = (
        select connection.credentials, connection.credentials_at, connection.renew_until, connection.renew_sent_at,
          connection.renew_refused
        where ${same}
        union all
        select excluded.credentials, clock(), null, null, null
        where not ${same})
      where connection.provider = excluded.provider
    returning id`
  if (row === undefined)
    throw new Error(`connection ${given.name} was not stored: is it of another provider?`)
  return row.id
}

/** Tell whether credentials are the same, and nothing else about them: a mark under each key in force, the newest first. */
function marksOf(credentials: Credentials, secret: SecretKey): readonly string[] {
  return marks(configuredText(credentials), secret)
}

/** Credentials as the text of which their mark is made. */
export function configuredText(credentials: Credentials): string {
  const sorted = Object.entries(credentials).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(sorted)
}

export async function connectionById(sql: Db | Tx, id: string): Promise<ConnectionRow> {
  const [row] = await sql<ConnectionRow[]>`select ${sql.unsafe(COLUMNS)} from connection where id = ${id}`
  if (row === undefined) throw new Error(`there is no connection ${id}`)
  return row
}

export async function allConnections(sql: Db | Tx): Promise<ConnectionRow[]> {
  // By way of JSON: the record may still be of a version without this column.
  return sql<ConnectionRow[]>`
    select ${sql.unsafe(COLUMNS)} from connection c where to_jsonb(c) ->> 'removed_at' is null order by id`
}

export function openCredentials(row: Pick<ConnectionRow, 'credentials'>, secret: SecretKey): Credentials {
  return JSON.parse(unseal(row.credentials, secret)) as Credentials
}

export async function saveFacts(sql: Db | Tx, id: string, facts: AccountFacts): Promise<void> {
  await sql`update connection set facts = ${json(sql, facts)} where id = ${id}`
}

/** The connection, which nobody changes until the transaction ends; undefined once it was removed. */
export async function lockConnection(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  const [row] = await tx<ConnectionRow[]>`
    select ${tx.unsafe(COLUMNS)} from connection where id = ${id} and removed_at is null for no key update`
  return row
}

/** Changes what a connection is called and how often it is looked at, and nothing about its access. */
export async function renameConnection(
  tx: Tx,
  id: string,
  { name, pollSeconds }: Pick<NewConnection, 'name' | 'pollSeconds'>,
): Promise<void> {
  await tx`update connection set name = ${name}, poll_seconds = ${pollSeconds} where id = ${id}`
}

/** Adds a connection; one of that name that is in use is a unique violation. */
export async function insertConnection(tx: Tx, given: NewConnection, secret: SecretKey): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into connection (name, provider, base_url, credentials, poll_seconds, webhooks)
    values (${given.name}, ${given.provider}, ${given.baseUrl}, ${seal(JSON.stringify(given.credentials), secret)},
      ${given.pollSeconds}, ${given.webhooks})
    returning id`
  if (row === undefined) throw new Error(`connection ${given.name} was not stored`)
  return row.id
}

/**
 * Puts a connection, also one that was removed, in force with these words and credentials. What its configuration gave last
 * counts as given still, so that only another one takes their place.
 */
export async function renewConnection(
  tx: Tx,
  id: string,
  given: NewConnection,
  secret: SecretKey,
): Promise<void> {
  await tx`
    update connection set name = ${given.name}, base_url = ${given.baseUrl},
      credentials = ${seal(JSON.stringify(given.credentials), secret)}, credentials_at = clock(), renew_until = null,
      renew_sent_at = null, renew_refused = null, poll_seconds = ${given.pollSeconds},
      webhooks = ${given.webhooks}, removed_at = null, state = 'ok', state_since = clock(), state_note = null
    where id = ${id}`
}

/** The connection of this account, also one that was removed; undefined where there was never one. */
export async function connectionOfAccount(
  sql: Db | Tx,
  provider: string,
  accountId: string,
): Promise<(ConnectionRow & { readonly removed: boolean }) | undefined> {
  const [row] = await sql<(ConnectionRow & { readonly removed: boolean })[]>`
    select ${sql.unsafe(COLUMNS)}, removed_at is not null as removed from connection
    where provider = ${provider} and facts ->> 'accountId' = ${accountId} order by removed_at nulls first limit 1`
  return row
}

/** The connection is to be removed once what we wrote there is taken back. */
export async function markLeaving(tx: Tx, id: string): Promise<void> {
  await tx`update connection set leaving_at = coalesce(leaving_at, clock()) where id = ${id}`
}

/** Connections of which what we wrote is being taken back. */
export async function leavingConnections(sql: Db | Tx): Promise<Pick<ConnectionRow, 'id' | 'name'>[]> {
  return sql<Pick<ConnectionRow, 'id' | 'name'>[]>`
    select id, name from connection where removed_at is null and leaving_at is not null order by id`
}

/** Forgets the credentials, and that anybody looks there. What was known of its tasks stays, without being kept up. */
export async function retireConnection(tx: Tx, id: string, secret: SecretKey): Promise<void> {
  await tx`
    update connection set removed_at = clock(), leaving_at = null, credentials = ${seal('{}', secret)}, configured = null, webhooks = false,
      former_secret = null, former_secret_until = null
    where id = ${id}`
  await tx`delete from sync_state where connection_id = ${id}`
  await tx`delete from delivery where connection_id = ${id}`
  // Names and numbers of people; whoever needs them again asks for them.
  await tx`delete from person where connection_id = ${id}`
  await tx`delete from account_user where connection_id = ${id}`
}

/** Notes that a service refuses the key or does not answer; what a person paused stays so. */
export async function noteConnectionTrouble(
  sql: Db | Tx,
  id: string,
  state: 'ok' | 'auth-failed' | 'unreachable',
  note: string | null,
): Promise<void> {
  await sql`
    update connection set state = ${state}, state_since = clock(), state_note = ${note}
    where id = ${id} and state not in (${state}, 'paused')`
}

/** Sets the state; true when it was another one before. */
export async function setConnectionState(
  sql: Db | Tx,
  id: string,
  state: ConnectionState,
  note: string | null,
): Promise<boolean> {
  const rows = await sql`
    update connection set state = ${state}, state_since = clock(), state_note = ${note}
    where id = ${id} and state <> ${state} returning id`
  return rows.length > 0
}

export async function markPulled(
  sql: Db | Tx,
  id: string,
  askedAt: DbTime,
  complete: boolean,
): Promise<void> {
  await sql`
    update connection set last_pull_at = greatest(last_pull_at, ${askedAt}::timestamptz),
      last_complete_at = case when ${complete} then greatest(last_complete_at, ${askedAt}::timestamptz)
                              else last_complete_at end
    where id = ${id}`
}
