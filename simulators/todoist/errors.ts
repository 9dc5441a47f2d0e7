/** The error object of REST answers and of `sync_status` (reference §6.1). */
export type ErrorBody = {
  error: string
  error_code: number
  error_tag: string
  http_code: number
  error_extra: Record<string, unknown>
}

/** A refusal by the service: thrown by every command and route, turned into an answer at the border. */
export class Refusal extends Error {
  readonly body: ErrorBody

  constructor(body: ErrorBody) {
    super(body.error)
    this.body = body
  }
}

function refusal(
  http: number,
  code: number,
  tag: string,
  error: string,
  extra: Record<string, unknown> = {},
) {
  return new Refusal({ error, error_code: code, error_tag: tag, http_code: http, error_extra: extra })
}

export const invalidArgument = (argument: string, expected: string): Refusal =>
  refusal(400, 20, 'INVALID_ARGUMENT_VALUE', 'Invalid argument value', { argument, expected })

export const requiredArgument = (argument: string): Refusal =>
  refusal(400, 19, 'ARGUMENT_MISSING', 'Required argument is missing', { argument })

export const invalidTempId = (id: string, code = 15): Refusal =>
  refusal(400, code, 'INVALID_TEMP_ID', 'Invalid temporary id', { bad_item: id })

export const itemNotFound = (): Refusal => refusal(404, 22, 'ITEM_NOT_FOUND', 'Item not found')

/** Sections, projects, labels, comments and routes; only the task's own code (22) is published for Sync. */
export const notFound = (what: string): Refusal => refusal(404, 478, 'NOT_FOUND', `${what} not found`)

export const forbidden = (error: string): Refusal => refusal(403, 473, 'FORBIDDEN', error)

export const invalidDate = (argument: string): Refusal =>
  refusal(400, 480, 'INVALID_DATE', 'Date is invalid', { argument })

export const tooManyItems = (max: number, projectId: string): Refusal =>
  refusal(403, 49, 'MAX_ITEMS_LIMIT_REACHED', 'Maximum number of items exceeded', {
    max_count: max,
    project_id: projectId,
  })

/** Code 61 and status 403 are observed; the tag is by convention (reference §6.2), and a setting. */
export const tooManySections = (max: number, projectId: string, tag: string): Refusal =>
  refusal(403, 61, tag, 'Maximum number of sections exceeded', {
    max_count: max,
    project_id: projectId,
  })

/** The number 44 is ours: the reference names the tag and the status only. */
export const tooManyProjects = (max: number): Refusal =>
  refusal(403, 44, 'MAX_PROJECTS_LIMIT_REACHED', 'Maximum number of projects exceeded', { max_count: max })

export const tooManyLabels = (max: number): Refusal =>
  refusal(403, 45, 'MAX_LABELS_LIMIT_REACHED', 'Maximum number of labels exceeded', { max_count: max })

export const unauthorized = (): Refusal =>
  refusal(401, 477, 'UNAUTHORIZED', 'Unauthorized', { retry_after: 3 })

/** The number 474 is ours: the reference names the tag and the status only. */
export const insufficientScope = (): Refusal =>
  refusal(403, 474, 'AUTH_INSUFFICIENT_TOKEN_SCOPE', 'Insufficient token scope')

/** Code 32 and status 403 are observed; the tag is ours. */
export const premiumOnly = (what: string): Refusal =>
  refusal(403, 32, 'PREMIUM_ONLY', 'Premium only', { argument: what })

/** The number 481 is ours: the reference names the tag and the status only. */
export const invalidQuery = (explanation: string): Refusal =>
  refusal(400, 481, 'INVALID_SEARCH_QUERY', 'Search query is invalid', { argument: 'query', explanation })

export const rateLimited = (retryAfterSeconds: number, tag = 'LIMITS_REACHED'): Refusal =>
  refusal(429, 35, tag, 'Too many requests. Limits reached. Try again later', {
    retry_after: retryAfterSeconds,
  })
