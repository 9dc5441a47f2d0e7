import { z } from 'zod'
import type { Connection } from '../contract.ts'
import { askerOf, type Client } from './client.ts'
import { discover } from './discovery.ts'
import { type Account, accountAt } from './place.ts'

/**
 * What `check` leaves in the account's facts. `home`: the absolute URL of the collection that holds the lists, where
 * discovery ended. `list`: the path of its first task list; absent where there is none.
 */
const probesSchema = z.object({ home: z.url(), list: z.string().optional() })

/** The connection with its place: from what `check` found, or found now. */
export async function accountOf(client: Client, connection: Connection): Promise<Account> {
  const asker = askerOf(connection)
  const probes = probesSchema.safeParse(connection.facts?.probes)
  if (probes.success) {
    const home = new URL(probes.data.home)
    return accountAt(asker, home, probes.data.list ?? null)
  }
  const { home, firstList } = await discover(client, asker, connection.baseUrl)
  return accountAt(asker, home, firstList)
}
