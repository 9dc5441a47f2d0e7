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
  /** Whether it asks for a change; in a service that reads by POST, the method does not tell. */
  writes: boolean
  /** The faults that hit it, e.g. `['reply-lost']`; absent when none. */
  faults?: string[]
}

const KEPT = 1000

/** Counts requests by actor and `METHOD path template`, and keeps the last 1,000. `/__sim` is not counted. */
export class RequestLog {
  private seq = 0
  private requests: LoggedRequest[] = []
  private counters: Record<Actor, Map<string, number>> = { client: new Map(), user: new Map() }
  private writes: Record<Actor, number> = { client: 0, user: 0 }
  private rateLimited: Record<Actor, number> = { client: 0, user: 0 }

  add(template: string, entry: Omit<LoggedRequest, 'seq'>): void {
    this.seq += 1
    const counter = this.counters[entry.actor]
    const key = `${entry.method} ${template}`
    counter.set(key, (counter.get(key) ?? 0) + 1)
    if (entry.writes) this.writes[entry.actor] += 1
    if (entry.status === 429) this.rateLimited[entry.actor] += 1
    this.requests.push({ seq: this.seq, ...entry })
    if (this.requests.length > KEPT * 2) this.requests = this.requests.slice(-KEPT)
  }

  /** The body of `GET /__sim/requests`. */
  report(): {
    counters: Record<Actor, Record<string, number>>
    writes: Record<Actor, number>
    rateLimited: Record<Actor, number>
    requests: LoggedRequest[]
  } {
    return {
      counters: {
        client: Object.fromEntries(this.counters.client),
        user: Object.fromEntries(this.counters.user),
      },
      writes: { ...this.writes },
      rateLimited: { ...this.rateLimited },
      requests: this.requests.slice(-KEPT),
    }
  }

  clear(): void {
    this.seq = 0
    this.requests = []
    this.counters = { client: new Map(), user: new Map() }
    this.writes = { client: 0, user: 0 }
    this.rateLimited = { client: 0, user: 0 }
  }
}
