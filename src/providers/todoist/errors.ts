import { ProviderError } from '../provider-error.ts'
import { meaningOf, type Row } from './error-table.ts'
import { errorSchema, type WireError } from './wire.ts'

/** The documentation's, and that of one of Doist's own tests (reference §6.2). */
const INVALID_TEMP_ID: readonly number[] = [15, 58]
const DEFAULT_RETRY_MS = 60_000
/** Node's and undici's codes for a connection that never came about: nothing was sent. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*_CERT.*|ERR_TLS_.*|ERR_SSL_.*)$/

/** What a request was for: a read does no harm, a write may have been done although its answer is missing. */
export type Purpose = 'read' | 'write'

/** The error of a whole request that was answered with a status other than 2xx. `body` may be anything. */
export function answerError(
  purpose: Purpose,
  answer: { readonly status: number; readonly retryAfter: string | undefined; readonly body: unknown },
): ProviderError {
  const wire = wireError(answer.body)
  const row = meaningOf(wire, answer.status)
  // A code or tag decides; but whatever a 5xx says, the write may have been done.
  const lost = purpose === 'write' && (row.kind === 'transient' || answer.status >= 500)
  return fromRow(lost ? { ...row, kind: 'ambiguous-write' } : row, wire, answer.status, answer.retryAfter)
}

/** The error of one command, from its entry in `sync_status`. */
export function commandError(entry: unknown): ProviderError {
  const wire = wireError(entry)
  return fromRow(meaningOf(wire, wire.http_code ?? 400), wire, wire.http_code ?? undefined, undefined)
}

/** True for a command that failed only because one before it did. */
export function needsEarlierCommand(entry: unknown): boolean {
  const wire = wireError(entry)
  return INVALID_TEMP_ID.includes(wire.error_code ?? Number.NaN) || wire.error_tag === 'INVALID_TEMP_ID'
}

/** The error of a request that got no answer, or none that could be read. `timedOut`: its time was over. */
export function noAnswer(purpose: Purpose, cause: unknown, timedOut: boolean): ProviderError {
  const code = codeOf(cause)
  if (NEVER_SENT.test(code)) return unreachable(code, cause)
  const what = timedOut ? 'Todoist did not answer in time' : `The connection to Todoist broke (${code})`
  return new ProviderError({
    kind: purpose === 'write' ? 'ambiguous-write' : 'transient',
    provider: 'todoist',
    message: purpose === 'write' ? `${what}; the write may or may not have been done.` : `${what}.`,
    cause,
  })
}

/** Of a delete that was not sent, because it was to spare a task with comments. */
export function commented(): ProviderError {
  return new ProviderError({
    kind: 'conflict',
    provider: 'todoist',
    message: 'The task has comments, which would be lost with it.',
  })
}

/** The error of an answer that is not what the service documents. */
export function notUnderstood(purpose: Purpose): ProviderError {
  return new ProviderError({
    kind: purpose === 'write' ? 'ambiguous-write' : 'transient',
    provider: 'todoist',
    message: 'The answer of Todoist could not be understood.',
    hint: 'If this goes on, check TODOIST_BASE_URL, and look for a newer Dealbridge.',
  })
}

/** The error of a call that was cancelled before anything was sent. */
export function cancelled(): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider: 'todoist',
    message: 'The call to Todoist was cancelled before anything was sent.',
  })
}

/** The error of a write that was cancelled after it was sent, or whose outcome the service did not tell. */
export function outcomeUnknown(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'ambiguous-write', provider: 'todoist', message, cause })
}

/** An error of our own making: a body or credentials that cannot be used. */
export function invalid(message: string, hint?: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'todoist', message, hint })
}

function unreachable(code: string, cause: unknown): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider: 'todoist',
    message: `Todoist cannot be reached (${code}).`,
    hint: 'Check the network and TODOIST_BASE_URL.',
    cause,
  })
}

function fromRow(
  row: Row,
  wire: WireError,
  status: number | undefined,
  retryAfter: string | undefined,
): ProviderError {
  const name = /^[A-Z][A-Z0-9_]{1,60}$/.test(wire.error_tag ?? '') ? wire.error_tag : wire.error_code
  const words = ['Todoist answered', status, name].filter((word) => word !== undefined && word !== null)
  return new ProviderError({
    kind: row.kind,
    provider: 'todoist',
    message: `${words.join(' ')}: ${row.why}.`,
    status,
    // The service sends a retry time with 401 and 404 too; there it means nothing.
    retryAfterMs: row.kind === 'rate-limited' ? retryMs(retryAfter, wire) : undefined,
    hint: row.hint,
  })
}

function retryMs(header: string | undefined, wire: WireError): number {
  const seconds = header !== undefined && /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : undefined
  const told = seconds ?? wire.error_extra?.retry_after
  return told === undefined || told === null || told < 0 ? DEFAULT_RETRY_MS : Math.ceil(told * 1000)
}

function wireError(body: unknown): WireError {
  return errorSchema.safeParse(body).data ?? {}
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.cause instanceof Error ? codeOf(cause.cause) : cause.name
}
