import type { Db } from '../../../src/store/database.ts'
import type { Caller } from './users.ts'

/** The time of the record and of the simulators: it stands still unless it is moved. */
export class LabClock {
  readonly #db: Db
  readonly #sims: readonly Caller[]
  readonly #startMs: number
  #nowMs: number
  #told = Number.NaN

  constructor(db: Db, sims: readonly Caller[], startMs: number) {
    this.#db = db
    this.#sims = sims
    this.#startMs = startMs
    this.#nowMs = startMs
  }

  get iso(): string {
    return new Date(this.#nowMs).toISOString()
  }

  /** The record asks the one connection that there is for the time. */
  async install(): Promise<void> {
    await this.#db.unsafe(`
      create or replace function dealbridge.clock() returns timestamptz language sql volatile
        as 'select current_setting(''test.now'')::timestamptz'`)
    await this.restart()
  }

  async restart(): Promise<void> {
    this.#nowMs = this.#startMs
    for (const sim of this.#sims) await sim.call('POST', '/__sim/clock', { now: this.iso, standing: true })
    await this.flush()
  }

  async advance(ms: number): Promise<void> {
    this.#nowMs += ms
    for (const sim of this.#sims) await sim.call('POST', '/__sim/clock', { advanceMs: ms })
  }

  /** Tells the record, where it has not been told yet: to be called before anybody asks it. */
  async flush(): Promise<void> {
    if (this.#told === this.#nowMs) return
    this.#told = this.#nowMs
    await this.#db`select set_config('test.now', ${this.iso}, false)`
  }
}
