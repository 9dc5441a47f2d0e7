import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Delivery } from './world.ts'

/** A receiver of webhooks on this machine, which says 200 to everything. */
export type Receiver = {
  readonly url: string
  /** What arrives until `count` deliveries are there, and no others for a moment. */
  collect(change: () => Promise<unknown>, count: (all: readonly Delivery[]) => boolean): Promise<Delivery[]>
  close(): Promise<void>
}

const PATIENCE_MS = 5_000

export async function openReceiver(): Promise<Receiver> {
  let arrived: Delivery[] = []
  let onArrival: () => void = () => {}
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    )
    arrived.push({ rawBody: Buffer.concat(chunks), headers })
    response.end()
    onArrival()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async collect(change, enough) {
      arrived = []
      await change()
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`Only ${arrived.length} deliveries arrived`)),
          PATIENCE_MS,
        )
        onArrival = () => {
          if (!enough(arrived)) return
          clearTimeout(timer)
          resolve()
        }
        onArrival()
      })
      return arrived
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
