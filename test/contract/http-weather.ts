import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Bodies, JSON_BODIES } from './http-bodies.ts'
import { Forecast, type Trouble, type Weather } from './weather.ts'

const PAGE = '<!doctype html><html><body>Please sign in to this network</body></html>'

/** Weather in front of an HTTP service, real or simulated. `url`: where the provider goes instead. */
export type HttpWeather = Weather & {
  readonly url: string
  /** See `Wire.alter`. */
  alter(change: ((body: unknown) => unknown) | null): void
  /** Headers that every answer carries from now on, over its own. */
  answerWith(headers: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

/** Where a request goes, and what it carries more; null: it is answered with 401. */
export type Way = { readonly target: string; readonly headers?: Readonly<Record<string, string>> } | null

/**
 * `headers` go onto every request that is passed on. `wayOf`: decides for each request, where they do not all go to `target`.
 * `bodies`: what `alter` changes, where that is not JSON.
 */
export async function openHttpWeather(
  target: string,
  headers: Readonly<Record<string, string>> = {},
  {
    wayOf = () => ({ target }),
    bodies = JSON_BODIES,
  }: { readonly wayOf?: (incoming: IncomingMessage) => Way; readonly bodies?: Bodies } = {},
): Promise<HttpWeather> {
  const forecast = new Forecast()
  const agent = new Agent({ keepAlive: true })
  let alter: ((body: unknown) => unknown) | null = null
  let added: Readonly<Record<string, string>> = {}
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const trouble = forecast.next()
    const body = await bytesOf(incoming)
    if (answersInstead(trouble, incoming, response)) return
    const way = wayOf(incoming)
    if (way === null) return page(response, 401, { 'www-authenticate': 'Basic realm="weather"' })
    const sent = {
      method: incoming.method,
      agent,
      headers: { ...incoming.headers, ...headers, ...way.headers },
    }
    const reply = await passOn(`${way.target}${incoming.url ?? '/'}`, sent, body)
    const shown = alter === null ? reply : { ...reply, body: altered(reply, alter, bodies) }
    deliver({ ...shown, headers: { ...reply.headers, ...added } }, trouble, response)
  }
  const server = createServer((incoming, response) => {
    // A caller that hung up, or a service that did: the connection ends here too.
    handle(incoming, response).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    get requests() {
      return forecast.requests
    },
    on: (trouble, which) => forecast.on(trouble, which),
    watch: (onRequest) => forecast.watch(onRequest),
    clear: () => forecast.clear(),
    alter: (change) => {
      alter = change
    },
    answerWith: (more) => {
      added = more
    },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        agent.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Reply = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** True when the request ends here. */
function answersInstead(
  trouble: Trouble | null,
  incoming: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (trouble === 'refused') incoming.socket.destroy()
  else if (trouble === 'portal') page(response, 200)
  else if (trouble !== null && typeof trouble === 'object' && trouble.afterwards !== true) {
    const { status, retryAfterSeconds } = trouble
    page(
      response,
      status,
      retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    )
  } else return false
  return true
}

function passOn(
  url: string,
  sent: { method?: string | undefined; agent: Agent; headers: IncomingMessage['headers'] },
  body: Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', agent, headers } = sent
    const outgoing = request(url, { method, agent, headers })
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      bytesOf(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
        reject,
      )
    })
    outgoing.end(body)
  })
}

function deliver(reply: Reply, trouble: Trouble | null, response: ServerResponse): void {
  if (trouble === 'reply-lost') {
    response.socket?.destroy()
    return
  }
  if (trouble === 'garbage' || (trouble !== null && typeof trouble === 'object')) {
    page(response, trouble === 'garbage' ? 200 : trouble.status)
    return
  }
  const { body } = reply
  const half = body.subarray(0, Math.floor(body.length / 2))
  const shown = trouble === 'cut-short' ? half : body
  const { connection: _hop, 'transfer-encoding': _coding, ...headers } = reply.headers
  response.writeHead(reply.status, { ...headers, 'content-length': shown.length })
  if (trouble !== 'truncated') response.end(shown)
  else response.write(half, () => response.socket?.destroy())
}

function altered({ headers, body }: Reply, alter: (body: unknown) => unknown, bodies: Bodies): Buffer {
  if (headers['content-type']?.includes(bodies.type) !== true) return body
  return Buffer.from(bodies.print(alter(bodies.parse(body.toString('utf8')))))
}

function page(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/html', ...headers })
  response.end(PAGE)
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
