import { add, byNumber, fits, type Room, type Shard } from './homes.ts'

/** What lies in a shard of a home and may be moved: a section of a deal with its tasks, or a task of General by itself. */
export type Occupant = Room & { readonly id: string; readonly shard: number }

/** `moves`: what goes where. `gone`: shards in which nothing is, and which nobody needs. */
export type Compaction = {
  readonly moves: readonly { readonly id: string; readonly to: number }[]
  readonly gone: readonly number[]
}

/** A shard that holds no more than this part of its room is nearly empty. */
const NEARLY_EMPTY = 1 / 4

/**
 * What becomes of the last shards of a home when they are nearly empty: everything in the last one moves into earlier
 * ones, all of it or nothing; empty ones above the first go. Neither is done where the next deal would have them made
 * again: earlier shards keep room for one more of the usual size. A shard in which lies what is not ours to move
 * (`occupants` do not make up its counts) stays.
 *
 * One shard at a time: asked again after it was done, it says what comes next, and in the end nothing.
 */
export function compaction(shards: readonly Shard[], occupants: readonly Occupant[], room: Room): Compaction {
  const standing = byNumber(shards).filter(({ state }) => state === 'open' || state === 'full')
  const moves = emptying(standing, occupants, room)
  const needed = new Set(moves.map(({ to }) => to))
  return { moves, gone: unneeded(standing, room).filter((number) => !needed.has(number)) }
}

function emptying(
  standing: readonly Shard[],
  occupants: readonly Occupant[],
  room: Room,
): Compaction['moves'] {
  const last = standing.findLast(isUsed)
  if (last === undefined || last.number === 1 || !isNearlyEmpty(last, room)) return []
  const inside = occupants.filter(({ shard }) => shard === last.number)
  if (sum(inside, 'sections') !== last.sections || sum(inside, 'tasks') !== last.tasks) return []
  const earlier = standing.filter(({ number }) => number < last.number)
  const moves: { id: string; to: number }[] = []
  // The large ones first: what is small finds a gap.
  for (const one of [...inside].sort((a, b) => b.tasks - a.tasks || (a.id < b.id ? -1 : 1))) {
    const free = earlier.find((shard) => fits(shard, room, one))
    if (free === undefined) return []
    add(earlier, free.number, one)
    moves.push({ id: one.id, to: free.number })
  }
  return hasSpare(earlier, room) ? moves : []
}

/** From the last one down; one is kept where no other has room for the next deal. */
function unneeded(standing: readonly Shard[], room: Room): number[] {
  let staying = [...standing]
  for (const { number } of standing.filter((shard) => shard.number > 1 && !isUsed(shard)).reverse()) {
    const others = staying.filter((shard) => shard.number !== number)
    if (hasSpare(others, room)) staying = others
  }
  return standing.filter((shard) => !staying.includes(shard)).map(({ number }) => number)
}

function isUsed({ sections, tasks }: Shard): boolean {
  return sections > 0 || tasks > 0
}

function isNearlyEmpty({ sections, tasks }: Shard, room: Room): boolean {
  return sections <= room.sections * NEARLY_EMPTY && tasks <= room.tasks * NEARLY_EMPTY
}

/** Room for one more deal of the usual size. */
function hasSpare(shards: readonly Shard[], room: Room): boolean {
  const usual = { sections: 1, tasks: Math.ceil(room.tasks / room.sections) }
  return shards.some((shard) => fits(shard, room, usual))
}

function sum(occupants: readonly Occupant[], what: keyof Room): number {
  return occupants.reduce((total, one) => total + one[what], 0)
}
