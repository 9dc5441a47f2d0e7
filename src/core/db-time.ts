import { Temporal } from 'temporal-polyfill'

/** A moment of the database's clock: `YYYY-MM-DDTHH:MM:SS.ffffffZ`. Sorts as text, keeps microseconds. */
export type DbTime = string

/** Later than every moment: a wait that only a person ends. */
export const NEVER: DbTime = 'infinity'

/** Before everything: due at once; or, of when looks begin to count, from ever on. */
export const LONG_AGO: DbTime = '1970-01-01T00:00:00.000000Z'

export function plusMs(time: DbTime, ms: number): DbTime {
  const moved = Temporal.Instant.from(time).add({ microseconds: Math.round(ms * 1000) })
  return moved.toString({ smallestUnit: 'microsecond' })
}

export function epochSeconds(time: DbTime): number {
  return Math.floor(Temporal.Instant.from(time).epochMilliseconds / 1000)
}

/** Milliseconds from `from` to `to`, negative when `to` is earlier. */
export function msBetween(from: DbTime, to: DbTime): number {
  return Temporal.Instant.from(to).epochMilliseconds - Temporal.Instant.from(from).epochMilliseconds
}

/** The earlier of two moments, of which either may be missing. */
export function earlier(a: DbTime | null, b: DbTime | null): DbTime | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}

export function later(a: DbTime, b: DbTime): DbTime {
  return a > b ? a : b
}
