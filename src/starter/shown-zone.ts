import { allConnections } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { allRoutes } from '../store/routes.ts'

/**
 * The zone in which a person is told times: that of the first route, in which both services' users read them. Routes that are
 * added later do not change what a time means. Without a route the one of this machine.
 */
export async function shownZone(db: Db): Promise<string> {
  const [first] = await allRoutes(db)
  return first?.policy.zone ?? readersZone()
}

/** The zone in which times of our own tasks are taken and told: that of the first route of theirs, else as all times are. */
export async function ownTasksZone(db: Db): Promise<string> {
  const own = new Set(
    (await allConnections(db)).filter(({ provider }) => provider === 'local').map(({ id }) => id),
  )
  const first = (await allRoutes(db)).find(({ leftId, rightId }) => own.has(leftId) || own.has(rightId))
  return first?.policy.zone ?? shownZone(db)
}

/** These lines, with the zone of their times before them where it is not the one of this machine. */
export function inZone(lines: readonly string[], zone: string, readers = readersZone()): string[] {
  const told = zone !== readers && lines.some((line) => /\d\d:\d\d/u.test(line))
  return told ? [zoneLine(zone), ...lines] : [...lines]
}

export function zoneLine(zone: string): string {
  return `Times are those of ${zone}.`
}

/** The zone of the machine at which somebody reads. */
function readersZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
