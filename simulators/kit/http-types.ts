import type { IncomingHttpHeaders } from 'node:http'

/**
 * Who made a request. `user` (header `x-sim-actor: user`: the page, or a test playing the user) needs no
 * key, consumes no rate limit and is never hit by a fault; `client` is the product under test.
 */
export type Actor = 'client' | 'user'

/** One request as a route handler sees it. */
export interface SimRequest {
  readonly method: string
  /** Path without query, e.g. `/v1/tasks/12`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names, as node gives them. */
  readonly headers: IncomingHttpHeaders
  readonly rawBody: Buffer
  readonly actor: Actor
  /** Values of the `{name}` parts of the route's path, URL-decoded. */
  readonly params: Readonly<Record<string, string>>
  /**
   * More than 0 when a `stale-read` fault hit this request: a read handler must then answer with the state
   * as it was this many milliseconds ago (see `RecentPast`).
   */
  readonly staleMs: number
}

/** An answer. `body` of type string or Buffer is sent as it is; anything else as JSON; undefined = empty. */
export interface SimReply {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

export type Handler = (request: SimRequest) => SimReply | Promise<SimReply>

/** `path` is a template: `/v1/tasks/{id}`. The log counts requests by `METHOD template`. */
export interface Route {
  method: string
  path: string
  handle: Handler
  /** Whether the log counts a request among those that write. Default: every method but GET does. */
  writes?: (request: Pick<SimRequest, 'headers' | 'rawBody'>) => boolean
}

/** Thrown by a handler to answer at once with `reply`. */
export class ReplyNow extends Error {
  readonly reply: SimReply

  constructor(reply: SimReply) {
    super(`reply ${reply.status}`)
    this.reply = reply
  }
}

/** The value of a header that can occur once. */
export function header(request: Pick<SimRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value[0] : value
}

/** The body parsed as JSON; `ok: false` when it is not JSON (an empty body is `{}`). */
export function jsonBody(request: Pick<SimRequest, 'rawBody'>): { ok: true; value: unknown } | { ok: false } {
  if (request.rawBody.length === 0) return { ok: true, value: {} }
  try {
    return { ok: true, value: JSON.parse(request.rawBody.toString('utf8')) as unknown }
  } catch {
    return { ok: false }
  }
}

/** The body parsed as `application/x-www-form-urlencoded`. */
export function formBody(request: Pick<SimRequest, 'rawBody'>): URLSearchParams {
  return new URLSearchParams(request.rawBody.toString('utf8'))
}
