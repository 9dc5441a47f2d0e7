import { Agent, request } from 'undici'
import { z } from 'zod'
import type { Connection, DbTime, QuotaGate } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import type { RateContext } from './capabilities.ts'
import { answerError, cancelled, invalid, noAnswer, notUnderstood, type Purpose } from './errors.ts'
import { type SyncReply, syncReplySchema } from './wire.ts'

/** Above the service's own limit of 15 s for processing. */
const TIMEOUT_MS = 20_000

/** The objects of every Sync call that uses a token: a token belongs to one fixed set. */
const RESOURCES = ['items', 'projects', 'sections']

/** Who asks: one connection, or several calls that share one request. */
export type Asker = {
  readonly baseUrl: string
  readonly token: string
  readonly gates: readonly QuotaGate[]
  readonly signal: AbortSignal
}

export type Command = {
  readonly type: string
  readonly uuid: string
  readonly temp_id?: string
  readonly args: Readonly<Record<string, unknown>>
}

/** A Sync call. `token` null: only commands, no objects in the answer. */
export type SyncCall = {
  readonly token: string | null
  readonly commands?: readonly Command[]
  readonly resources?: readonly string[]
}

export type Synced = { readonly askedAt: DbTime; readonly reply: SyncReply }

export type Client = {
  /** One Sync request. `onSlot` is told the slot before the request leaves. */
  sync(asker: Asker, call: SyncCall, onSlot?: (askedAt: DbTime) => void): Promise<Synced>
  /** One REST read, as JSON. `path` begins with a slash. */
  get(
    asker: Asker,
    path: string,
    onSlot?: (askedAt: DbTime) => void,
  ): Promise<{ readonly askedAt: DbTime; readonly body: unknown }>
  /** One request to the token endpoint, which knows its caller by the form alone. Form and answer are secret. */
  exchangeToken(
    asker: Asker,
    form: Readonly<Record<string, string>>,
  ): Promise<{ readonly askedAt: DbTime; readonly body: unknown }>
}

const credentialsSchema = z.object({ token: z.string().trim().min(1) })

/** The connection as the asker of its own requests. Throws `auth` when it holds no token. */
export function askerOf(connection: Connection): Asker {
  const credentials = credentialsSchema.safeParse(connection.credentials)
  if (!credentials.success)
    throw new ProviderError({
      kind: 'auth',
      provider: 'todoist',
      message: 'This Todoist connection has no token.',
      hint: 'Set TODOIST_API_TOKEN, or enter the token in `dealbridge setup`.',
    })
  return {
    baseUrl: connection.baseUrl.replace(/\/+$/, ''),
    token: credentials.data.token,
    gates: [connection.gate],
    signal: connection.signal,
  }
}

/** `body` goes out as JSON; `form` as a form, and without the token. */
type Call = {
  readonly context: RateContext
  readonly purpose: Purpose
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly form?: Readonly<Record<string, string>>
}

const API = '/api/v1'
const TOKEN_PATH = '/oauth/access_token'

/** Speaks HTTP to the service: one quota slot, one request, one answer or ProviderError. It repeats nothing. */
export function createClient(): Client {
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 })

  const send = async (asker: Asker, call: Call, onSlot?: (askedAt: DbTime) => void) => {
    if (asker.signal.aborted) throw cancelled()
    const { slot, gate } = await takeSlot(asker.gates, call.context)
    if (asker.signal.aborted) throw cancelled()
    onSlot?.(slot.askedAt)
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    try {
      const answer = await exchange(dispatcher, asker, call, AbortSignal.any([asker.signal, timeout]))
      if (answer.status >= 200 && answer.status < 300) return { askedAt: slot.askedAt, body: answer.body }
      throw answerError(call.purpose, answer)
    } catch (error) {
      const failure = error instanceof ProviderError ? error : noAnswer(call.purpose, error, timeout.aborted)
      if (failure.kind === 'rate-limited')
        gate.learn({ context: call.context, retryAfterMs: failure.retryAfterMs })
      throw failure
    }
  }

  return {
    get: (asker, path, onSlot) =>
      send(asker, { context: 'rest', purpose: 'read', method: 'GET', path: API + path }, onSlot),
    exchangeToken: (asker, form) =>
      send(asker, { context: 'rest', purpose: 'write', method: 'POST', path: TOKEN_PATH, form }),
    async sync(asker, call, onSlot) {
      const purpose = call.commands === undefined ? 'read' : 'write'
      const context = call.token === '*' ? 'sync-full' : 'sync-partial'
      const body = {
        ...(call.token === null
          ? {}
          : { sync_token: call.token, resource_types: call.resources ?? RESOURCES }),
        ...(call.commands === undefined ? {} : { commands: call.commands }),
      }
      try {
        const sent: Call = { context, purpose, method: 'POST', path: `${API}/sync`, body }
        const answer = await send(asker, sent, onSlot)
        const reply = syncReplySchema.safeParse(answer.body)
        if (!reply.success || lacksItems(call, reply.data)) throw notUnderstood(purpose)
        return { askedAt: answer.askedAt, reply: reply.data }
      } catch (error) {
        if (error instanceof ProviderError && error.kind === 'gone')
          throw invalid(error.message, 'Check TODOIST_BASE_URL: this address has no Sync endpoint.')
        throw error
      }
    },
  }
}

/** A delta may leave out what did not change; an answer in full that lacks the tasks says nothing about them. */
function lacksItems({ commands, resources }: SyncCall, reply: SyncReply): boolean {
  return commands === undefined && resources === undefined && reply.full_sync === true && !reply.items
}

async function exchange(dispatcher: Agent, asker: Asker, call: Call, signal: AbortSignal) {
  const response = await request(`${asker.baseUrl}${call.path}`, {
    dispatcher,
    signal,
    method: call.method,
    ...contentOf(asker, call),
  })
  const retryAfter = response.headers['retry-after']
  return {
    status: response.statusCode,
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    body: jsonOf(await response.body.text()),
  }
}

function contentOf(asker: Asker, { body, form }: Call) {
  if (form !== undefined)
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    }
  const authorization = `Bearer ${asker.token}`
  if (body === undefined) return { headers: { authorization }, body: null }
  return { headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** Takes one slot; where calls share a request, at the best priority among them. */
async function takeSlot(gates: readonly QuotaGate[], context: RateContext) {
  let refusal: unknown = cancelled()
  for (const gate of new Set(gates)) {
    try {
      return { slot: await gate.take(context), gate }
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== 'rate-limited') throw error
      refusal = error
    }
  }
  throw refusal
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
