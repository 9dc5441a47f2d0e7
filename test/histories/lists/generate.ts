import { CONFLICT_RULES, DELETE_RULES } from '../../../src/core/policy.ts'
import { pick, random } from '../scheduler.ts'
import type { Job } from '../services/script.ts'
import { otherThan, type Side } from '../services/sides.ts'
import { KNOWN } from './known.ts'
import { type Pair, type Place, SERVICES, type Service } from './pairs.ts'
import type { Edit, Event, Script, Verb } from './script.ts'

/** A real server takes its time: short histories, and many. */
/** Some servers keep no property that they do not know. */
const STRIPS_EVERY = 3
const EVENTS = 26
const WORKERS = ['a', 'b']

const VERBS: readonly (readonly [Verb, number])[] = [
  ['rename', 4],
  ['note', 3],
  ['due', 3],
  ['clear-due', 1],
  ['priority', 1.5],
  ['label', 2.5],
  ['complete', 3],
  ['reopen', 2],
  ['delete', 1.5],
  ['move', 2],
  ['move-out', 1],
  ['below', 1.5],
  ['decorate', 1.5],
  ['undo', 1],
]

const HTTP_FAULTS = [
  'reply-lost',
  'reply-lost',
  'refused',
  'status:503',
  'status-after:503',
  'status:429-wait:2',
  'stale-read:20000',
  'truncated',
  'truncated-json',
]
const FAULTS: Readonly<Record<Service, readonly string[]>> = {
  caldav: HTTP_FAULTS,
  todoist: HTTP_FAULTS,
  local: ['reply-lost', 'refused'],
}

/** The history of a seed: what happens, in its order. The same seed makes the same list, whatever the product does. */
export function scriptOf(pair: Pair, seed: number): Script {
  const rng = random(seed)
  const tokens: string[] = []
  const some = (): Side => (rng() < 0.5 ? 'left' : 'right')
  const place = (): Place => {
    const lot = rng()
    return lot < 0.6 ? 'one' : lot < 0.92 ? 'two' : 'out'
  }
  const create = (): Event => {
    const of = tokens.length > 0 ? pick(rng, tokens) : undefined
    const token = `T${tokens.length + 1}`
    tokens.push(token)
    const lot = rng()
    const event = { do: 'create', side: some(), token, value: rng(), list: place() } as const
    if (of !== undefined && lot < 0.2) return { ...event, of }
    return SERVICES[pair][event.side] === 'caldav' && lot > 0.8 ? { ...event, repeats: true } : event
  }
  const one = (side: Side, token = pick(rng, tokens)): Edit => {
    return { side, verb: weighed(rng, VERBS), token, value: rng() }
  }
  const edit = (): Event => {
    const lot = rng()
    if (lot < 0.25) {
      // Both sides in the same second.
      const token = pick(rng, tokens)
      return { do: 'edit', edits: [one('left', token), one('right', token)] }
    }
    if (lot < 0.33) {
      const side = some()
      const { verb, value } = one(side)
      return {
        do: 'edit',
        edits: tokens.map((token) => ({ side, verb: verb === 'delete' ? 'rename' : verb, token, value })),
      }
    }
    return { do: 'edit', edits: [one(some())] }
  }
  const job = (): Job => {
    const lot = rng()
    return { kind: lot < 0.5 ? 'work' : lot < 0.92 ? 'incremental' : 'complete', side: some() }
  }
  /** An edit is on its way, and as the worker stands between its look and its write, somebody edits the target. */
  const squeeze = (): Event[] => {
    const [token, side, worker] = [pick(rng, tokens), some(), pick(rng, WORKERS)]
    const looks = 1 + Math.floor(rng() * 3)
    return [
      { do: 'edit', edits: [one(side, token)] },
      { do: 'run', worker, job: { kind: 'incremental', side }, steps: 200 },
      { do: 'run', worker, job: { kind: 'work', side: 'left' }, steps: 200, looks },
      { do: 'edit', edits: [one(otherThan(side), token)] },
    ]
  }
  const event = (): Event => {
    if (tokens.length === 0) return create()
    const lot = rng()
    if (lot < 0.1) return create()
    if (lot < 0.38) return edit()
    if (lot < 0.76) {
      const steps = rng() < 0.45 ? 200 : 1 + Math.floor(rng() ** 2 * 14)
      return { do: 'run', worker: pick(rng, WORKERS), job: job(), steps }
    }
    if (lot < 0.84)
      return { do: 'pass', ms: rng() < 0.7 ? Math.floor(rng() * 2_000) : Math.floor(rng() ** 2 * 90_000) }
    if (lot < 0.93) {
      const side = some()
      return { do: 'fault', side, word: pick(rng, FAULTS[SERVICES[pair][side]]), times: rng() < 0.7 ? 1 : 8 }
    }
    if (lot < 0.98) return { do: 'kill', worker: pick(rng, WORKERS) }
    return { do: 'cut', worker: pick(rng, WORKERS), when: rng() < 0.5 ? 'before' : 'after' }
  }

  const policy = policyOf(rng, pair)
  const events: Event[] = []
  // Most histories begin with tasks that are in step.
  if (rng() < 0.7) {
    for (let n = Math.floor(rng() * 3); n >= 0; n -= 1) events.push(create())
    events.push({ do: 'settle' })
  }
  while (events.length < EVENTS)
    if (tokens.length > 0 && rng() < 0.1) events.push(...squeeze())
    else events.push(event())
  return { seed, pair, policy, avoid: KNOWN, strips: seed % STRIPS_EVERY === 0, events }
}

/** Most routes have the rules that they are made with; some have others. */
function policyOf(rng: () => number, pair: Pair): Script['policy'] {
  const right = pair === 'local-caldav' ? 'unlink' : 'propagate'
  const usual = { conflicts: 'newest', deletes: { left: 'propagate', right } } as const
  if (rng() < 0.6) return usual
  return {
    conflicts: pick(rng, CONFLICT_RULES),
    deletes: { left: pick(rng, DELETE_RULES), right: pick(rng, DELETE_RULES) },
  }
}

function weighed<T>(rng: () => number, from: readonly (readonly [T, number])[]): T {
  let left = rng() * from.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [found, weight] of from) {
    left -= weight
    if (left < 0) return found
  }
  throw new Error('nothing to pick from')
}
