import postgres from 'postgres'
import { ProviderError, type ProviderErrorKind } from '../../providers/provider-error.ts'

/** What to wait when Postgres has no place for another connection. */
const RETRY_MS = 1_000

/** Postgres' classes of errors after which nothing was done: it answered, and the transaction is undone. */
const CLASSES: Readonly<Record<string, ProviderErrorKind>> = {
  '08': 'transient',
  '25': 'transient',
  '28': 'auth',
  '40': 'transient',
  '53': 'rate-limited',
  '55': 'transient',
  '57': 'transient',
  '58': 'transient',
}

/** The connection was never made. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CONNECT_TIMEOUT']
/** It broke: what was sent may have been done. */
const BROKEN = [
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]

/**
 * A failure of Postgres as one of a provider's; undefined for any other, which is a mistake of ours. `purpose`: what was
 * only to be read was not done in any case.
 */
export function storeFailure(error: unknown, purpose: 'read' | 'write'): ProviderError | undefined {
  if (error instanceof postgres.PostgresError) {
    const kind = CLASSES[error.code.slice(0, 2)]
    return kind === undefined ? undefined : failure(kind, error)
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (NEVER_SENT.includes(code)) return failure('transient', error)
  if (BROKEN.includes(code)) return failure(purpose === 'read' ? 'transient' : 'ambiguous-write', error)
  return undefined
}

const MESSAGES: Partial<Record<ProviderErrorKind, string>> = {
  auth: 'Postgres refuses the user of DATABASE_URL.',
  'rate-limited': 'Postgres has no room for another connection.',
  'ambiguous-write': 'The connection to Postgres broke while a write was under way.',
}

function failure(kind: ProviderErrorKind, cause: unknown): ProviderError {
  return new ProviderError({
    kind,
    provider: 'local',
    message: MESSAGES[kind] ?? 'Postgres does not answer.',
    ...(kind === 'rate-limited' ? { retryAfterMs: RETRY_MS } : {}),
    ...(kind === 'auth' ? { hint: 'Check DATABASE_URL, and that its user may read and write.' } : {}),
    cause,
  })
}
