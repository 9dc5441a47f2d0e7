/** Time zone of the whole demo: western North Carolina. */
export const HOME_ZONE = 'America/New_York'

const DAY_MS = 86_400_000

/** The calendar day `YYYY-MM-DD` of an instant in `zone`. */
export function dayIn(zone: string, epochMs: number): string {
  return new Date(epochMs + offsetMs(zone, epochMs)).toISOString().slice(0, 10)
}

/** `day` moved by whole days. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The instant of a wall-clock time `HH:MM` on `day` in `zone`, as `2026-03-05T20:00:00Z`. */
export function instantIn(zone: string, day: string, time: string): string {
  const asUtc = Date.parse(`${day}T${time}:00Z`)
  // The zone's offset at a first guess, then again at the corrected instant (a change of clocks in between).
  const guess = asUtc - offsetMs(zone, asUtc)
  return `${new Date(asUtc - offsetMs(zone, guess)).toISOString().slice(0, 19)}Z`
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What the zone's wall clock shows, less UTC. The Swedish format is ISO 8601 but for a blank. */
function offsetMs(zone: string, epochMs: number): number {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
    clocks.set(zone, clock)
  }
  const whole = Math.floor(epochMs / 1000) * 1000
  return Date.parse(`${clock.format(whole).replace(' ', 'T')}Z`) - whole
}
