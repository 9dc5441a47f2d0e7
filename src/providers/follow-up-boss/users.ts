import { oneLine } from '../../core/normalise.ts'
import type { AccountUser } from '../contract.ts'
import type { Client } from './client.ts'
import { allRows } from './list.ts'
import { userSchema } from './wire.ts'

/**
 * The contract's `users` (reference §11): the account's active ones. One who was removed is in the list no more, and a row that
 * cannot be read is left out.
 */
export async function users(client: Client): Promise<readonly AccountUser[]> {
  const { rows } = await allRows(client, 'users')
  return rows.flatMap((row) => {
    const { data } = userSchema.safeParse(row)
    if (data === undefined) return []
    const { id, name, email, status } = data
    return [{ id, name: oneLine(name ?? ''), email, active: status?.toLowerCase() !== 'deleted' }]
  })
}
