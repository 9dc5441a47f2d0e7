const STEP = 0x6d2b79f5

/** Seeded random numbers (mulberry32): the same seed gives the same book of business and the same faults. */
export class SeededRandom {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** Where it stands, for `moveTo`. */
  get position(): number {
    return this.state
  }

  /** Goes on from a `position`. */
  moveTo(position: number): void {
    this.state = position >>> 0
  }

  /** Leaves out so many numbers. */
  skip(numbers: number): void {
    this.state = (this.state + Math.imul(STEP, numbers)) >>> 0
  }

  /** The next number in [0, 1). */
  next(): number {
    this.state = (this.state + STEP) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.next() < p
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)]
    if (item === undefined) throw new Error('pick() needs at least one item')
    return item
  }

  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.next() }))
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
  }
}

const OPAQUE_ALPHABET = '23456789CFGHJMPQRVWXcfghjmpqrvwx'

/**
 * Makes opaque text ids like Todoist's (`6X7rM8997g3RQmvh`): 16 characters, seeded, never repeated by one
 * maker. The ids carry no order, as with the real service.
 */
export function opaqueIds(random: SeededRandom, length = 16): () => string {
  const given = new Set<string>()
  return () => {
    for (;;) {
      let id = ''
      for (let i = 0; i < length; i += 1)
        id += OPAQUE_ALPHABET[random.int(0, OPAQUE_ALPHABET.length - 1)] ?? ''
      if (!given.has(id)) {
        given.add(id)
        return id
      }
    }
  }
}

/** A version 4 uuid from seeded numbers. */
export function seededUuid(random: SeededRandom): string {
  const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16))
  hex[12] = '4'
  hex[16] = (8 + random.int(0, 3)).toString(16)
  const text = hex.join('')
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`
}
