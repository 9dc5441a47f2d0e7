import { type Checked, checkKey } from '../activities/check-key.ts'
import { UserError } from '../config/errors.ts'
import type { Provider } from '../providers/contract.ts'
import type { ProviderError } from '../providers/provider-error.ts'
import type { Account } from './accounts.ts'

export type { Checked }

/**
 * Asks the service whose key it is. A refused key is a UserError (exit code 2) that names the variable; a service that
 * does not answer comes back as an error for the caller to judge.
 */
export async function checkAccount(
  provider: Provider,
  account: Account,
  stopped: AbortSignal,
): Promise<Checked> {
  const checked = await checkKey(provider, account, stopped)
  if ('error' in checked && checked.error.kind === 'auth') throw refused(account, checked.error)
  return checked
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
