import type { SecretKey } from '../config/secret-keys.ts'
import type { Provider } from '../providers/contract.ts'
import { type ConnectionRow, outlivesConfiguration } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import type { Account } from './accounts.ts'
import { type Checked, checkAccount } from './check-accounts.ts'
import { configuredRow } from './configured-connection.ts'

export type Configured = {
  readonly provider: Provider
  readonly account: Account
  readonly secretKey: SecretKey
  readonly signal: AbortSignal
}

/**
 * Asks the service about the configured key, unless the record holds newer credentials for this connection: then those
 * are in force, and whether they work is for the connection's own workflow to find out, which can also renew them.
 */
export async function checkInForce(
  db: Db,
  stored: readonly ConnectionRow[],
  { provider, account, secretKey, signal }: Configured,
): Promise<Checked> {
  const row = await configuredRow(db, stored, account, secretKey)
  if (row === undefined || row.facts === null) return checkAccount(provider, account, signal)
  const newer = await outlivesConfiguration(db, row, account.credentials, secretKey)
  return newer ? { facts: row.facts } : checkAccount(provider, account, signal)
}
