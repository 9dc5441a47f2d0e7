/** A seeded generator of numbers in [0, 1): the same seed, the same history. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function pick<T>(rng: () => number, from: readonly T[]): T {
  const found = from[Math.floor(rng() * from.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

/** An actor was killed between two steps: as a worker that dies, it leaves whatever it had begun. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

type Parked = { readonly actor: string; go(kill: boolean): void }

/**
 * Runs actors one step at a time in an order that only the seed decides. An actor gives up control at `turn`; between
 * two turns nobody else runs. Killing means that its next turn throws.
 */
export class Scheduler {
  readonly #rng: () => number
  readonly #killChance: number
  readonly #parked: Parked[] = []
  #live = 0
  #changed: () => void = () => undefined

  constructor(rng: () => number, killChance: number) {
    this.#rng = rng
    this.#killChance = killChance
  }

  /** A place where an actor may be held up, or killed. `mortal` false: only held up. */
  turn(actor: string, mortal = true): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parked.push({ actor, go: (kill) => (kill && mortal ? reject(new Killed(actor)) : resolve()) })
      this.#changed()
    })
  }

  /** Runs all actors to their ends. `between` is called before each step. */
  async run(actors: readonly (() => Promise<void>)[], between: () => Promise<void>): Promise<void> {
    const failures: unknown[] = []
    this.#live = actors.length
    for (const actor of actors) {
      actor()
        .catch((error: unknown) => failures.push(error))
        .finally(() => {
          this.#live -= 1
          this.#changed()
        })
    }
    for (;;) {
      while (this.#parked.length < this.#live) {
        await new Promise<void>((resolve) => {
          this.#changed = resolve
        })
      }
      if (failures.length > 0) throw failures[0]
      if (this.#live === 0) return
      await between()
      const [next] = this.#parked.splice(Math.floor(this.#rng() * this.#parked.length), 1)
      next?.go(this.#rng() < this.#killChance)
      // Let it run up to its next turn or its end before anybody is chosen again.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
}
