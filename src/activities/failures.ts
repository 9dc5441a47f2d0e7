import { ApplicationFailure } from '@temporalio/activity'
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'

/** A wait for quota up to this long is a retry's delay; a longer one is the connection's trouble. */
export const LONGEST_RETRY_DELAY_MS = 30_000

const RETRYABLE: Readonly<Record<ProviderErrorKind, boolean>> = {
  'rate-limited': true,
  transient: true,
  'ambiguous-write': true,
  auth: false,
  gone: false,
  'not-visible': false,
  conflict: false,
  invalid: false,
  'limit-reached': false,
}

/**
 * What Temporal is told of an error: the kind as its type, whether and when to try again, and no word of a service's
 * body or of a person. Errors that are not a provider's keep only their class's name. `final`: it has failed often
 * enough, whatever it is.
 */
export function toFailure(error: unknown, { final = false }: { readonly final?: boolean } = {}): unknown {
  if (error instanceof ApplicationFailure) return error
  if (!(error instanceof ProviderError)) return plainFailure(error, final)
  const delay = error.retryAfterMs
  const tooLong = delay !== undefined && delay > LONGEST_RETRY_DELAY_MS
  return ApplicationFailure.create({
    type: error.kind,
    message: [error.message.replace(/\.$/u, ''), error.hint].filter(Boolean).join('. '),
    nonRetryable: !RETRYABLE[error.kind] || tooLong || final,
    details: [{ provider: error.provider, retryAfterMs: delay ?? null }],
    ...(delay === undefined || tooLong ? {} : { nextRetryDelay: delay }),
  })
}

/** Messages of other errors can hold rows and values; the log of this process has them in full, histories must not. */
function plainFailure(error: unknown, final: boolean): unknown {
  if (!(error instanceof Error)) return error
  if (error.name === 'CancelledFailure') return error
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  return ApplicationFailure.create({
    type: error.name,
    message: `${error.name}${code}; see the worker's log`,
    nonRetryable: final,
  })
}
