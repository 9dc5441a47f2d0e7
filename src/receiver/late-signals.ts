import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import { realTimers, type Timers } from './timers.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

export type LateSignalsOptions = {
  /** Connections with deliveries that no pull has taken in. */
  readonly waiting: () => Promise<readonly string[]>
  readonly nudge: (connectionId: string) => void
  readonly log: Log
  readonly timers?: Timers
}

/**
 * Signals that could not be delivered when their delivery came: Temporal was away, the connection's workflow had not
 * been started, or this process had just died. As long as such a connection has deliveries waiting it is nudged
 * again, at growing intervals.
 */
export class LateSignals {
  readonly #waiting: () => Promise<readonly string[]>
  readonly #nudge: (connectionId: string) => void
  readonly #log: Log
  readonly #timers: Timers
  readonly #late = new Set<string>()
  /** Until the record was looked through once, whoever has deliveries waiting is late. */
  #lookedThrough = false
  #pauseMs = FIRST_PAUSE_MS
  #cancel: (() => void) | null = null
  #stopped = false

  constructor({ waiting, nudge, log, timers = realTimers }: LateSignalsOptions) {
    this.#waiting = waiting
    this.#nudge = nudge
    this.#log = log
    this.#timers = timers
  }

  /** Nudges whoever the last run of this process left waiting. */
  async start(): Promise<void> {
    await this.#look()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  reached(connectionId: string): void {
    if (!this.#late.has(connectionId)) return
    this.#log.info({ connectionId }, 'a connection that could not be signalled has been reached')
    this.#settled(connectionId)
  }

  failed(connectionId: string, error: unknown): void {
    if (!this.#late.has(connectionId)) {
      this.#late.add(connectionId)
      this.#log.warn(
        { connectionId, reason: messageOf(error) },
        'a connection could not be signalled; its deliveries are kept and it is tried again',
      )
    }
    this.#lookLater()
  }

  #settled(connectionId: string): void {
    this.#late.delete(connectionId)
    if (this.#late.size === 0) this.#pauseMs = FIRST_PAUSE_MS
  }

  #lookLater(): void {
    if (this.#stopped || this.#cancel !== null) return
    this.#cancel = this.#timers.after(this.#pauseMs, () => {
      this.#cancel = null
      void this.#look()
    })
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
  }

  async #look(): Promise<void> {
    // Taken before the question: one that fails during it may have a delivery that the answer does not know.
    const late = [...this.#late]
    let waiting: ReadonlySet<string>
    try {
      waiting = new Set(await this.#waiting())
    } catch (error) {
      this.#log.debug({ reason: messageOf(error) }, 'waiting deliveries could not be looked up')
      this.#lookLater()
      return
    }
    if (this.#stopped) return
    const due = this.#lookedThrough ? late.filter((id) => waiting.has(id)) : waiting
    this.#lookedThrough = true
    for (const id of late) if (!waiting.has(id)) this.#settled(id)
    for (const id of due) this.#nudge(id)
  }
}
