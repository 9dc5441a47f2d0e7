import { ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './wire.ts'

export const PROVIDER = 'follow-up-boss'

/**
 * What was asked: `write` when it was to change something, `object` when it named one thing, `owner` when only the
 * account's owner may do it.
 */
export type Asked = { readonly write: boolean; readonly object: boolean; readonly owner?: boolean }

/** What came back. `text` is the raw body: JSON, HTML or nothing. */
export type Refusal = {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | undefined
}

/** What a person can do about a key that is refused. */
const NEW_KEY_HINT = 'Make an API key in Follow Up Boss (Admin, API) and give it to the connection'

type Rule = {
  readonly from: number
  readonly to?: number
  readonly text?: RegExp
  readonly asked?: Partial<Asked>
  readonly kind: ProviderErrorKind
  readonly message: string
  readonly hint?: string
}

/** The first rule that fits wins. Sources: the service's error page, and texts seen on live accounts. */
const RULES: readonly Rule[] = [
  {
    from: 400,
    text: /required field.*system/i,
    kind: 'invalid',
    message: 'Follow Up Boss asks for a registered system',
    hint: 'Register one at apps.followupboss.com/system-registration and set its name and key',
  },
  {
    from: 400,
    text: /invalid field/i,
    kind: 'invalid',
    message: 'Follow Up Boss does not accept a field of the request',
  },
  { from: 400, kind: 'invalid', message: 'Follow Up Boss refused the request' },
  { from: 401, kind: 'auth', message: 'Follow Up Boss refused the API key', hint: NEW_KEY_HINT },
  {
    from: 403,
    text: /expired|lapsed|suspend|inactive|cancell?ed|subscription|trial/i,
    kind: 'auth',
    message: 'The Follow Up Boss account is not active',
    hint: 'Ask the owner of the account to renew it',
  },
  {
    from: 403,
    asked: { owner: true },
    kind: 'not-visible',
    message: 'Only the owner of the Follow Up Boss account may look after webhooks',
    hint: 'Give the connection an API key that the owner of the account has made',
  },
  {
    from: 403,
    asked: { object: true },
    kind: 'not-visible',
    message: 'This key may not see or change that in Follow Up Boss',
    hint: 'Use the key of an owner or admin, or give the contact to the user of the key',
  },
  { from: 403, kind: 'auth', message: 'Follow Up Boss lets this key do nothing here', hint: NEW_KEY_HINT },
  {
    from: 404,
    text: /collection name/i,
    kind: 'invalid',
    message: 'The address is not one of Follow Up Boss',
    hint: 'The base URL must end in /v1',
  },
  { from: 404, asked: { object: true }, kind: 'gone', message: 'Follow Up Boss does not have that any more' },
  {
    from: 404,
    kind: 'invalid',
    message: 'The address is not one of Follow Up Boss',
    hint: 'The base URL must end in /v1',
  },
  { from: 408, asked: { write: true }, kind: 'ambiguous-write', message: 'Follow Up Boss gave up waiting' },
  { from: 408, kind: 'transient', message: 'Follow Up Boss gave up waiting' },
  { from: 409, kind: 'conflict', message: 'Follow Up Boss reports a conflict' },
  { from: 429, kind: 'rate-limited', message: 'The request limit of Follow Up Boss is reached' },
  { from: 400, to: 499, kind: 'invalid', message: 'Follow Up Boss refused the request' },
  {
    from: 500,
    to: 599,
    asked: { write: true },
    kind: 'ambiguous-write',
    message: 'Follow Up Boss failed while it was writing',
  },
  { from: 500, to: 599, kind: 'transient', message: 'Follow Up Boss is not available at the moment' },
  {
    from: 300,
    to: 399,
    kind: 'invalid',
    message: 'The address is not one of Follow Up Boss',
    hint: 'The base URL must be the one of the API itself',
  },
]

/** Follow Up Boss's window: what to wait after a 429 that does not say. */
const WINDOW_MS = 10_000

/** The error of an answer that is no success. Holds nothing of the body. */
export function refusalError(asked: Asked, refusal: Refusal): ProviderError {
  const words = errorWords(refusal.text)
  const rule = RULES.find((one) => fits(one, asked, refusal.status, words))
  const kind = rule?.kind ?? (asked.write ? 'ambiguous-write' : 'transient')
  return new ProviderError({
    kind,
    provider: PROVIDER,
    message: `${rule?.message ?? 'Follow Up Boss gave an answer that cannot be understood'} (${refusal.status})`,
    status: refusal.status,
    retryAfterMs: retryAfterMs(refusal.retryAfter) ?? (kind === 'rate-limited' ? WINDOW_MS : undefined),
    hint: rule?.hint,
  })
}

/** Node's and undici's codes of a call that never reached the service. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_URL',
])

/** The error of a call without an answer. Only a call that never left is sure to have changed nothing. */
export function silenceError(asked: Asked, cause: unknown): ProviderError {
  const code = codeOf(cause)
  const certain = code !== undefined && NEVER_SENT.has(code)
  return new ProviderError({
    kind: asked.write && !certain ? 'ambiguous-write' : 'transient',
    provider: PROVIDER,
    message: certain ? 'Follow Up Boss cannot be reached' : 'Follow Up Boss did not answer',
    hint: certain ? 'Check the network, and the base URL of the connection' : undefined,
    cause,
  })
}

/** A page of HTML with a 2xx: a proxy or a sign-in page answered, and nobody knows whether the call went further. */
export function foreignError(asked: Asked): ProviderError {
  return new ProviderError({
    kind: asked.write ? 'ambiguous-write' : 'transient',
    provider: PROVIDER,
    message: 'Something else answered in place of Follow Up Boss',
    hint: 'Check the network (a sign-in page, a proxy), and the base URL of the connection',
  })
}

/** A read whose answer has not the shape it should have. */
export function unreadableError(what: string): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider: PROVIDER,
    message: `Follow Up Boss sent ${what} that cannot be understood`,
    hint: 'If this stays, check that the base URL of the connection is the one of Follow Up Boss',
  })
}

/** The key belongs to another account than the one that was checked. A write has then been done over there. */
export function wrongAccountError(expected: string, asked: Asked): ProviderError {
  return new ProviderError({
    kind: asked.write ? 'ambiguous-write' : 'auth',
    provider: PROVIDER,
    message: 'The API key belongs to another Follow Up Boss account',
    hint: `Give the connection a key of account ${expected}, or make a new connection`,
  })
}

/** The date of a task that this service does not change after the task was made. */
export function dueNotWritableError(cause?: ProviderError): ProviderError {
  return new ProviderError({
    kind: 'invalid',
    provider: PROVIDER,
    message: 'The due date was not changed',
    hint: 'Follow Up Boss does not accept a new due date for this task',
    status: cause?.status,
    cause,
  })
}

/** `Retry-After` in milliseconds: seconds in all samples, a date by the standard. */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header.trim())) return undefined
  return Math.ceil(Number(header) * 1000)
}

function fits(rule: Rule, asked: Asked, status: number, words: string): boolean {
  return (
    status >= rule.from &&
    status <= (rule.to ?? rule.from) &&
    (rule.text === undefined || rule.text.test(words)) &&
    (rule.asked?.write === undefined || rule.asked.write === asked.write) &&
    (rule.asked?.object === undefined || rule.asked.object === asked.object) &&
    (rule.asked?.owner === undefined || rule.asked.owner === asked.owner)
  )
}

function errorWords(text: string): string {
  try {
    return errorSchema.safeParse(JSON.parse(text)).data ?? ''
  } catch {
    return ''
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? undefined : codeOf(error.cause)
}
