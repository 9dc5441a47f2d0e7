import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestSim } from './test-sim.ts'

/** A delivery as it came in. */
export interface Delivery {
  eventId: string
  event: string
  resourceIds: (number | string)[]
  uri: string | null
  data?: unknown
}

/** A receiver of webhooks on this machine. */
export interface TestReceiver {
  url: string
  received: Delivery[]
  /** What it answers. */
  status: number
  /** For `beforeAll` and `afterAll`. */
  start(): Promise<void>
  stop(): void
  /** For `beforeEach`, after the simulator's reset: takes all events under a path of its own, so that stragglers do not count. */
  renew(): Promise<void>
  register(events: string[]): Promise<unknown>
  names(): string[]
}

export function testReceiver(sim: TestSim): TestReceiver {
  let tests = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.url === `/${tests}`)
      receiver.received.push(JSON.parse(Buffer.concat(chunks).toString()) as Delivery)
    response.writeHead(receiver.status).end()
  })
  const receiver: TestReceiver = {
    url: '',
    received: [],
    status: 200,
    start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
    stop() {
      server.closeAllConnections()
      server.close()
    },
    async renew() {
      tests += 1
      receiver.received = []
      receiver.status = 200
      receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${tests}`
      await receiver.register(['*'])
    },
    register: (events) =>
      sim.user.call('POST', '/__sim/webhooks', { url: receiver.url, secret: 's', events }),
    names: () => receiver.received.map(({ event }) => event),
  }
  return receiver
}
