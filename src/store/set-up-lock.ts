import type { Tx } from './database.ts'

/**
 * Whoever changes which accounts, routes and mapped lists there are does so alone, until the transaction ends: what is
 * refused (a name that is taken, an account that is connected, a circle) is looked for first, and what does not exist
 * cannot be locked. To be taken before any other lock.
 */
export async function lockSetUp(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('dealbridge set-up'), 0)`
}
