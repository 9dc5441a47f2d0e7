import { setTimeout as pause } from 'node:timers/promises'
import { messageOf, UserError } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { Addresses } from '../config/ready.ts'
import type { Child, RunningChild } from './child.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 30_000
/** A child that lived this long has earned a quick restart. */
const STEADY_MS = 60_000
/** What each child that is stopped later still gets when an earlier one has used up its share. */
const RESERVE_MS = 1_000

export interface SupervisorOptions {
  log: Log
  /** Called, and awaited, with what runs now after every start and restart. */
  onChange?: (running: ReadonlyMap<string, RunningChild>) => Promise<void>
}

/**
 * Keeps children running: started one after another, started again when one dies, stopped in reverse order. After
 * `stop` none is left, also when it is called in the middle of a start.
 */
export class Supervisor {
  readonly #log: Log
  readonly #onChange: NonNullable<SupervisorOptions['onChange']>
  readonly #children: { child: Child; watch: Promise<void> }[] = []
  readonly #running = new Map<string, RunningChild>()
  readonly #stopping = new AbortController()
  #starts: Promise<unknown> = Promise.resolve()
  #stopped: Promise<void> | undefined
  #deadline = Number.POSITIVE_INFINITY

  constructor(options: SupervisorOptions) {
    this.#log = options.log
    this.#onChange = options.onChange ?? (async () => {})
  }

  /** Fires when `stop` is called; long preparations between two children should end then. */
  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  /** Starts a child and looks after it from then on. Rejects when it does not become ready. */
  async start(child: Child): Promise<Addresses> {
    const started = this.#bringUp(child).then((running) => {
      this.#children.push({ child, watch: this.#watch(child, running) })
      return running
    })
    this.#starts = started.catch(() => {})
    const running = await started
    this.#stopping.signal.throwIfAborted()
    return running.addresses
  }

  /**
   * Stops all children, last started first, within `withinMs`, after which the rest is killed. A second call may
   * shorten the time.
   */
  stop(withinMs = 15_000): Promise<void> {
    this.#deadline = Math.min(this.#deadline, performance.now() + withinMs)
    this.#stopping.abort(new UserError({ code: 'STOPPED', message: 'Stopped before everything was up.' }))
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  async #stopAll(): Promise<void> {
    await this.#starts
    const order = [...this.#children].reverse()
    for (const [index, { child, watch }] of order.entries()) {
      const left = this.#deadline - performance.now() - RESERVE_MS * (order.length - 1 - index)
      const timeoutMs = Math.max(RESERVE_MS / 2, Math.min(child.stopTimeoutMs, left))
      const running = this.#running.get(child.role)
      this.#log.debug({ child: child.role }, `stopping ${child.role}`)
      const outcome = await running?.stop(timeoutMs)
      if (outcome === 'killed')
        this.#log.warn({ child: child.role }, `${child.role} did not stop in time and was killed`)
      await watch
    }
  }

  async #bringUp(child: Child): Promise<RunningChild> {
    const running = await child.start(this.#stopping.signal)
    this.#running.set(child.role, running)
    try {
      await this.#onChange(this.#running)
    } catch (error) {
      this.#running.delete(child.role)
      await running.stop(child.stopTimeoutMs)
      throw error
    }
    return running
  }

  /** Ends once the supervisor is stopping and the child is gone. */
  async #watch(child: Child, first: RunningChild): Promise<void> {
    let running: RunningChild | undefined = first
    let pauseMs = FIRST_PAUSE_MS
    let since = performance.now()
    for (;;) {
      const reason = running === undefined ? undefined : await running.exited
      if (running !== undefined) this.#running.delete(child.role)
      if (this.#stopping.signal.aborted) return
      if (performance.now() - since > STEADY_MS) pauseMs = FIRST_PAUSE_MS
      if (reason !== undefined) {
        this.#log.warn({ child: child.role }, `${child.role} ended (${String(reason)}), starting it again`)
      }
      await pause(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
      if (this.#stopping.signal.aborted) return
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      since = performance.now()
      running = await this.#bringUp(child).catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return undefined
        this.#log.error({ child: child.role }, `${child.role} could not be started: ${messageOf(error)}`)
        return undefined
      })
      if (running !== undefined)
        this.#log.info({ child: child.role, pid: running.pid }, `${child.role} runs again`)
    }
  }
}
