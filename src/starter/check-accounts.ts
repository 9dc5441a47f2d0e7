import { UserError } from '../config/errors.ts'
import type { AccountFacts, Provider } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { Account } from './accounts.ts'

/** What a service said about a key: who it is, or why that could not be found out. */
export type Checked = { readonly facts: AccountFacts } | { readonly error: ProviderError }

const CHECK_TIMEOUT_MS = 30_000

/**
 * Asks the service whose key it is, before anything is stored. A refused key is a UserError (exit code 2) that names
 * the variable; a service that does not answer comes back as an error for the caller to judge.
 */
export async function checkAccount(
  provider: Provider,
  account: Account,
  stopped: AbortSignal,
): Promise<Checked> {
  const connection = {
    id: `check/${account.name}`,
    baseUrl: account.baseUrl,
    credentials: account.credentials,
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
    if (error.kind === 'auth') throw refused(account, error)
    return { error }
  }
}

/** A service that could not be asked, where that cannot be helped: exit code 4. */
export function unreachable(account: Account, error: ProviderError): UserError {
  return new UserError({
    code: 'SERVICE_UNREACHABLE',
    message: `${account.name} at ${account.baseUrl} could not be asked about its key: ${error.message}`,
    hints: [error.hint ?? 'Check the network and the base URL, then start again.'],
    exitCode: 4,
    cause: error,
  })
}

/** The key works, but for another account than the one whose tasks are in the record. */
export function otherAccount(account: Account): UserError {
  return new UserError({
    code: 'OTHER_ACCOUNT',
    message: `${account.keyVariable} belongs to another ${account.name} account than the one in the record.`,
    hints: ["Use the first account's key, or another DEALBRIDGE_DATA_DIR for the other account."],
    exitCode: 2,
  })
}

function refused(account: Account, cause: ProviderError): UserError {
  return new UserError({
    code: 'KEY_REFUSED',
    message: `${account.keyVariable} is refused by ${account.name} (${account.baseUrl}).`,
    hints: [`Correct ${account.keyVariable} and start again. Nothing was written anywhere.`],
    exitCode: 2,
    cause,
  })
}
