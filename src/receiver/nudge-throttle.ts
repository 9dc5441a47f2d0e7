import { realTimers, type Timers } from './timers.ts'

/** Milliseconds between two signals to one connection. */
export const SPACING_MS = 100
/** After so many in a row the distance is longer: each signal is a step of a workflow, whose pull takes in all there is. */
const IN_A_ROW = 10
const LONG_SPACING_MS = 500

export type NudgeThrottleOptions = {
  /** Sends one signal; must not reject. */
  readonly send: (connectionId: string) => Promise<void>
  readonly spacingMs?: number
  readonly timers?: Timers
}

/** A connection that was signalled just now. Gone once its pause and its call are over and nothing came meanwhile. */
type Lane = {
  /** How many signals came before, each in the pause of the one before it. */
  inARow: number
  paused: boolean
  again: boolean
  sending: Promise<void> | null
  cancelPause: () => void
}

/**
 * Thins out signals: the first to a connection leaves at once, the next at the earliest after the spacing and after
 * the call before has ended, and however many come meanwhile are one; where they keep coming, signals become rarer. None is lost: a nudge that comes while a signal
 * is under way is always followed by another signal, for that one may have been served before.
 */
export class NudgeThrottle {
  readonly #send: (connectionId: string) => Promise<void>
  readonly #spacingMs: number
  readonly #timers: Timers
  readonly #lanes = new Map<string, Lane>()
  #draining = false

  constructor({ send, spacingMs = SPACING_MS, timers = realTimers }: NudgeThrottleOptions) {
    this.#send = send
    this.#spacingMs = spacingMs
    this.#timers = timers
  }

  nudge(connectionId: string): void {
    const lane = this.#lanes.get(connectionId)
    if (lane === undefined) this.#start(connectionId)
    else lane.again = true
  }

  /** Sends what waits without its pause; settles when no call is under way. */
  async flush(): Promise<void> {
    this.#draining = true
    for (const [id, lane] of [...this.#lanes]) {
      lane.cancelPause()
      lane.paused = false
      this.#leaveLane(id, lane)
    }
    while (this.#lanes.size > 0) await Promise.all([...this.#lanes.values()].map((lane) => lane.sending))
  }

  #start(connectionId: string, inARow = 0): void {
    const lane: Lane = {
      inARow,
      paused: !this.#draining,
      again: false,
      sending: null,
      cancelPause: () => undefined,
    }
    this.#lanes.set(connectionId, lane)
    if (lane.paused) {
      const spacingMs = inARow < IN_A_ROW ? this.#spacingMs : Math.max(this.#spacingMs, LONG_SPACING_MS)
      lane.cancelPause = this.#timers.after(spacingMs, () => {
        lane.paused = false
        this.#leaveLane(connectionId, lane)
      })
    }
    lane.sending = this.#send(connectionId).finally(() => {
      lane.sending = null
      this.#leaveLane(connectionId, lane)
    })
  }

  #leaveLane(connectionId: string, lane: Lane): void {
    if (lane.paused || lane.sending !== null) return
    this.#lanes.delete(connectionId)
    if (lane.again) this.#start(connectionId, lane.inARow + 1)
  }
}
