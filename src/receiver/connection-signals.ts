import type { Log } from '../config/log.ts'
import { LateSignals } from './late-signals.ts'
import { NudgeThrottle } from './nudge-throttle.ts'
import type { Timers } from './timers.ts'

export type ConnectionSignalsOptions = {
  /** Delivers one signal; rejects when it did not arrive, or may not have. */
  readonly signal: (connectionId: string) => Promise<void>
  /** Connections with deliveries that no pull has taken in. */
  readonly waiting: () => Promise<readonly string[]>
  readonly log: Log
  readonly timers?: Timers
}

/** Tells connections' workflows that there is something for them: soon, seldom, and at last for certain. */
export class ConnectionSignals {
  readonly #throttle: NudgeThrottle
  readonly #late: LateSignals

  constructor({ signal, waiting, log, timers }: ConnectionSignalsOptions) {
    const common = timers === undefined ? {} : { timers }
    this.#throttle = new NudgeThrottle({
      ...common,
      send: (id) =>
        signal(id).then(
          () => this.#late.reached(id),
          (error: unknown) => this.#late.failed(id, error),
        ),
    })
    this.#late = new LateSignals({ ...common, waiting, log, nudge: (id) => this.#throttle.nudge(id) })
  }

  start(): Promise<void> {
    return this.#late.start()
  }

  nudge(connectionId: string): void {
    this.#throttle.nudge(connectionId)
  }

  /** Sends what waits for its turn; what does not arrive is left to the next start. */
  async drain(): Promise<void> {
    this.#late.stop()
    await this.#throttle.flush()
  }
}
