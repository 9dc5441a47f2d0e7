/** Milliseconds of `n` measurements, by nearest rank. */
export interface Percentiles {
  p50: number
  p95: number
  p99: number
  n: number
}

/** All zero when there are no values. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? 0
  const round = (value: number) => Math.round(value * 10) / 10
  return { p50: round(rank(50)), p95: round(rank(95)), p99: round(rank(99)), n: sorted.length }
}
