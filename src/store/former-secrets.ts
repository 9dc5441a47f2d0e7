import type { SecretKey } from '../config/secret-keys.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { seal, unseal } from './seal.ts'

/** The secret that signed a connection's deliveries before; `until`: it is taken so long. */
export type FormerSecret = { readonly connectionId: string; readonly sealed: string; readonly until: DbTime }

/** Those that are still taken. */
export async function formerSecrets(sql: Db | Tx): Promise<FormerSecret[]> {
  return sql<FormerSecret[]>`
    select id as "connectionId", former_secret as sealed, former_secret_until as until from connection
    where former_secret is not null and former_secret_until > clock() and removed_at is null`
}

export function openFormerSecret({ sealed }: FormerSecret, secretKey: SecretKey): string {
  return unseal(sealed, secretKey)
}

/** Has the old secret taken for `ms` more; 0: no longer, from now on. */
export async function keepFormerSecret(
  tx: Tx,
  connectionId: string,
  { secret, ms }: { readonly secret: string; readonly ms: number },
  secretKey: SecretKey,
): Promise<void> {
  const sealed = ms > 0 ? seal(secret, secretKey) : null
  await tx`
    update connection set former_secret = ${sealed},
      former_secret_until = case when ${ms > 0} then clock() + ${ms}::float8 * interval '1 ms' end
    where id = ${connectionId}`
}
