import type { SecretKey } from '../../config/secret-keys.ts'
import type { Credentials } from '../../providers/contract.ts'
import { type ConnectionRow, openCredentials } from '../../store/connections.ts'
import type { Tx } from '../../store/database.ts'
import { keepFormerSecret } from '../../store/former-secrets.ts'

/** Longer than a service goes on with a delivery, and than it takes to change a secret in a console. */
export const FORMER_SECRET_MS = 24 * 60 * 60_000

/**
 * When credentials bring another secret for deliveries, the one before is taken for a while longer: what it has signed may be
 * under way, and comes again. `name`: of the credential that holds the secret. `row`: as it was before. `ms`: how long; 0 not
 * at all.
 */
export async function keepSecretBefore(
  tx: Tx,
  given: {
    readonly name: string | undefined
    readonly row: ConnectionRow
    readonly next: Credentials
    readonly ms?: number | undefined
  },
  secretKey: SecretKey,
): Promise<void> {
  const { name, row, next, ms = FORMER_SECRET_MS } = given
  const secret = name === undefined ? undefined : secretOf(row, name, secretKey)
  if (name === undefined || secret === undefined || secret === next[name]) return
  await keepFormerSecret(tx, row.id, { secret, ms }, secretKey)
}

/** Credentials that nobody can open any more are on their way out. */
function secretOf(row: ConnectionRow, name: string, secretKey: SecretKey): string | undefined {
  try {
    return openCredentials(row, secretKey)[name]
  } catch {
    return undefined
  }
}
