const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes as people read them: `16 MB`. */
export function sizeWords(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

/** A span as people read it: `40 s`, `12 min`, `3 h`, `2 days`. Seconds. */
export function spanWords(seconds: number): string {
  const span = Math.abs(seconds)
  if (span < 10) return `${span.toFixed(1)} s`
  if (span < 120) return `${Math.round(span)} s`
  if (span < 7_200) return `${Math.round(span / 60)} min`
  if (span < 172_800) return `${Math.round(span / 3_600)} h`
  return `${Math.round(span / 86_400)} days`
}
