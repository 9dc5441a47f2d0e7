import type { Db } from '../store/database.ts'
import { allRoutes } from '../store/routes.ts'

/**
 * The zone in which a person is told times: that of the routes, in which both services' users read them, and in which
 * `conflicts resolve --value` takes them; where routes differ, the one of this machine.
 */
export async function shownZone(db: Db): Promise<string> {
  const zones = new Set((await allRoutes(db)).map(({ policy }) => policy.zone))
  const [zone] = zones
  return zones.size === 1 && zone !== undefined ? zone : readersZone()
}

/** These lines, with the zone of their times before them where it is not the one of this machine. */
export function inZone(lines: readonly string[], zone: string, readers = readersZone()): string[] {
  const told = zone !== readers && lines.some((line) => /\d\d:\d\d/u.test(line))
  return told ? [`Times are those of ${zone}.`, ...lines] : [...lines]
}

/** The zone of the machine at which somebody reads. */
function readersZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
