import type { Actor } from './http-types.ts'

export interface LoggedRequest {
  seq: number
  /** Simulated time of arrival, ISO 8601. */
  at: string
  method: string
  path: string
  /** Status sent; 0 when the socket was cut before the effect. With `reply-lost`: the status nobody saw. */
  status: number
  ms: number
  actor: Actor
  /** The faults that hit it, e.g. `['reply-lost']`; absent when none. */
  faults?: string[]
}

const KEPT = 1000

/** Counts requests by actor and `METHOD path template`, and keeps the last 1,000. `/__sim` is not counted. */
export class RequestLog {
  private seq = 0
  private requests: LoggedRequest[] = []
  private counters: Record<Actor, Map<string, number>> = { client: new Map(), user: new Map() }

  add(template: string, entry: Omit<LoggedRequest, 'seq'>): void {
    this.seq += 1
    const counter = this.counters[entry.actor]
    const key = `${entry.method} ${template}`
    counter.set(key, (counter.get(key) ?? 0) + 1)
    this.requests.push({ seq: this.seq, ...entry })
    if (this.requests.length > KEPT * 2) this.requests = this.requests.slice(-KEPT)
  }

  /** The body of `GET /__sim/requests`. */
  report(): { counters: Record<Actor, Record<string, number>>; requests: LoggedRequest[] } {
    return {
      counters: {
        client: Object.fromEntries(this.counters.client),
        user: Object.fromEntries(this.counters.user),
      },
      requests: this.requests.slice(-KEPT),
    }
  }

  clear(): void {
    this.seq = 0
    this.requests = []
    this.counters = { client: new Map(), user: new Map() }
  }
}
