import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { send } from '../../simulators/kit/sending.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import type { Journal } from '../../test/histories/services/journal.ts'
import type { Side } from '../../test/histories/services/sides.ts'

/** The address at which the product finds a service. */
export type Front = { readonly url: string; close(): Promise<void> }

/**
 * Answers over HTTP for a simulator in this process, and writes down every request in the moment in which it happens: a
 * log of the simulator's would not say what was asked and answered.
 */
export async function openFront(sim: RunningSim, side: Side, journal: Journal): Promise<Front> {
  const server = createServer({ keepAlive: true, keepAliveTimeout: 120_000 }, (incoming, response) => {
    const serve = async () => {
      const body = await bodyOf(incoming)
      if (body === undefined) return
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value)
      const answer = await journal.exchange(side, sim, {
        method: incoming.method ?? 'GET',
        path: incoming.url ?? '/',
        headers,
        body,
      })
      if (answer === 'cut') incoming.socket.destroy()
      else send(response, answer)
    }
    serve().catch((error: unknown) => {
      process.stderr.write(`${sim.url}: ${error instanceof Error ? error.stack : String(error)}\n`)
      incoming.socket.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Undefined when the caller was gone before all of it had come: then nothing happened. */
async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}
