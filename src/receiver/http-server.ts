import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { systemErrorCode, UserError } from '../config/errors.ts'

/** Who sends a request slower than this is not waited for. */
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000
const IDLE_CHECK_MS = 25

export type HttpServer = {
  /** `http://host:port` */
  readonly url: string
  /** Takes no more requests and waits for those under way, `withinMs` at most; then they are cut. */
  stop(withinMs: number): Promise<void>
}

export type ListenOptions = {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** `env`: the connection by which the request came. */
  readonly fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>
}

/** Throws UserError (exit code 2) when the address cannot be had. */
export async function listen({ host, port, fetch }: ListenOptions): Promise<HttpServer> {
  const answer = getRequestListener((request, env) => fetch(request, env as HttpBindings))
  let underWay = 0
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS },
    (request, response) => {
      underWay += 1
      response.once('close', () => {
        underWay -= 1
      })
      void answer(request, response)
    },
  )
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw cannotListen(host, port, error)
  }
  return { url: urlOf(server, host), stop: (withinMs) => stop(server, withinMs, () => underWay === 0) }
}

async function stop(server: Server, withinMs: number, isIdle: () => boolean): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const cut = () => {
    clearInterval(sweep)
    server.closeAllConnections()
  }
  // Clients keep connections open between requests; those alone must not hold the server.
  const sweep = setInterval(() => (isIdle() ? cut() : server.closeIdleConnections()), IDLE_CHECK_MS)
  const late = setTimeout(cut, withinMs)
  await closed
  clearInterval(sweep)
  clearTimeout(late)
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${address.port}`
}

function cannotListen(host: string, port: number, cause: unknown): UserError {
  const code = systemErrorCode(cause)
  const why =
    code === 'EADDRINUSE'
      ? 'another program uses it'
      : code === 'EACCES'
        ? 'this user may not use it'
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? 'it is no address of this machine'
          : String(cause)
  return new UserError({
    code: 'CANNOT_LISTEN',
    message: `The receiver cannot listen on ${host}, port ${port}: ${why}.`,
    hints: ['Set API_HOST and API_PORT to an address that is free, or end the other program.'],
    exitCode: 2,
    cause,
  })
}
