import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { z } from 'zod'
import type { Faults } from './faults.ts'
import type { SeededRandom } from './random.ts'

/** Body of `POST /__sim/webhooks`. `events: ["*"]` = all. The same `url` again replaces the registration. */
export const webhookSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string(),
  events: z.array(z.string().min(1)).min(1),
})

export interface Subscription {
  url: string
  secret: string
  events: readonly string[]
  /** False = registered but switched off, by its owner or by `isSwitchOff`. */
  active?: boolean
}

/** Something that happened. `body` is sent as it is; `headers` come on top of the signature's. */
export interface WebhookEvent {
  event: string
  body: string
  headers?: Record<string, string>
}

export interface WebhookOptions {
  faults: Faults
  random: SeededRandom
  /** Headers that prove the body's origin: the service's own signature scheme. */
  sign: (rawBody: Buffer, secret: string) => Record<string, string>
  /** Waits before each retry, in milliseconds; as many retries as entries. */
  retryDelaysMs: readonly number[]
  /** Whether a status counts as delivered. */
  isDelivered: (status: number) => boolean
  /** Whether another try makes sense after this status; default: always. */
  isRetryable?: (status: number) => boolean
  /** Statuses by which a receiver switches its own subscription off (Follow Up Boss: 406 and 410). */
  isSwitchOff?: (status: number) => boolean
  /** Told when a delivery came to its end: taken, or given up after the last retry. */
  onSettled?: (subscription: Subscription, delivered: boolean) => void
  /** Waiting for an answer, milliseconds. */
  timeoutMs: number
  /** Switches asked anew for each delivery: all waits in milliseconds. */
  pace: () => { delayMs: number; jitterMs: number; retryScale: number }
}

export interface DeliveryRecord {
  event: string
  url: string
  attempt: number
  /** 0 = no answer. */
  status: number
}

/** Takes a signed delivery in the place of the receiver at `url`. */
export type CarryWebhook = (delivery: {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
}) => void

/**
 * Sends events to the registered receivers without ever making the request that caused them wait.
 * Faults: lost (not sent, not retried), twice, late. `jitterMs` > 0 puts deliveries out of order.
 */
export class WebhookSender {
  private readonly options: WebhookOptions
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 })
  private records: DeliveryRecord[] = []
  private closed = false
  /** Told when a receiver switched its own subscription off. */
  onSwitchOff: () => void = () => {}
  /** Set: every delivery goes there, at once and whatever the faults say. */
  carry: CarryWebhook | undefined

  constructor(options: WebhookOptions) {
    this.options = options
  }

  /** Adds or replaces; `id` is the caller's name for it (`/__sim/webhooks` uses the url). */
  register(id: string, subscription: Subscription): void {
    this.subscriptions.set(id, subscription)
  }

  remove(id: string): void {
    this.subscriptions.delete(id)
  }

  /** For `GET /__sim/webhooks`: registrations (without secrets) and the last deliveries. */
  report(): {
    webhooks: { id: string; url: string; events: readonly string[]; active: boolean }[]
    deliveries: DeliveryRecord[]
  } {
    const webhooks = [...this.subscriptions].map(([id, { url, events, active }]) => ({
      id,
      url,
      events,
      active: active !== false,
    }))
    return { webhooks, deliveries: this.records }
  }

  /** All registrations with their secrets, to be registered again after a restart. */
  snapshot(): (Subscription & { id: string; active: boolean })[] {
    return [...this.subscriptions].map(([id, subscription]) => ({
      id,
      ...subscription,
      active: subscription.active !== false,
    }))
  }

  /** Hands an event to every receiver that wants it; returns at once. */
  send(event: WebhookEvent): void {
    for (const subscription of this.subscriptions.values()) {
      if (subscription.active === false) continue
      if (!subscription.events.includes('*') && !subscription.events.includes(event.event)) continue
      if (this.carry !== undefined) {
        const signature = this.options.sign(Buffer.from(event.body, 'utf8'), subscription.secret)
        this.carry({ url: subscription.url, headers: { ...event.headers, ...signature }, body: event.body })
        continue
      }
      const fault = this.options.faults.onDelivery(event.event)
      if (fault.lost) continue
      const { delayMs, jitterMs } = this.options.pace()
      const wait = delayMs + fault.lateMs + (jitterMs > 0 ? this.options.random.int(0, jitterMs) : 0)
      this.later(wait, () => this.attempt(subscription, event, 0))
      if (fault.twice) this.later(wait, () => this.attempt(subscription, event, 0))
    }
  }

  clear(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    this.subscriptions.clear()
    this.records = []
  }

  /** Nothing is sent after this, and no timer or socket is left. */
  close(): void {
    this.closed = true
    this.clear()
    this.agent.destroy()
  }

  private later(ms: number, run: () => void): void {
    if (ms <= 0) {
      setImmediate(run)
      return
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      run()
    }, ms)
    this.timers.add(timer)
  }

  private attempt(subscription: Subscription, event: WebhookEvent, tried: number): void {
    if (this.closed) return
    const raw = Buffer.from(event.body, 'utf8')
    const headers = {
      'content-type': 'application/json',
      'content-length': raw.length,
      ...event.headers,
      ...this.options.sign(raw, subscription.secret),
    }
    this.post(subscription.url, headers, raw, (status) => {
      if (this.closed) return
      this.records.push({ event: event.event, url: subscription.url, attempt: tried + 1, status })
      if (this.records.length > 1000) this.records = this.records.slice(-500)
      if (this.options.isSwitchOff?.(status) === true && subscription.active !== false) {
        subscription.active = false
        this.onSwitchOff()
      }
      if (subscription.active === false) return
      const delivered = this.options.isDelivered(status)
      const wait =
        this.options.isRetryable?.(status) === false ? undefined : this.options.retryDelaysMs[tried]
      if (delivered || wait === undefined) {
        this.options.onSettled?.(subscription, delivered)
        return
      }
      this.later(wait * this.options.pace().retryScale, () => this.attempt(subscription, event, tried + 1))
    })
  }

  private post(url: string, headers: OutgoingHttpHeaders, raw: Buffer, done: (status: number) => void): void {
    let settled = false
    const settle = (status: number): void => {
      if (settled) return
      settled = true
      done(status)
    }
    const options = { method: 'POST', headers, timeout: this.options.timeoutMs }
    const outgoing = url.startsWith('https:')
      ? secureRequest(url, options)
      : request(url, { ...options, agent: this.agent })
    outgoing.on('response', (response) => {
      response.resume()
      response.on('end', () => settle(response.statusCode ?? 0))
      response.on('error', () => settle(0))
    })
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', () => settle(0))
    outgoing.on('close', () => settle(0))
    outgoing.end(raw)
  }
}
