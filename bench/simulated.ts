import { z } from 'zod'
import { AS_USER, type SimClient, simClient } from '../simulators/kit/client.ts'
import type { Fault } from '../simulators/kit/faults.ts'
import type { RequestCounts } from './result.ts'

const requestsReport = z.object({
  counters: z.object({ client: z.record(z.string(), z.number()) }),
  writes: z.object({ client: z.number() }),
  rateLimited: z.object({ client: z.number() }),
  requests: z.array(
    z.object({
      at: z.iso.datetime(),
      method: z.string(),
      path: z.string(),
      status: z.number(),
      actor: z.enum(['client', 'user']),
      writes: z.boolean(),
    }),
  ),
})

export type LoggedRequest = z.infer<typeof requestsReport>['requests'][number]

/** One simulated service, from outside. */
export class Simulated {
  /** `http://127.0.0.1:4101` */
  readonly url: string
  readonly #client: SimClient

  constructor(url: string) {
    this.url = url
    this.#client = simClient(url)
  }

  /** Everything it holds. */
  async state(): Promise<unknown> {
    return this.#admin('GET', 'state')
  }

  /** The requests that it has had from the product. */
  async requests(): Promise<RequestCounts> {
    const { counters, writes } = requestsReport.parse(await this.#admin('GET', 'requests'))
    const all = Object.values(counters.client).reduce((sum, count) => sum + count, 0)
    return { read: all - writes.client, write: writes.client }
  }

  /** How often the product asked for what, as `POST /v1/tasks`, the most frequent first. */
  async requestPaths(): Promise<[string, number][]> {
    const { counters } = requestsReport.parse(await this.#admin('GET', 'requests'))
    return Object.entries(counters.client).sort(([, a], [, b]) => b - a)
  }

  /** How many of the product's requests were refused because of their number. */
  async rateLimited(): Promise<number> {
    return requestsReport.parse(await this.#admin('GET', 'requests')).rateLimited.client
  }

  /** The product's among the last 1,000 requests, oldest first. */
  async requestLog(): Promise<LoggedRequest[]> {
    const { requests } = requestsReport.parse(await this.#admin('GET', 'requests'))
    return requests.filter((request) => request.actor === 'client')
  }

  /** Has it call this address with signed deliveries from now on. */
  async announceTo(url: string, secret: string): Promise<void> {
    await this.#admin('POST', 'webhooks', { url, secret, events: ['*'] })
  }

  /** Has it take this long over each of the product's requests, as a service across the network does. */
  async answerSlowly(ms: number): Promise<void> {
    await this.suffer([{ match: '* /*', do: `delay:${ms}` }])
  }

  /** Has the product's requests suffer these faults, and no others, from now on. */
  async suffer(faults: readonly Fault[]): Promise<void> {
    await this.#admin('POST', 'faults', faults)
  }

  /** Changes switches of the service, so that for example its request limits are no limit. */
  async set(settings: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    await this.#admin('POST', 'settings', settings)
  }

  /** Does something as the user of the service's own pages. Returns when the service has acknowledged it. */
  async asUser(method: string, path: string, body?: object): Promise<unknown> {
    const { status, body: answer } = await this.#client.call(method, path, body, AS_USER)
    if (status >= 300)
      throw new Error(`${this.url}${path} answered the user ${status}: ${JSON.stringify(answer)}`)
    return answer
  }

  async #admin(method: string, what: string, body?: unknown): Promise<unknown> {
    const { status, body: answer } = await this.#client.call(method, `/__sim/${what}`, body)
    if (status !== 200)
      throw new Error(`${this.url}/__sim/${what} answered ${status}: ${JSON.stringify(answer)}`)
    return answer
  }
}
