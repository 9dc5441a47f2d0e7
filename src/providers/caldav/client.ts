import { Agent, request } from 'undici'
import type { Connection, DbTime, QuotaGate } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { createAuthenticator, type Login, loginOf } from './auth.ts'
import { AT_ONCE, RATE_CONTEXT } from './capabilities.ts'
import { answerError, cancelled, noAnswer, notUnderstood, type Purpose } from './errors.ts'
import { createQueues, LOCKED } from './locked.ts'
import { type Multistatus, parseMultistatus } from './multistatus.ts'
import { createTurns } from './turns.ts'

/** As long as Radicale gives a request by default. */
const TIMEOUT_MS = 30_000

/** Who asks. */
export type Asker = { readonly login: Login; readonly gate: QuotaGate; readonly signal: AbortSignal }

/** One request. `takes`: the statuses other than errors of the table that its caller can do something with. */
export type Call = {
  readonly method: string
  readonly url: URL
  readonly purpose: Purpose
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly takes: (status: number) => boolean
}

export type Answer = {
  readonly askedAt: DbTime
  readonly status: number
  readonly text: string
  /** By name in lower case; the first where there are several. */
  header(name: string): string | undefined
}

export type Client = {
  send(asker: Asker, call: Call): Promise<Answer>
  /** One that changes something in a list, `queue`: see locked.ts. */
  change(asker: Asker, queue: string, call: Call): Promise<Answer>
  /** A request that is answered by a multistatus. `depth` as in RFC 4918. */
  ask(
    asker: Asker,
    call: Pick<Call, 'url' | 'body'> & {
      readonly method: 'PROPFIND' | 'REPORT'
      readonly depth: '0' | '1'
    },
  ): Promise<Multistatus & { readonly askedAt: DbTime }>
}

/** The connection as the asker of its requests. Throws `auth` when it has no login. */
export function askerOf(connection: Connection): Asker {
  return { login: loginOf(connection), gate: connection.gate, signal: connection.signal }
}

export const XML = { 'content-type': 'application/xml; charset=utf-8' } as const

/**
 * Speaks HTTP to servers: one quota slot, one request, one answer or ProviderError. It repeats nothing, but for the one
 * request by which a server asks for another way to sign in.
 */
export function createClient(): Client {
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 })
  const authenticator = createAuthenticator()
  const turns = createTurns(AT_ONCE)
  const queues = createQueues()

  const once = async (asker: Asker, call: Call) => {
    if (asker.signal.aborted) throw cancelled()
    const { askedAt } = await asker.gate.take(RATE_CONTEXT)
    if (asker.signal.aborted) throw cancelled()
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const authorization = authenticator.header(asker.login, call)
    try {
      const signal = AbortSignal.any([asker.signal, timeout])
      const answer = await exchange(dispatcher, call, authorization, signal)
      return { ...answer, askedAt, authorization }
    } catch (error) {
      throw noAnswer(call.purpose, error, timeout.aborted)
    }
  }

  const answered = async (asker: Asker, call: Call) => {
    const answer = await once(asker, call)
    if (answer.status !== 401) return answer
    const refused = { url: call.url, sent: answer.authorization, headers: answer.all('www-authenticate') }
    return authenticator.challenged(asker.login, refused) ? await once(asker, call) : answer
  }

  const send = async (asker: Asker, call: Call): Promise<Answer> => {
    const answer = await turns(`${asker.login.username} ${call.url.origin}`, () => answered(asker, call))
    return taken(asker, call, answer)
  }

  const taken = (asker: Asker, call: Call, answer: Answer): Answer => {
    if (call.takes(answer.status)) return answer
    const retryAfter = answer.header('retry-after')
    const failure = answerError(call.purpose, { status: answer.status, retryAfter, text: answer.text })
    if (failure.kind === 'rate-limited')
      asker.gate.learn({ context: RATE_CONTEXT, retryAfterMs: failure.retryAfterMs })
    throw failure
  }

  return {
    send,
    async change(asker, queue, call) {
      const takes = (status: number) => status === LOCKED || call.takes(status)
      return taken(
        asker,
        call,
        await queues(`${call.url.origin}${queue}`, call.method, () => send(asker, { ...call, takes })),
      )
    },
    async ask(asker, { method, url, body, depth }) {
      const answer = await send(asker, {
        method,
        url,
        purpose: 'read',
        headers: { ...XML, depth },
        ...(body === undefined ? {} : { body }),
        // What else is a success is somebody else's.
        takes: (status) => status >= 200 && status < 300,
      })
      const told = answer.status === 207 ? parseMultistatus(answer.text) : null
      if (told === null) throw notUnderstood('read')
      return { ...told, askedAt: answer.askedAt }
    },
  }
}

/** True of an error of this kind. */
export function isKind(error: unknown, kind: ProviderError['kind']): error is ProviderError {
  return error instanceof ProviderError && error.kind === kind
}

async function exchange(dispatcher: Agent, call: Call, authorization: string, signal: AbortSignal) {
  const response = await request(call.url, {
    dispatcher,
    signal,
    // Methods of WebDAV are none of undici's list.
    method: call.method as 'GET',
    headers: { ...call.headers, authorization, 'user-agent': 'Dealbridge' },
    body: call.body ?? null,
  })
  const all = (name: string): string[] => {
    const value = response.headers[name]
    return value === undefined ? [] : Array.isArray(value) ? value : [value]
  }
  return {
    status: response.statusCode,
    text: await response.body.text(),
    all,
    header: (name: string) => all(name)[0],
  }
}
