import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { handleAdmin } from './admin.ts'
import { statusReply, surprised } from './fault-answers.ts'
import { unharmed } from './faults.ts'
import { ReplyNow, type SimReply, type SimRequest } from './http-types.ts'
import { RequestLog } from './request-log.ts'
import { createRouter } from './router.ts'
import { type Portion, send, type WireAnswer, wireAnswer } from './sending.ts'
import type { RunningSim, SimService } from './service.ts'
import { takeSnapshot } from './snapshot.ts'
import { StateWriter } from './state-writer.ts'

/** How much of the answer comes under an ending fault; whole without one. */
const PORTIONS: Partial<Record<string, Portion>> = { truncated: 'half', 'truncated-json': 'half-as-whole' }

/**
 * Serves a simulated service over HTTP. Order for each request: read the body, ask the faults (client
 * requests only; `faults.ts` says what wins), wait, `refused` / `status`, `admit`, handler, `finish`, what the
 * other faults make of the reply, log. Rejects with node's error when the port is taken, with an Error that says
 * so when the state cannot be kept.
 */
export async function startServer(
  service: SimService,
  where: { port: number; host?: string },
): Promise<RunningSim> {
  const desk: Desk = {
    service,
    log: new RequestLog(),
    find: createRouter(service.routes),
    waits: new Set(),
    writer: keeping(service),
  }
  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(desk, incoming, response).catch((error: unknown) => {
      process.stderr.write(
        `${service.name} simulator: ${error instanceof Error ? error.stack : String(error)}\n`,
      )
      if (!response.headersSent)
        send(
          response,
          wireAnswer(service.clock, {
            status: 500,
            body: { error: 'The simulator failed; see its output.' },
          }),
        )
    })
  }
  const server = createServer({ keepAlive: true, keepAliveTimeout: 120_000 }, handle)
  await listen(server, where.port, where.host ?? '127.0.0.1')
  try {
    // Not before the port is ours: another one that runs on the same state would be overwritten.
    desk.writer?.saveNow()
  } catch (error) {
    server.close()
    throw error
  }
  const { address, family, port } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  const close = async (): Promise<void> => {
    const written = desk.writer?.close()
    service.webhooks.close()
    for (const wait of desk.waits) clearTimeout(wait)
    desk.waits.clear()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await written
  }
  const inProcess = (method: string, target: string, headers: IncomingHttpHeaders = {}, body = '') =>
    answered(desk, simRequest(method, target, headers, Buffer.from(body)))
  return {
    url,
    port,
    close,
    call: inProcess,
    carryWebhooks: (carry) => {
      service.webhooks.carry = carry
    },
  }
}

/** What serving a request needs. */
interface Desk {
  service: SimService
  log: RequestLog
  find: ReturnType<typeof createRouter>
  waits: Set<NodeJS.Timeout>
  writer: StateWriter | undefined
}

function keeping(service: SimService): StateWriter | undefined {
  const { keep } = service
  if (keep === undefined) return undefined
  const take = (clean: boolean) => takeSnapshot(service, keep.snapshot(), clean)
  const writer = new StateWriter({ name: service.name, file: keep.file, take, changes: () => keep.changes() })
  service.webhooks.onSwitchOff = () => writer.changed()
  return writer
}

async function serve(desk: Desk, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(incoming)
  if (body === undefined) return
  const request = simRequest(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers, body)
  const wire = await answered(desk, request)
  if (wire === 'cut') incoming.socket.destroy()
  else send(response, wire)
}

/** What the caller of one request gets; `cut` when the connection ends without an answer. */
async function answered(desk: Desk, request: SimRequest): Promise<WireAnswer | 'cut'> {
  const { service, log, find, waits, writer } = desk
  const began = performance.now()
  const at = service.clock.iso()
  if (request.path === '/__sim' || request.path.startsWith('/__sim/')) {
    const reply = handleAdmin(service, log, () => writer?.saveNow(), request)
    if (request.method !== 'GET') writer?.changed()
    return wireAnswer(service.clock, reply)
  }
  const match = find(request.method, request.path)
  const faults =
    request.actor === 'user' ? unharmed() : service.faults.onRequest(request.method, request.path)
  const { end } = faults
  const note = (status: number): void =>
    log.add(match?.route.path ?? '(no such path)', {
      at,
      method: request.method,
      path: request.path,
      status,
      ms: Math.round((performance.now() - began) * 10) / 10,
      actor: request.actor,
      writes: match?.route.writes?.(request) ?? request.method !== 'GET',
      ...(faults.fired.length > 0 ? { faults: faults.fired } : {}),
    })
  if (faults.delayMs > 0) await pause(faults.delayMs, waits)
  if (end?.kind === 'refused') {
    note(0)
    return 'cut'
  }
  if (end?.kind === 'status') {
    note(end.code)
    return wireAnswer(service.clock, surprised(statusReply(end, service.errorReply(end.code)), faults))
  }
  const full: SimRequest = { ...request, params: match?.params ?? {}, staleMs: faults.staleMs }
  const done = await answer(service, full, match?.route.handle)
  const reply = surprised(
    end?.kind === 'status-after' ? statusReply(end, service.errorReply(end.code)) : done,
    faults,
  )
  note(reply.status)
  writer?.look()
  if (end?.kind === 'reply-lost') return 'cut'
  return wireAnswer(service.clock, reply, PORTIONS[end?.kind ?? ''])
}

async function answer(
  service: SimService,
  request: SimRequest,
  handle: ((request: SimRequest) => SimReply | Promise<SimReply>) | undefined,
): Promise<SimReply> {
  let reply: SimReply
  try {
    reply = service.admit?.(request) ?? (await (handle ?? ((r: SimRequest) => service.notFound(r)))(request))
  } catch (error) {
    if (!(error instanceof ReplyNow)) throw error
    reply = error.reply
  }
  return service.finish?.(request, reply) ?? reply
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
  } catch {
    // The caller hung up before the body was complete: nothing happened and nobody listens.
    return undefined
  }
  return Buffer.concat(chunks)
}

/** `target`: path and query; names of `headers` in lower case. */
function simRequest(
  method: string,
  target: string,
  headers: IncomingHttpHeaders,
  rawBody: Buffer,
): SimRequest {
  const cut = target.indexOf('?')
  return {
    method,
    path: cut < 0 ? target : target.slice(0, cut),
    query: new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)),
    headers,
    rawBody,
    actor: headers['x-sim-actor'] === 'user' ? 'user' : 'client',
    params: {},
    staleMs: 0,
  }
}

function pause(ms: number, waits: Set<NodeJS.Timeout>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      waits.delete(timer)
      resolve()
    }, ms)
    waits.add(timer)
  })
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
