/**
 * Why a call to a service failed, in the only words that the rest of the program knows.
 *
 * - `rate-limited`: not processed; may be repeated after `retryAfterMs`
 * - `auth`: the key is refused; nothing was processed
 * - `gone`: the object does not exist (any more)
 * - `not-visible`: the object may exist, but this key may not see it
 * - `conflict`: a conditional write met a newer version
 * - `invalid`: refused for good; repeating the same bytes is useless
 * - `limit-reached`: a limit of the plan (tasks, sections, projects), not of the request rate
 * - `transient`: the service was away and certainly did nothing, or the call only read
 * - `ambiguous-write`: the write may or may not have been done
 */
export const PROVIDER_ERROR_KINDS = [
  'rate-limited',
  'auth',
  'gone',
  'not-visible',
  'conflict',
  'invalid',
  'limit-reached',
  'transient',
  'ambiguous-write',
] as const
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number]

/** `hint` says what a person can do next. Neither it nor the message may hold a body of the service or personal data. */
export type ProviderErrorOptions = {
  readonly kind: ProviderErrorKind
  readonly provider: string
  readonly message: string
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly hint?: string | undefined
  readonly cause?: unknown
}

export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly kind: ProviderErrorKind
  readonly provider: string
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly hint: string | undefined

  constructor(options: ProviderErrorOptions) {
    super(options.message, { cause: options.cause })
    this.kind = options.kind
    this.provider = options.provider
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
    this.hint = options.hint
  }
}
