import { ProviderError } from '../providers/provider-error.ts'
import { connectionById, openCredentials } from '../store/connections.ts'
import { credentialsYoungerThan } from '../store/renewals.ts'
import { type Deps, providerOf } from './deps.ts'
import { gateOf } from './quota-gate.ts'
import { renewed } from './renew.ts'

/** A token that is refused at this age was not refused because it has ended. A new one would fare no better. */
const YOUNG_MS = 10 * 60_000

/**
 * Runs a call, and once more when its token was refused although it should have lasted, and there is a newer one or one
 * could be had. `call` must be safe to run again.
 */
export async function againWhenRenewed<T>(
  deps: Deps,
  connectionId: string,
  call: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'auth') throw error
    if (!(await hasNewerToken(deps, connectionId, performance.now() - began))) throw error
  }
  return call()
}

/** `forMs`: how long ago the refused call began. Throws ProviderError when the token cannot be renewed. */
async function hasNewerToken(deps: Deps, connectionId: string, forMs: number): Promise<boolean> {
  const row = await connectionById(deps.db, connectionId)
  const provider = providerOf(deps, row.provider)
  const { renewal } = provider
  if (renewal === null || renewal.endsAt(openCredentials(row, deps.secretKey)) === null) return false
  if (await credentialsYoungerThan(deps.db, row.id, forMs)) return true
  if (await credentialsYoungerThan(deps.db, row.id, YOUNG_MS)) return false
  const gate = gateOf(deps, provider, { connectionId: row.id, priority: 'change' })
  return (await renewed(deps, { row, provider, gate, renewal }, false)).credentials !== row.credentials
}
