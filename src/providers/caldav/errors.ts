import { ProviderError } from '../provider-error.ts'
import { meaningOf } from './error-table.ts'
import { preconditionOf } from './multistatus.ts'
import { CALDAV, nameOf } from './xml.ts'

const DEFAULT_RETRY_MS = 60_000
/** Node's and undici's codes for a connection that never came about: nothing was sent. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*_CERT.*|ERR_TLS_.*|ERR_SSL_.*)$/

/** What a request was for: a read does no harm, a write may have been done although its answer is missing. */
export type Purpose = 'read' | 'write'

/** The error of a request that was answered with a status which its caller has no use for. */
export function answerError(
  purpose: Purpose,
  answer: { readonly status: number; readonly retryAfter: string | undefined; readonly text: string },
): ProviderError {
  const { status } = answer
  const row = meaningOf(status, preconditionOf(answer.text))
  // Whatever a 5xx says, the write may have been done; not so what is locked.
  const lost = purpose === 'write' && row.kind === 'transient' && status !== 423
  return new ProviderError({
    kind: lost ? 'ambiguous-write' : row.kind,
    provider: PROVIDER,
    message: `The CalDAV server answered ${status}: ${row.why}.`,
    status,
    retryAfterMs: row.kind === 'rate-limited' ? retryMs(answer.retryAfter) : undefined,
    hint: row.hint,
  })
}

/** The error of a request that got no answer, or none that could be read. `timedOut`: its time was over. */
export function noAnswer(purpose: Purpose, cause: unknown, timedOut: boolean): ProviderError {
  const code = codeOf(cause)
  if (NEVER_SENT.test(code))
    return new ProviderError({
      kind: 'transient',
      provider: PROVIDER,
      message: `The CalDAV server cannot be reached (${code}).`,
      hint: 'Check the network and the address of the connection.',
      cause,
    })
  const what = timedOut
    ? 'The CalDAV server did not answer in time'
    : `The connection to the CalDAV server broke (${code})`
  return new ProviderError({
    kind: purpose === 'write' ? 'ambiguous-write' : 'transient',
    provider: PROVIDER,
    message: purpose === 'write' ? `${what}; the write may or may not have been done.` : `${what}.`,
    cause,
  })
}

/** The error of an answer that is not what the standard says. */
export function notUnderstood(purpose: Purpose): ProviderError {
  return new ProviderError({
    kind: purpose === 'write' ? 'ambiguous-write' : 'transient',
    provider: PROVIDER,
    message: 'The answer of the CalDAV server could not be understood.',
    hint: 'If this goes on, check the address of the connection.',
  })
}

/** The error of a call that was cancelled before anything was sent. */
export function cancelled(): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider: PROVIDER,
    message: 'The call to the CalDAV server was cancelled before anything was sent.',
  })
}

/** The error of what changed under our hands while we looked at it: another look shows it as it is. */
export function inMotion(): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider: PROVIDER,
    message: 'The lists of the CalDAV account changed while they were being read.',
  })
}

/** The error of a write whose outcome nobody told. */
export function outcomeUnknown(message: string): ProviderError {
  return new ProviderError({ kind: 'ambiguous-write', provider: PROVIDER, message })
}

/** An error of our own making: what cannot be asked for, or not here. */
export function invalid(message: string, hint?: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: PROVIDER, message, hint })
}

/** The error of a task that is to go where another one of the same UID, or of the same name, lies. */
export function isThereAlready(): ProviderError {
  const { kind, why, hint } = meaningOf(409, nameOf(CALDAV, 'no-uid-conflict'))
  return new ProviderError({
    kind,
    provider: PROVIDER,
    message: `The task cannot go into that list: ${why}.`,
    hint,
  })
}

/** The error of a task or list that is not there. */
export function gone(what: 'task' | 'list'): ProviderError {
  return new ProviderError({
    kind: 'gone',
    provider: PROVIDER,
    message: `The ${what} does not exist on the CalDAV server any more.`,
  })
}

export const PROVIDER = 'caldav'

/** Seconds, or a date (RFC 9110, 10.2.3), of which nobody knows by whose clock. */
function retryMs(header: string | undefined): number {
  const told = header?.trim() ?? ''
  return /^\d+$/.test(told) ? Math.max(1, Number(told) * 1_000) : DEFAULT_RETRY_MS
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.cause instanceof Error ? codeOf(cause.cause) : cause.name
}
