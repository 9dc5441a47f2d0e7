import type { AccountFacts, Credentials, Provider } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'

/** What a service said about a key: who it is, or why that could not be found out. */
export type Checked = { readonly facts: AccountFacts } | { readonly error: ProviderError }

/** An account that is in no record yet. */
export type Candidate = {
  readonly name: string
  readonly baseUrl: string
  readonly credentials: Credentials
}

const CHECK_TIMEOUT_MS = 30_000

/** Asks the service whose key it is, before anything is stored. */
export async function checkKey(
  provider: Provider,
  { name, baseUrl, credentials }: Candidate,
  stopped: AbortSignal,
): Promise<Checked> {
  const connection = {
    id: `check/${name}`,
    baseUrl,
    credentials,
    facts: null,
    // A handful of requests before there is a budget to take them from.
    gate: { take: async () => ({ askedAt: new Date().toISOString() }), learn: () => undefined },
    signal: AbortSignal.any([stopped, AbortSignal.timeout(CHECK_TIMEOUT_MS)]),
    cursor: null,
  }
  try {
    return { facts: await provider.check(connection) }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { error }
  }
}
