import type { AccountFacts, Connection } from '../contract.ts'
import { askerOf, type Client } from './client.ts'
import { discover } from './discovery.ts'

/** `Provider.check`: discovery from the address that was typed, four or five requests. */
export async function check(client: Client, connection: Connection): Promise<AccountFacts> {
  const { home, principal, firstList } = await discover(client, askerOf(connection), connection.baseUrl)
  const probes = { home: home.href, ...(firstList === null ? {} : { list: firstList }) }
  return {
    accountId: home.href,
    userId: principal,
    zone: null,
    seesEveryone: true,
    domain: null,
    limits: {},
    probes,
  }
}
