import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A delivery of a webhook as it came. */
export type Heard = { signature: string; raw: string; event: string }

/** Listens for webhooks and answers 200. */
export type Receiver = { url: string; heard: Heard[]; close: () => Promise<void> }

export async function startReceiver(): Promise<Receiver> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let raw = ''
    request.on('data', (chunk) => {
      raw += String(chunk)
    })
    request.on('end', () => {
      const { event_name } = JSON.parse(raw) as { event_name: string }
      heard.push({ signature: String(request.headers['x-todoist-hmac-sha256']), raw, event: event_name })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard, close }
}
