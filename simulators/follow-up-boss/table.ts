import type { SimClock } from '../kit/clock.ts'
import { RecentPast } from '../kit/recent-past.ts'

/** What a read sees: the present, or the past when a fault or lag says so. */
export interface Snapshot<R> {
  /** Ascending. */
  readonly ids: readonly number[]
  get(id: number): R | undefined
  /** False when the past differs from the present, so that indexes of the present must not be used. */
  readonly present: boolean
}

/** How far back a read looks. */
export interface ReadLag {
  /** Everything as it was so long ago. */
  staleMs: number
  /** Rows created less than this long ago are not there yet. */
  hideNewMs: number
}

export const NO_LAG: ReadLag = { staleMs: 0, hideNewMs: 0 }

/** A collection as it is kept over a restart: the rows ascending by id, and the highest id ever given. */
export interface TableContent<R> {
  highest: number
  rows: readonly R[]
}

/** One collection: rows by id, the ids in order, and the recent past. Ids are given in ascending order. */
export class Table<R extends { readonly id: number }> {
  private readonly rows = new Map<number, R>()
  private readonly ids: number[] = []
  private readonly past: RecentPast<number, R>
  private readonly onChange: () => void
  private highest: number

  /** The rows of `content` are there from the start: no lag hides them. */
  constructor(clock: SimClock, content: TableContent<R>, onChange: () => void) {
    this.past = new RecentPast(clock)
    for (const row of content.rows) this.add(row)
    this.highest = content.highest
    this.onChange = onChange
  }

  content(): TableContent<R> {
    return { highest: this.highest, rows: this.all() }
  }

  nextId(): number {
    return this.highest + 1
  }

  insert(row: R): void {
    this.add(row)
    this.highest = Math.max(this.highest, row.id)
    this.past.note(row.id, undefined)
    this.onChange()
  }

  replace(row: R): void {
    this.past.note(row.id, this.rows.get(row.id))
    this.rows.set(row.id, row)
    this.onChange()
  }

  remove(id: number): void {
    const before = this.rows.get(id)
    if (before === undefined) return
    this.past.note(id, before)
    this.rows.delete(id)
    this.ids.splice(lowerBound(this.ids, id), 1)
    this.onChange()
  }

  get(id: number): R | undefined {
    return this.rows.get(id)
  }

  /** All rows now, ascending by id. */
  all(): R[] {
    return this.ids.flatMap((id) => this.rows.get(id) ?? [])
  }

  /** The first row, ascending by id, that `fits`. */
  find(fits: (row: R) => boolean): R | undefined {
    for (const id of this.ids) {
      const row = this.rows.get(id)
      if (row !== undefined && fits(row)) return row
    }
    return undefined
  }

  count(fits: (row: R) => boolean): number {
    let fitting = 0
    for (const row of this.rows.values()) if (fits(row)) fitting += 1
    return fitting
  }

  read(lag: ReadLag): Snapshot<R> {
    const overlay = new Map(this.past.view(lag.staleMs))
    for (const [id, before] of this.past.view(lag.hideNewMs))
      if (before === undefined) overlay.set(id, undefined)
    if (overlay.size === 0) return { ids: this.ids, get: (id) => this.rows.get(id), present: true }
    const back = [...overlay].filter(([id, row]) => row !== undefined && !this.rows.has(id)).map(([id]) => id)
    const ids = back.length === 0 ? this.ids : [...this.ids, ...back].sort((a, b) => a - b)
    return { ids, get: (id) => (overlay.has(id) ? overlay.get(id) : this.rows.get(id)), present: false }
  }

  private add(row: R): void {
    this.rows.set(row.id, row)
    this.ids.push(row.id)
  }
}

/** A collection without a past, as a read sees it. */
export function fixedRows<R extends { readonly id: number }>(rows: readonly R[]): Snapshot<R> {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return { ids: [...byId.keys()].sort((a, b) => a - b), get: (id) => byId.get(id), present: true }
}

/** Index of the first entry of the ascending `ids` that is not below `id`. */
export function lowerBound(ids: readonly number[], id: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ids[middle] ?? 0) < id) low = middle + 1
    else high = middle
  }
  return low
}
