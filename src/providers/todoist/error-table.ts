import type { ProviderErrorKind } from '../provider-error.ts'
import type { WireError } from './wire.ts'

/** `why` completes a message, `hint` says what a person can do. */
export type Row = {
  readonly codes?: readonly number[]
  readonly tags?: RegExp
  /** Words of the token endpoint, which has neither codes nor tags (reference §4). */
  readonly words?: readonly string[]
  readonly status?: (status: number) => boolean
  readonly kind: ProviderErrorKind
  readonly why: string
  readonly hint?: string
}

/** What a person can do once access can no longer be renewed. */
export const SIGN_IN_AGAIN = 'Sign in to Todoist again: "dealbridge connect edit <name> --oauth".'

/** From what the service answers to what it means; the first row that fits by code, tag or word, else by status, counts. */
const TABLE: readonly Row[] = [
  {
    codes: [35],
    tags: /^(LIMITS_REACHED|TOO_MANY_REQUESTS)$/,
    status: (status) => status === 429,
    kind: 'rate-limited',
    why: 'too many requests',
  },
  {
    codes: [49],
    tags: /^MAX_ITEMS_LIMIT_REACHED$/,
    kind: 'limit-reached',
    why: 'the project holds as many open tasks as the plan allows',
    hint: 'Complete or move some of its tasks.',
  },
  {
    codes: [61],
    tags: /^MAX_SECTIONS_LIMIT_REACHED$/,
    kind: 'limit-reached',
    why: 'the project holds as many sections as the plan allows',
    hint: 'Archive some of its sections.',
  },
  {
    tags: /^MAX_LABELS_LIMIT_REACHED$/,
    kind: 'limit-reached',
    why: 'the account holds as many labels as the plan allows',
    hint: 'Delete labels that are not needed in Todoist.',
  },
  {
    codes: [32],
    tags: /LIMIT_REACHED$|^PROJECT_FROZEN$|^PREMIUM_ONLY$/,
    kind: 'limit-reached',
    why: 'the plan of the account does not allow it',
    hint: 'Archive projects that are not needed, or choose a larger plan at Todoist.',
  },
  {
    codes: [477],
    tags: /^UNAUTHORIZED$/,
    status: (status) => status === 401,
    kind: 'auth',
    why: 'the token was refused',
    hint: 'Copy the token again from Todoist (Settings, Integrations, Developer), or sign in to Todoist again.',
  },
  {
    words: ['invalid_grant'],
    kind: 'auth',
    why: 'the access that was given has ended',
    hint: SIGN_IN_AGAIN,
  },
  {
    words: ['invalid_client', 'incorrect_application_credentials', 'unauthorized_client'],
    kind: 'auth',
    why: 'the id or the secret of the Todoist app is not right',
    hint: 'Look both up in the App Management Console of Todoist, then sign in to Todoist again.',
  },
  {
    words: ['bad_authorization_code'],
    kind: 'invalid',
    why: 'the code of the sign-in is too old, was used before, or belongs to another app or address',
    hint: 'Start the sign-in again.',
  },
  {
    words: ['invalid_scope', 'unsupported_grant_type'],
    kind: 'auth',
    why: 'the Todoist app may not renew its access',
    hint: SIGN_IN_AGAIN,
  },
  {
    tags: /^AUTH_INSUFFICIENT_TOKEN_SCOPE$/,
    kind: 'auth',
    why: 'the token lacks a right',
    hint: 'Give Dealbridge access again, with the scopes data:read_write and data:delete.',
  },
  {
    codes: [22, 478],
    tags: /NOT_FOUND$/,
    status: (status) => status === 404,
    kind: 'gone',
    why: 'it does not exist',
  },
  { tags: /^FORBIDDEN$/, status: (status) => status === 403, kind: 'not-visible', why: 'access was denied' },
  {
    codes: [15, 58],
    tags: /^INVALID_TEMP_ID$/,
    kind: 'invalid',
    why: 'an earlier command that it needs was not done',
  },
  {
    status: (status) => status === 410,
    kind: 'invalid',
    why: 'this part of the service was switched off',
    hint: 'Check TODOIST_BASE_URL, and look for a newer Dealbridge.',
  },
  {
    status: (status) => status === 408 || status >= 500,
    kind: 'transient',
    why: 'the service is out of order',
  },
  {
    status: (status) => status < 200 || (status >= 300 && status < 400),
    kind: 'invalid',
    why: 'this is not the Todoist API',
    hint: 'Check TODOIST_BASE_URL: the origin alone, such as https://api.todoist.com.',
  },
]
const REST: Row = { kind: 'invalid', why: 'the request was refused' }

/** The row for an error with this HTTP status. A code, tag or word that is known counts for more than the status. */
export function meaningOf(wire: WireError, status: number): Row {
  const code = wire.error_code ?? Number.NaN
  const tag = wire.error_tag ?? ''
  const word = wire.error ?? ''
  const named = TABLE.find(
    (row) =>
      row.codes?.includes(code) === true ||
      row.tags?.test(tag) === true ||
      row.words?.includes(word) === true,
  )
  return named ?? TABLE.find((row) => row.status?.(status) === true) ?? REST
}
