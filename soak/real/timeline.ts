import { pick, random } from '../../test/histories/scheduler.ts'
import { scriptOf } from '../../test/histories/services/generate.ts'
import { KNOWN, type KnownFault } from '../../test/histories/services/known.ts'
import type { Event, Policy } from '../../test/histories/services/script.ts'
import { SIDES, type Side } from '../../test/histories/services/sides.ts'

/** What is killed with SIGKILL. `everything`: all at once, with the process that would start them again. */
export type Target = 'worker' | 'receiver' | 'temporal' | 'postgres' | 'everything'

type Act = Extract<Event, { do: 'create' | 'edit' }>

/** Something that happens at a moment of real time, counted from the beginning of the history. */
export type Moment = { readonly atMs: number } & (
  | { readonly do: 'act'; readonly side: Side; readonly event: Act }
  | { readonly do: 'fault'; readonly side: Side; readonly word: string; readonly times: number }
  | { readonly do: 'kill'; readonly target: Target }
)

/** How often a delivery is lost, doubled or late; probabilities. */
export type Unreliable = { readonly lost: number; readonly twice: number; readonly late: number }

export type Timeline = {
  readonly seed: number
  /** Its tasks are called `T<firstToken + n>`. */
  readonly firstToken: number
  readonly policy: Policy
  readonly avoid: readonly KnownFault[]
  readonly webhooks: Unreliable
  /** What both services take over each request of the product: only a slow one is killed in the middle of a write. */
  readonly slowMs: number
  readonly moments: readonly Moment[]
}

/** Events of a script of the fast kind, of which about a half are for its clock and workers alone. */
const EVENTS = 56
const SHORTEST_MS = 4_000
/** Who was killed is back by then, and meets users who go on. */
const LONGEST_MS = 10_000
/** Time in which tasks of the beginning come into step before it goes on. */
const SETTLES_MS = 2_500
/** What the product does unless it is told otherwise. */
const POLICY: Policy = {
  conflicts: 'newest',
  deletes: { left: 'propagate', right: 'unlink' },
  fields: {},
}
const MOST_KILLS = 2
const SLOW_MS = [0, 60, 250]
/** A service of a history shows the past for so long; shorter than what the product is told to reckon with. */
export const STALE_MS = 1_500
export const LATE_MS = 1_200

const TARGETS: readonly Target[] = [
  'worker',
  'worker',
  'worker',
  'worker',
  'receiver',
  'receiver',
  'temporal',
  'temporal',
  'postgres',
  'postgres',
  'everything',
  'everything',
]

/**
 * The history of a seed: the same users and faults as a fast history of it, laid out over some seconds of real time.
 * `firstToken`: tasks are called `T<firstToken + n>`, so that many histories can live in one pair of accounts.
 */
export function timelineOf(seed: number, firstToken: number): Timeline {
  const { events } = scriptOf(seed, { rough: { events: EVENTS, faults: true, kills: true } })
  const rng = random(seed + 0x5eed)
  const usersMs = SHORTEST_MS + rng() * (LONGEST_MS - SHORTEST_MS)
  const named = events.map((event) => renamed(event, firstToken))
  const settled = named.findIndex((event) => event.do === 'settle')
  const moments: Moment[] = []
  let kills = 0
  let atMs = 0
  for (const [n, event] of named.entries()) {
    // Several at once: what happens in one moment is not in step with one another.
    if (rng() > 0.3) atMs = (n / named.length) * usersMs + (n > settled && settled >= 0 ? SETTLES_MS : 0)
    const at = Math.round(atMs)
    if (event.do === 'create') moments.push({ atMs: at, do: 'act', side: event.side, event })
    else if (event.do === 'edit') moments.push(...bySide(event).map((one) => ({ atMs: at, ...one })))
    else if (event.do === 'fault')
      moments.push({
        atMs: at,
        do: 'fault',
        side: event.side,
        word: realWord(event.word),
        times: event.times,
      })
    else if ((event.do === 'kill' || event.do === 'cut') && kills < MOST_KILLS) {
      kills += 1
      moments.push({ atMs: at, do: 'kill', target: pick(rng, TARGETS) })
    }
  }
  const share = () => Math.round(rng() ** 2 * 60) / 100
  return {
    seed,
    firstToken,
    policy: POLICY,
    avoid: KNOWN,
    webhooks: { lost: share(), twice: share(), late: share() },
    slowMs: pick(rng, SLOW_MS),
    moments,
  }
}

/** Each side has a user of its own: what both do in one moment is done at the same time. */
function bySide(event: Extract<Event, { do: 'edit' }>): { do: 'act'; side: Side; event: Act }[] {
  return SIDES.flatMap((side) => {
    const edits = event.edits.filter((one) => one.side === side)
    return edits.length === 0 ? [] : [{ do: 'act' as const, side, event: { do: 'edit' as const, edits } }]
  })
}

/** Fast histories show a past of 20 s of their own clock. */
function realWord(word: string): string {
  return word.startsWith('stale-read') ? `stale-read:${STALE_MS}` : word
}

function renamed(event: Event, firstToken: number): Event {
  const name = (token: string) => `T${firstToken + Number(token.slice(1))}`
  if (event.do === 'create')
    return {
      ...event,
      token: name(event.token),
      ...(event.of === undefined ? {} : { of: name(event.of) }),
    }
  if (event.do === 'edit')
    return { ...event, edits: event.edits.map((one) => ({ ...one, token: name(one.token) })) }
  return event
}
