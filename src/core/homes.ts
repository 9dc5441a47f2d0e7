import { cut, oneLine } from './normalise.ts'

/*
 * A home (a stage's projects, or General) is a row of shards: projects with limits of their own.
 */

/**
 * One of the projects of a home, from 1. `sections`, `tasks`: all active ones in it, a user's own too, and those that are
 * planned already. `full`: the service has refused one more, whatever our count says. `lost`: deleted by somebody.
 */
export type Shard = {
  readonly number: number
  readonly sections: number
  readonly tasks: number
  readonly state: 'open' | 'full' | 'lost' | 'archived'
}

/** What an account allows for each project (reference todoist §14.1). */
export type ProjectLimits = { readonly sectionsPerProject: number; readonly tasksPerProject: number }

/** What we put into one shard at the most, or what is to be put there. */
export type Room = { readonly sections: number; readonly tasks: number }

/** Left for what users add by hand. */
const HEADROOM: Room = { sections: 2, tasks: 30 }
/** Longest name of a project, in code points (reference todoist §14.2). */
const LONGEST_NAME = 120

/** An account with limits as low as the headroom still gets one section and one task a shard. */
export function roomOf({ sectionsPerProject, tasksPerProject }: ProjectLimits): Room {
  return {
    sections: Math.max(1, sectionsPerProject - HEADROOM.sections),
    tasks: Math.max(1, tasksPerProject - HEADROOM.tasks),
  }
}

export function fits({ state, sections, tasks }: Shard, room: Room, need: Room): boolean {
  return state === 'open' && sections + need.sections <= room.sections && tasks + need.tasks <= room.tasks
}

/** A section of a deal with this many tasks, and the shard that takes it. */
export type NewSection = { readonly shard: number; readonly tasks: number }

/**
 * Where a deal's tasks go that has no section yet: one section, or as many as its tasks need where no shard takes them all. Each
 * goes into the first shard with room, else into the next one, which is above every number there ever was in `shards`.
 */
export function sectionsFor(shards: readonly Shard[], room: Room, tasks: number): NewSection[] {
  const now = [...shards]
  const sections: NewSection[] = []
  for (let left = tasks; left > 0 || sections.length === 0; left -= room.tasks) {
    const part = Math.min(left, room.tasks)
    const shard = shardFor(now, room, { sections: 1, tasks: part })
    add(now, shard, { sections: 1, tasks: part })
    sections.push({ shard, tasks: part })
  }
  return sections
}

/** A section of a deal that is there: its part, from 1. */
export type DealSection = { readonly part: number; readonly shard: number; readonly tasks: number }

/**
 * Where one more task of a deal goes. `in`: into that part. `move`: into it as well, once the whole section has moved to
 * that shard, for its own is filled by its neighbours. `new`: into a new part, for no shard takes more of any other.
 */
export type NextTask =
  | { readonly kind: 'in'; readonly part: number }
  | { readonly kind: 'move'; readonly part: number; readonly shard: number }
  | { readonly kind: 'new'; readonly part: number; readonly shard: number }

export function nextTask(sections: readonly DealSection[], shards: readonly Shard[], room: Room): NextTask {
  const parts = sections
    .flatMap((section) => {
      const shard = shards.find(({ number }) => number === section.shard)
      return shard === undefined || shard.state === 'lost' || shard.state === 'archived'
        ? []
        : [{ ...section, in: shard }]
    })
    .sort((a, b) => a.part - b.part)
  const roomy = parts.find((one) => fits(one.in, room, { sections: 0, tasks: 1 }))
  if (roomy !== undefined) return { kind: 'in', part: roomy.part }
  // One that is alone where it is finds no more room anywhere else.
  const crowded = parts.find(
    (one) => one.tasks < room.tasks && (one.in.sections > 1 || one.in.tasks > one.tasks),
  )
  if (crowded !== undefined) {
    const shard = shardFor(shards, room, { sections: 1, tasks: crowded.tasks + 1 })
    return { kind: 'move', part: crowded.part, shard }
  }
  const part = Math.max(0, ...sections.map((one) => one.part)) + 1
  return { kind: 'new', part, shard: shardFor(shards, room, { sections: 1, tasks: 1 }) }
}

/** `need` is no more than an empty shard takes. */
function shardFor(shards: readonly Shard[], room: Room, need: Room): number {
  const free = byNumber(shards).find((shard) => fits(shard, room, need))
  return free?.number ?? Math.max(0, ...shards.map(({ number }) => number)) + 1
}

export function byNumber(shards: readonly Shard[]): Shard[] {
  return [...shards].sort((a, b) => a.number - b.number)
}

/** Puts so much into a shard, which is made where it is not there. */
export function add(shards: Shard[], number: number, { sections, tasks }: Room): void {
  const at = shards.findIndex((shard) => shard.number === number)
  const shard = shards[at] ?? { number, sections: 0, tasks: 0, state: 'open' }
  const next = { ...shard, sections: shard.sections + sections, tasks: shard.tasks + tasks }
  shards.splice(at < 0 ? shards.length : at, at < 0 ? 0 : 1, next)
}

/** `Name`, `Name · 2`, …: the number is never cut off. */
export function shardName(name: string, number: number): string {
  const suffix = number === 1 ? '' : ` · ${number}`
  return `${cut(oneLine(name), LONGEST_NAME - suffix.length)}${suffix}`
}
