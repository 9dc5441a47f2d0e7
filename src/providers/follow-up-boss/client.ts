import { request } from 'undici'
import type { Connection, DbTime, QuotaNews } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import {
  type Asked,
  foreignError,
  PROVIDER,
  refusalError,
  silenceError,
  wrongAccountError,
} from './errors.ts'
import type { Memory } from './memory.ts'

/** A connection and what this process remembers of it. */
export type Client = { readonly connection: Connection; readonly memory: Memory }

/** One request. `object`: the path names one thing, or the body one person. `owner`: only the account's owner may. `context`:
 * the rate context, where it is not that of almost everything (reference §3). */
export type Call = {
  readonly context?: 'notes'
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  readonly object?: boolean
  readonly owner?: boolean
}

/**
 * A 2xx answer. `askedAt`: the time of its quota slot. `body`: parsed JSON, undefined when there was none.
 * `date`: the service's clock when it answered (milliseconds), null when it does not say.
 */
export type Answer = { readonly askedAt: DbTime; readonly body: unknown; readonly date: number | null }

/** A failed call with the slot it used: a write must say when it was tried. */
export type Failure = { readonly askedAt: DbTime | null; readonly error: ProviderError }

/** Longest wait for a whole answer. */
const TIMEOUT_MS = 30_000
const CONTEXT = 'global'

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Sends one request, once, for one quota slot. Throws ProviderError. */
export async function send(client: Client, call: Call): Promise<Answer> {
  const outcome = await attempt(client, call)
  if ('error' in outcome) throw outcome.error
  return outcome
}

/** As `send`, with the failure as a value. */
export async function attempt({ connection, memory }: Client, call: Call): Promise<Answer | Failure> {
  const asked: Asked = {
    write: call.method !== 'GET',
    object: call.object === true,
    owner: call.owner === true,
  }
  if (connection.signal.aborted) {
    const error = silenceError({ ...asked, write: false }, connection.signal.reason)
    return { askedAt: null, error }
  }
  let askedAt: DbTime | null = null
  try {
    askedAt = (await connection.gate.take(call.context ?? CONTEXT)).askedAt
    const { status, headers, text } = await exchange(connection, call)
    const error =
      status < 200 || status > 299
        ? refusalError(asked, { status, text, retryAfter: one(headers, 'retry-after') })
        : null
    connection.gate.learn(quotaNews(headers, error, call.context ?? CONTEXT))
    if (error !== null) return { askedAt, error }
    if (text.trimStart().startsWith('<')) return { askedAt, error: foreignError(asked) }
    const account = one(headers, 'fub-account-id')
    if (account !== undefined) memory.account = account
    const expected = connection.facts?.accountId
    if (expected !== undefined && account !== undefined && account !== expected)
      return { askedAt, error: wrongAccountError(expected, asked) }
    return { askedAt, body: parse(text), date: clock(headers) }
  } catch (cause) {
    return { askedAt, error: cause instanceof ProviderError ? cause : silenceError(asked, cause) }
  }
}

async function exchange(connection: Connection, call: Call) {
  const url = new URL(connection.baseUrl.replace(/\/+$/, '') + call.path)
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  const answer = await request(url, {
    method: call.method,
    headers: requestHeaders(connection, call),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal: AbortSignal.any([connection.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
}

/** The key is the user name of Basic authentication, without a password. */
function requestHeaders({ credentials }: Connection, call: Call): Record<string, string> {
  const { apiKey, systemName, systemKey } = credentials
  if (apiKey === undefined || apiKey === '') {
    throw new ProviderError({
      kind: 'auth',
      provider: PROVIDER,
      message: 'There is no API key for Follow Up Boss',
      hint: 'Set FUB_API_KEY, or run the setup again',
    })
  }
  return {
    authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`,
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(systemName ? { 'x-system': systemName } : {}),
    ...(systemKey ? { 'x-system-key': systemKey } : {}),
  }
}

/** A refusal that does not say how long to wait counts as well: then the error's own wait is the news. */
function quotaNews(headers: Headers, error: ProviderError | null, context: string): QuotaNews {
  const window = number(one(headers, 'x-ratelimit-window'))
  return {
    context: one(headers, 'x-ratelimit-context') ?? context,
    limit: number(one(headers, 'x-ratelimit-limit')),
    remaining: number(one(headers, 'x-ratelimit-remaining')),
    windowMs: window === undefined ? undefined : window * 1000,
    retryAfterMs: error?.kind === 'rate-limited' ? error.retryAfterMs : undefined,
  }
}

function clock(headers: Headers): number | null {
  const time = Date.parse(one(headers, 'date') ?? '')
  return Number.isNaN(time) ? null : time
}

/** A body that is no JSON is as good as none: nothing can be read from it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function one(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

function number(text: string | undefined): number | undefined {
  const value = Number(text)
  return text === undefined || text.trim() === '' || !Number.isFinite(value) ? undefined : value
}
