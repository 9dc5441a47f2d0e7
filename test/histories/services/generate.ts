import { CONFLICT_RULES, DELETE_RULES, DIRECTIONS } from '../../../src/core/policy.ts'
import { pick, random } from '../scheduler.ts'
import { ON } from './features.ts'
import { KNOWN, type KnownFault } from './known.ts'
import type { Edit, Event, Feature, Job, Policy, Script, Verb } from './script.ts'
import type { Side } from './sides.ts'

/** How long and how rough histories are. */
export type Roughness = { readonly events: number; readonly faults: boolean; readonly kills: boolean }

export const SHORT: Roughness = { events: 34, faults: true, kills: true }

const VERBS: Readonly<Record<Side, readonly (readonly [Verb, number])[]>> = {
  left: [
    ['rename', 5],
    ['due', 4],
    ['clear-due', 1],
    ['type', 3],
    ['complete', 3],
    ['reopen', 2],
    ['delete', 1.5],
    ['undo', 1.5],
    ['person', 0.7],
  ],
  right: [
    ['rename', 5],
    ['due', 4],
    ['clear-due', 1],
    ['type', 2],
    ['complete', 3],
    ['reopen', 2],
    ['delete', 1.2],
    ['undo', 1.5],
    ['describe', 3],
    ['label', 2],
    ['priority', 1],
    ['move-out', 1],
    ['move-in', 1.5],
    ['name', 1],
  ],
}
const WORDS = [
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
/** One history in so many has enough tasks for the stop of mass changes, which lets ten go. */
const MANY_IN = 20
const MANY_AT = 13
const MANY = 13
const WORKERS = ['a', 'b']

export type Options = {
  readonly features?: readonly Feature[]
  readonly avoid?: readonly KnownFault[]
  readonly rough?: Roughness
}

/** The history of a seed: what happens, in its order. The same seed makes the same list, whatever the product does. */
export function scriptOf(
  seed: number,
  { features = ON, avoid = KNOWN, rough = SHORT }: Options = {},
): Script {
  const rng = random(seed)
  const tokens: string[] = []
  const has = (feature: Feature) => features.includes(feature)
  const some = (): Side => (rng() < 0.5 ? 'left' : 'right')

  const create = (): Event => {
    const of = tokens.length > 0 ? pick(rng, tokens) : undefined
    const token = `T${tokens.length + 1}`
    tokens.push(token)
    const side = some()
    const value = rng()
    if (side === 'left') return { do: 'create', side, token, value, how: 'token' }
    const lot = rng()
    if (of !== undefined && lot < 0.12) return { do: 'create', side, token, value, how: 'child', of }
    if (of !== undefined && lot < 0.22) return { do: 'create', side, token, value, how: 'copy', of }
    const hows = ['token', 'token', 'label', 'link', 'name', 'nobody', 'outside'] as const
    return { do: 'create', side, token, value, how: has('crmLabel') && lot > 0.9 ? 'crm' : pick(rng, hows) }
  }
  const verb = (side: Side): Verb => {
    const verbs = [...VERBS[side]]
    if (side === 'right' && has('recurrence')) verbs.push(['repeat', 2])
    if (side === 'right' && has('crmLabel')) verbs.push(['crm', 0.7])
    if (side === 'right' && has('noSync')) verbs.push(['no-sync', 1])
    return weighed(rng, verbs)
  }
  const manyAt = seed % MANY_IN === MANY_AT
  const one = (side: Side, token = pick(rng, tokens)): Edit & { side: Side } => ({
    side,
    verb: verb(side),
    token,
    value: rng(),
  })
  const everyOne = (side: Side, verb: Verb): Event => ({
    do: 'edit',
    edits: tokens.map((token) => ({ side, verb, token, value: rng() })),
  })
  /** Very many at once, which stop a route; and the person who comes to look at it. */
  const bulk = (): Event => {
    const lot = rng()
    if (lot < 0.5) return { do: 'resume', once: lot < 0.3 }
    const verb = lot < 0.85 ? 'delete' : lot < 0.95 ? 'move-out' : 'move-in'
    return everyOne(verb === 'delete' ? some() : 'right', verb)
  }
  const edit = (): Event => {
    const lot = rng()
    if (lot < 0.12) {
      // Both sides in the same second.
      const token = pick(rng, tokens)
      return { do: 'edit', edits: [one('left', token), one('right', token)] }
    }
    if (lot < 0.2) {
      const side = some()
      const { verb: same, value } = one(side)
      return {
        do: 'edit',
        edits: tokens.map((token) => ({ side, verb: same === 'delete' ? 'rename' : same, token, value })),
      }
    }
    if (manyAt && lot < 0.45) return bulk()
    return { do: 'edit', edits: [one(some())] }
  }
  const job = (): Job => {
    const lot = rng()
    const kind = lot < 0.45 ? 'work' : lot < 0.6 ? 'nudge' : lot < 0.92 ? 'incremental' : 'complete'
    return { kind, side: some() }
  }
  const event = (): Event => {
    if (tokens.length === 0) return create()
    const lot = rng()
    if (lot < 0.1) return create()
    if (lot < 0.33) return edit()
    if (lot < 0.72) {
      const steps = rng() < 0.45 ? 200 : 1 + Math.floor(rng() ** 2 * 14)
      return { do: 'run', worker: pick(rng, WORKERS), job: job(), steps }
    }
    if (lot < 0.8)
      return { do: 'pass', ms: rng() < 0.7 ? Math.floor(rng() * 2_000) : Math.floor(rng() ** 2 * 90_000) }
    if (lot < 0.89)
      return {
        do: 'deliver',
        nth: Math.floor(rng() * 4),
        how: pick(rng, ['once', 'once', 'twice', 'lose'] as const),
      }
    if (lot < 0.95) {
      if (!rough.faults) return { do: 'pass', ms: 1 }
      return { do: 'fault', side: some(), word: pick(rng, WORDS), times: rng() < 0.7 ? 1 : 8 }
    }
    if (!rough.kills) return { do: 'pass', ms: 1 }
    if (lot < 0.985) return { do: 'kill', worker: pick(rng, WORKERS) }
    return { do: 'cut', worker: pick(rng, WORKERS), when: rng() < 0.5 ? 'before' : 'after' }
  }

  const policy = policyOf(rng, avoid)
  const events: Event[] = []
  if (manyAt) {
    for (let n = 1; n <= MANY; n += 1) {
      tokens.push(`T${n}`)
      events.push({ do: 'create', side: some(), token: `T${n}`, value: rng(), how: 'token' })
    }
    events.push({ do: 'settle' }, everyOne(some(), 'delete'))
  }
  // Half of the histories begin with tasks that are in step.
  if (rng() < 0.5) {
    for (let n = Math.floor(rng() * 3); n >= 0; n -= 1) events.push(create())
    events.push({ do: 'settle' })
  }
  while (events.length < rough.events) events.push(event())
  return {
    seed,
    policy,
    features,
    avoid,
    looked: true,
    events,
  }
}

/** Most routes have the rules that they are made with; some have others. */
function policyOf(rng: () => number, avoid: readonly KnownFault[]): Policy {
  const usual = { conflicts: 'newest', deletes: { left: 'propagate', right: 'unlink' }, fields: {} } as const
  if (rng() < 0.55) return usual
  const rules = { left: pick(rng, DELETE_RULES), right: pick(rng, DELETE_RULES) }
  const conflicts = pick(rng, CONFLICT_RULES)
  if (rng() < 0.6) return { ...usual, conflicts, deletes: rules }
  const one = { field: pick(rng, ['title', 'due', 'type'] as const), way: pick(rng, DIRECTIONS) }
  const avoided =
    (avoid.includes('blanks-flow-back') && one.way !== 'off') ||
    (avoid.includes('title-one-way') && one.field === 'title')
  return { ...usual, conflicts, fields: avoided ? {} : { [one.field]: one.way } }
}

function weighed<T>(rng: () => number, from: readonly (readonly [T, number])[]): T {
  let left = rng() * from.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [found, weight] of from) {
    left -= weight
    if (left < 0) return found
  }
  throw new Error('nothing to pick from')
}
