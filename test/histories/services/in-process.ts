import { Agent, type Dispatcher, type Dispatcher as Undici } from 'undici'
import type { WireAnswer } from '../../../simulators/kit/sending.ts'

/** Answers a request in the place of a socket. `cut`: the connection ends without an answer. */
export type Carrier = (request: {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) => Promise<WireAnswer | 'cut'>

/** What a handler of `request()` is told; undici names it so, and hands it to every dispatcher. */
type Handler = {
  onConnect(abort: (reason?: Error) => void, context: object | null): void
  onHeaders(status: number, headers: Buffer[], resume: () => void, text: string): boolean
  onData(chunk: Buffer): boolean
  onComplete(trailers: string[] | null): void
  onError(error: Error): void
}

const carriers = new Map<string, Carrier>()

/**
 * Requests that a provider makes to `origin` are answered in this process: without sockets the same history takes the
 * same course every time. Providers choose their own dispatchers, so it is done to all of undici's agents.
 */
export function carry(origin: string, carrier: Carrier): void {
  if (carriers.size === 0) {
    const { prototype } = Agent
    const overSockets = Reflect.get(prototype, 'dispatch') as Undici['dispatch']
    prototype.dispatch = function dispatch(this: Undici, options, handler) {
      const found = carriers.get(String(options.origin))
      if (found === undefined) return overSockets.call(this, options, handler)
      pass(found, options, handler as unknown as Handler)
      return true
    }
  }
  carriers.set(origin, carrier)
}

function pass(carrier: Carrier, options: Dispatcher.DispatchOptions, handler: Handler): void {
  let aborted = false
  const abort = (reason?: Error) => {
    if (aborted) return
    aborted = true
    handler.onError(reason ?? new Error('aborted'))
  }
  handler.onConnect(abort, null)
  const request = {
    method: options.method,
    path: options.path,
    headers: Object.fromEntries(
      Object.entries((options.headers ?? {}) as Record<string, string>).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    ),
    body: typeof options.body === 'string' ? options.body : '',
  }
  carrier(request).then(
    (answer) => {
      if (aborted) return
      if (answer === 'cut') {
        handler.onError(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }))
        return
      }
      const raw = Object.entries(answer.headers).flatMap(([name, value]) => [
        Buffer.from(name),
        Buffer.from(value),
      ])
      handler.onHeaders(answer.status, raw, () => undefined, '')
      handler.onData(answer.sent)
      if (answer.whole) handler.onComplete([])
      else handler.onError(Object.assign(new Error('terminated'), { code: 'UND_ERR_SOCKET' }))
    },
    (error: unknown) => handler.onError(error as Error),
  )
}
