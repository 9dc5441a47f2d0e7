import { keepSecretBefore } from '../activities/webhooks/former-secret.ts'
import { UserError } from '../config/errors.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import type { AccountFacts, Credentials } from '../providers/contract.ts'
import {
  type ConnectionRow,
  connectionById,
  connectionOfAccount,
  leavingConnections,
  lockConnection,
  madeByConfiguration,
  openCredentials,
  renewConnection,
  saveConfigured,
  saveFacts,
} from '../store/connections.ts'
import type { Db, Tx } from '../store/database.ts'
import { forgetLeftovers } from '../store/leftovers.ts'
import { isConfigured } from '../store/webhooks.ts'
import type { Account } from './accounts.ts'
import { otherAccount } from './check-accounts.ts'
import { quoted } from './command-name.ts'

/** The connection that a configuration has made before, also where a person calls it by another name since. */
export async function configuredRow(
  db: Db,
  stored: readonly ConnectionRow[],
  account: Account,
  secretKey: SecretKey,
): Promise<ConnectionRow | undefined> {
  const ofKind = stored.filter((row) => row.provider === account.provider)
  const named = ofKind.find((row) => row.name === account.name)
  // There may be no record yet.
  if (named !== undefined || ofKind.length === 0) return named
  const made = await madeByConfiguration(db, account.credentials, secretKey)
  return ofKind.find((row) => made.includes(row.id))
}

/**
 * The connection in use that a configured account is: that of the same account, whatever its name. Undefined where there is none
 * yet. Throws UserError (exit code 2) where its name stands for something else.
 */
export function connectionInUse(
  stored: readonly ConnectionRow[],
  account: Account,
  { accountId }: AccountFacts,
): ConnectionRow | undefined {
  const same = stored.find((row) => row.provider === account.provider && row.facts?.accountId === accountId)
  if (same !== undefined) return same
  const named = stored.find((row) => row.name === account.name)
  if (named === undefined) return undefined
  if (named.provider !== account.provider) throw nameTaken(account, named)
  if (named.facts !== null) throw otherAccount(account)
  return named
}

/**
 * Stores what is configured of an account: in the connection of that account, also one that was removed, which goes on where it
 * was. One that is leaving stays as it is: null. `inUse`: its connection by what was known before.
 */
export async function saveAccount(
  tx: Tx,
  { account, inUse, facts, secretName }: Placed,
  secretKey: SecretKey,
): Promise<string | null> {
  const leaving = await leavingConnections(tx)
  if (leaving.some(({ id }) => id === inUse?.id)) return null
  const row = inUse === undefined ? undefined : await lockConnection(tx, inUse.id)
  const given = {
    ...account,
    name: inUse?.name ?? account.name,
    // What a person has switched on stays so, where the configuration does not speak of it.
    webhooks: account.webhooks || (!account.webhooksSaid && row?.webhooks === true),
  }
  if (inUse === undefined && facts !== null) {
    const before = await connectionOfAccount(tx, account.provider, facts.accountId)
    if (before?.removed === true) {
      await forgetLeftovers(tx, before.id)
      await renewConnection(tx, before.id, given, secretKey)
    }
  }
  const id = await saveConfigured(tx, given, secretKey, await stored(tx, row, given.credentials, secretKey))
  if (row !== undefined) {
    const next = openCredentials(await connectionById(tx, id), secretKey)
    await keepSecretBefore(tx, { name: secretName, row, next }, secretKey)
  }
  if (facts !== null) await saveFacts(tx, id, facts)
  return id
}

/** What a person has entered beside the same key, such as a registered system, stays when a configuration gives the key alone. */
async function stored(
  tx: Tx,
  row: ConnectionRow | undefined,
  given: Credentials,
  secretKey: SecretKey,
): Promise<Credentials> {
  if (row === undefined || (await isConfigured(tx, row.id))) return given
  const entered = credentialsOf(row, secretKey)
  return Object.entries(given).every(([name, value]) => entered[name] === value) ? entered : given
}

/** Those that nobody can open any more are none. */
function credentialsOf(row: ConnectionRow, secretKey: SecretKey): Credentials {
  try {
    return openCredentials(row, secretKey)
  } catch {
    return {}
  }
}

/**
 * A configured account, with its connection and what its service said of it; `facts` null where that does not answer. `secretName`:
 * of the credential that checks its deliveries.
 */
export type Placed = {
  readonly account: Account
  readonly secretName?: string | undefined
  readonly inUse: ConnectionRow | undefined
  readonly facts: AccountFacts | null
}

function nameTaken({ name, keyVariable }: Account, { provider }: ConnectionRow): UserError {
  return new UserError({
    code: 'NAME_TAKEN',
    message: `The account of ${keyVariable} is to be connected as ${name}, and that is the name of a connection to ${provider}.`,
    hints: [`Give that one another name: ${quoted(`connect edit ${name} --name <name>`)}.`],
    exitCode: 2,
  })
}
