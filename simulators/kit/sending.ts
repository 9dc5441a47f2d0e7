import type { ServerResponse } from 'node:http'
import type { SimClock } from './clock.ts'
import { halfOf } from './fault-answers.ts'
import type { SimReply } from './http-types.ts'

/**
 * How much of an answer arrives. `half`: its first half, and then the connection ends, though the whole length was
 * announced. `half-as-whole`: its first half, and nothing in the headers tells.
 */
export type Portion = 'all' | 'half' | 'half-as-whole'

/** An answer as it goes over the wire. `sent` is shorter than the `content-length` that `headers` say when it is cut. */
export interface WireAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  sent: Buffer
  whole: boolean
}

/** An empty answer has no half and is whole. */
export function wireAnswer(clock: SimClock, reply: SimReply, portion: Portion = 'all'): WireAnswer {
  const { body } = reply
  // node would send the real time: clients measure the service's clock by this header.
  const date = new Date(clock.now()).toUTCString()
  const plain = typeof body === 'string' || Buffer.isBuffer(body)
  const whole =
    body === undefined ? Buffer.alloc(0) : plain ? Buffer.from(body) : Buffer.from(JSON.stringify(body))
  const sent = portion === 'all' ? whole : halfOf(whole)
  const length = portion === 'half' ? whole.length : sent.length
  const type: Record<string, string> =
    body === undefined ? {} : { 'content-type': plain ? 'text/plain' : 'application/json' }
  const headers = { date, ...type, ...reply.headers, 'content-length': String(length) }
  return { status: reply.status, headers, sent, whole: sent.length === length }
}

export function send(response: ServerResponse, { status, headers, sent, whole }: WireAnswer): void {
  response.writeHead(status, headers)
  if (whole) {
    response.end(sent)
    return
  }
  response.write(sent)
  // What is written still goes out, and then the end of the connection.
  response.socket?.destroySoon()
}
