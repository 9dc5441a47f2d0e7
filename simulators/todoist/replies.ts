import { randomUUID } from 'node:crypto'
import type { Handler, SimReply, SimRequest } from '../kit/http-types.ts'
import { type ErrorBody, Refusal } from './errors.ts'

/** The HTTP answer of a refusal. `Retry-After` stands on 401, 403 and 404 too, as in the real service. */
export function refusalReply(refused: unknown): SimReply {
  const body = refused instanceof Refusal ? refused.body : (refused as ErrorBody)
  const named = body.error_tag === 'ITEM_NOT_FOUND' ? restItemNotFound(body) : body
  const extra = { event_id: randomUUID().replaceAll('-', ''), ...named.error_extra }
  const retryAfter = retryAfterOf(named)
  if (retryAfter !== undefined) Object.assign(extra, { retry_after: retryAfter })
  const headers: Record<string, string> = {}
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter)
  if (named.http_code === 401) headers['www-authenticate'] = 'Bearer error="invalid_token"'
  return { status: named.http_code, headers, body: { ...named, error_extra: extra } }
}

/** Runs a handler; what it refuses becomes the answer. */
export function answering(handle: (request: SimRequest) => SimReply): Handler {
  return (request) => {
    try {
      return handle(request)
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(error)
      throw error
    }
  }
}

export function ok(body: unknown): SimReply {
  return { status: 200, body }
}

/** The service's own shape of an error with this status, for faults; from 500 up it is HTML. */
export function plainError(status: number): SimReply {
  if (status >= 500)
    return {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: `<html><head><title>${status}</title></head><body><h1>${status} Server Error</h1></body></html>`,
    }
  const [code, tag, error] = NAMED[status] ?? [20, 'INVALID_ARGUMENT_VALUE', 'Invalid argument value']
  return refusalReply({ error, error_code: code, error_tag: tag, http_code: status, error_extra: {} })
}

const NAMED: Record<number, [number, string, string]> = {
  401: [477, 'UNAUTHORIZED', 'Unauthorized'],
  403: [473, 'FORBIDDEN', 'Forbidden'],
  404: [478, 'NOT_FOUND', 'Not found'],
  429: [35, 'LIMITS_REACHED', 'Too many requests. Limits reached. Try again later'],
}

function retryAfterOf(body: ErrorBody): number | undefined {
  const said = body.error_extra.retry_after
  if (typeof said === 'number') return said
  if (body.http_code === 429) return 60
  return [401, 403, 404].includes(body.http_code) ? 3 : undefined
}

function restItemNotFound(body: ErrorBody): ErrorBody {
  return { ...body, error: 'Task not found', error_code: 478, error_tag: 'NOT_FOUND' }
}
