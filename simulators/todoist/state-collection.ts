type Version<T> = { seq: number; at: number; value: T }
/** Oldest first; the last is the present value. */
type Entry<T> = { versions: Version<T>[] }

/** How long replaced values are kept for stale reads, in milliseconds of the simulator's clock. */
const KEEP_OLD_MS = 10 * 60_000

/** Hands out change numbers; one per account, so that one number orders the changes of all resource types. */
export class ChangeCounter {
  private readonly elapsed: () => number
  private recent: { seq: number; at: number }[] = []
  seq = 0

  /** `elapsed`: milliseconds that only grow. */
  constructor(elapsed: () => number) {
    this.elapsed = elapsed
  }

  next(): { seq: number; at: number } {
    this.seq += 1
    const change = { seq: this.seq, at: this.elapsed() }
    this.recent.push(change)
    if (this.recent.length > 50_000) this.recent = this.recent.slice(-25_000)
    return change
  }

  /** Everything so far counts as old: no reader's copy lags behind it. */
  settle(): void {
    this.recent = []
  }

  /** The last change number that was there `ageMs` ago: what a reader sees whose copy lags that much. */
  seqBefore(ageMs: number): number {
    if (ageMs <= 0) return this.seq
    const until = this.elapsed() - ageMs
    for (let i = this.recent.length - 1; i >= 0; i--) {
      const change = this.recent[i]
      if (change !== undefined && change.at <= until) return change.seq
    }
    const first = this.recent[0]
    return first === undefined ? this.seq : first.seq - 1
  }
}

/**
 * All objects of one resource type with the number of each one's last change, so that "what changed since
 * number N" costs as much as the answer is long, however many objects there are.
 */
export class Collection<T extends { id: string }> {
  private readonly counter: ChangeCounter
  private readonly entries = new Map<string, Entry<T>>()
  /** The present values, in the order of creation: listings go through all of them. */
  private readonly present = new Map<string, T>()
  private log: { seq: number; id: string }[] = []
  private compactAt = 1000

  constructor(counter: ChangeCounter) {
    this.counter = counter
  }

  get size(): number {
    return this.entries.size
  }

  get(id: string): T | undefined {
    return this.present.get(id)
  }

  /** The value as it was after change `seq`, or undefined if the object was not there yet. */
  getAt(id: string, seq: number): T | undefined {
    if (seq >= this.counter.seq) return this.get(id)
    return this.entries.get(id)?.versions.findLast((version) => version.seq <= seq)?.value
  }

  /** All objects, deleted ones included, in the order of their creation. */
  values(seq = this.counter.seq): IterableIterator<T> {
    return seq >= this.counter.seq ? this.present.values() : this.valuesAt(seq)
  }

  /** All objects in the order of their creation, each with the number of its last change. */
  content(): [number, T][] {
    return [...this.entries.values()].flatMap(({ versions }): [number, T][] => {
      const newest = versions.at(-1)
      return newest === undefined ? [] : [[newest.seq, newest.value]]
    })
  }

  /** Fills an empty collection with what `content` gave. What was before the last changes is gone. */
  load(rows: readonly (readonly [number, T])[], at: number): void {
    for (const [seq, value] of rows) {
      this.entries.set(value.id, { versions: [{ seq, at, value }] })
      this.present.set(value.id, value)
    }
    this.log = rows.map(([seq, { id }]) => ({ seq, id })).sort((a, b) => a.seq - b.seq)
    this.compactAt = 2 * this.log.length + 1000
  }

  put(value: T): T {
    const { seq, at } = this.counter.next()
    const entry = this.entries.get(value.id)
    this.present.set(value.id, value)
    if (entry === undefined) {
      this.entries.set(value.id, { versions: [{ seq, at, value }] })
    } else {
      entry.versions.push({ seq, at, value })
      // The second oldest being old enough, nobody can ask for the oldest any more.
      while ((entry.versions[1]?.at ?? at) < at - KEEP_OLD_MS) entry.versions.shift()
    }
    this.log.push({ seq, id: value.id })
    if (this.log.length > this.compactAt) this.compact()
    return value
  }

  /** Changes a value without giving it a change number: readers see it, deltas do not carry it. */
  putSilently(value: T): T {
    const newest = this.entries.get(value.id)?.versions.at(-1)
    if (newest === undefined) return this.put(value)
    newest.value = value
    this.present.set(value.id, value)
    return value
  }

  /** Objects with a change after `from` and not after `upTo`, each as it was at `upTo`, in order of change. */
  changed(from: number, upTo = this.counter.seq): T[] {
    let low = 0
    let high = this.log.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.log[middle]?.seq ?? 0) > from) high = middle
      else low = middle + 1
    }
    const ids = new Set<string>()
    for (let i = low; i < this.log.length; i++) {
      const entry = this.log[i]
      if (entry === undefined || entry.seq > upTo) break
      ids.delete(entry.id)
      ids.add(entry.id)
    }
    const found: T[] = []
    for (const id of ids) {
      const value = this.getAt(id, upTo)
      if (value !== undefined) found.push(value)
    }
    return found
  }

  private *valuesAt(seq: number): Generator<T> {
    for (const { versions } of this.entries.values()) {
      const version = versions.findLast((each) => each.seq <= seq)
      if (version !== undefined) yield version.value
    }
  }

  /** Drops rows that a later one of the same object stands for, and that are too old for a lagging reader. */
  private compact(): void {
    const recent = this.counter.seqBefore(KEEP_OLD_MS)
    this.log = this.log.filter(
      ({ seq, id }) => seq > recent || this.entries.get(id)?.versions.at(-1)?.seq === seq,
    )
    this.compactAt = 2 * this.log.length + 1000
  }
}
