import { AsyncLocalStorage } from 'node:async_hooks'

/** One life of a worker: from its start to its death. What it has begun in an earlier life never goes on. */
export class Life {
  readonly name: string
  #parked: { readonly where: string; go(): void } | null = null
  #busy = false
  #dead = false
  #failure: unknown = null
  #news: () => void = () => undefined
  #line: Promise<unknown> = Promise.resolve()
  /** When its present work began, by the count of the log. */
  began = 0
  /** The next transaction fails: before it commits, or after. */
  cut: 'before' | 'after' | null = null

  constructor(name: string) {
    this.name = name
  }

  get busy(): boolean {
    return this.#busy
  }

  /** Where it stands, between two effects. */
  get where(): string {
    return this.#parked?.where ?? 'idle'
  }

  /** A place between two steps, where it is held up until it is told to go on. Never returns to the dead. */
  turn(where: string): Promise<void> {
    if (this.#dead) return new Promise(() => undefined)
    return new Promise((resolve) => {
      this.#parked = { where, go: resolve }
      this.#news()
    })
  }

  /** One at a time: of calls that it makes side by side the order must not be left to chance. */
  inLine<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#line.then(work)
    this.#line = next.catch(() => undefined)
    return next
  }

  /** Begins some work and runs it up to its first stop. Work that fails fails the history. */
  async begin(count: number, work: () => Promise<unknown>): Promise<void> {
    this.#busy = true
    this.began = count
    const paused = this.#pause()
    current
      .run(this, work)
      .catch((error: unknown) => {
        this.#failure = error
      })
      .finally(() => {
        if (this.#dead) return
        this.#busy = false
        this.#news()
      })
    await paused
    this.#throw()
  }

  /** Lets it go on to its next stop. */
  async step(): Promise<void> {
    const parked = this.#parked
    if (parked === null) return
    this.#parked = null
    const paused = this.#pause()
    parked.go()
    await paused
    this.#throw()
  }

  die(): void {
    this.#dead = true
    this.#parked = null
    this.#busy = false
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#news = resolve
    })
  }

  #throw(): void {
    if (this.#failure !== null) throw this.#failure
  }
}

const current = new AsyncLocalStorage<Life>()

/** Whose work the caller belongs to; undefined for a test's own. */
export function lifeOfCaller(): Life | undefined {
  return current.getStore()
}
