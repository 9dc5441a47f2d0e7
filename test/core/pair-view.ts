import fc, { type Arbitrary } from 'fast-check'
import { type PairView, type SideView, SKIP_REASONS } from '../../src/core/decision.ts'
import { ASSIGNEE_SCOPES, CONFLICT_RULES, DELETE_RULES, DIRECTIONS } from '../../src/core/policy.ts'
import { MEMORIES } from '../../src/core/presence-table.ts'
import { BLANK_TASK, type CanonicalTask, FIELDS } from '../../src/core/task.ts'
import { task } from './arbitraries.ts'
import { EXACT, LOSSY, policy } from './rules.ts'

type Present = Extract<SideView, { presence: 'present' }>

/** A task that was just looked at and is the route's business. */
export function present(task: Partial<CanonicalTask> = {}, given: Partial<Present> = {}): Present {
  return {
    presence: 'present',
    task: { ...BLANK_TASK, title: 'Call Tom', ...task },
    seenAt: {},
    doubted: new Set(),
    fresh: true,
    outside: null,
    takenOver: false,
    recurs: false,
    completions: 0,
    elsewhere: { list: task.list ?? null, parent: task.parent ?? null },
    parentComing: false,
    homeLost: false,
    ...given,
  }
}

export const NONE: SideView = { presence: 'none' }
export const GONE: SideView = { presence: 'gone', withHome: false }
export const UNKNOWN: SideView = { presence: 'unknown', hidden: false }

/** A linked pair of two equal tasks, confirmed; tasks of the left belong to people. */
export function pairView(given: Partial<PairView> = {}): PairView {
  const confirmed = present().task
  return {
    memory: 'linked',
    reason: null,
    base: { left: confirmed, right: confirmed },
    overrides: [],
    standing: [],
    decrees: [],
    former: null,
    occurrences: null,
    inherited: null,
    known: null,
    left: present(),
    right: present(),
    hasPerson: true,
    rules: {
      left: { ...EXACT, needsPerson: true, guardsWrites: false },
      right: { ...EXACT, needsPerson: false, guardsWrites: false },
    },
    policy: policy(),
    ...given,
  }
}

const anySide: Arbitrary<SideView> = fc.oneof(
  fc.constant(NONE),
  fc.boolean().map((withHome): SideView => ({ presence: 'gone', withHome })),
  fc.boolean().map((hidden): SideView => ({ presence: 'unknown', hidden })),
  fc
    .record({
      task,
      fresh: fc.boolean(),
      outside: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        fc.constantFrom('out-of-scope' as const, 'no-sync' as const),
      ),
      recurs: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
      completions: fc.nat(2),
      doubted: fc.subarray([...FIELDS], { maxLength: 2 }).map((fields) => new Set(fields)),
    })
    .map(({ task: seen, ...rest }) => present(seen, rest)),
)

const rules = fc
  .tuple(fc.constantFrom(EXACT, LOSSY), fc.boolean(), fc.boolean())
  .map(([side, needsPerson, guardsWrites]) => ({ ...side, needsPerson, guardsWrites }))

/** Any view at all, those that should never be among them. */
export const anyView: Arbitrary<PairView> = fc.record({
  memory: fc.constantFrom(...MEMORIES),
  reason: fc.option(fc.constantFrom(...SKIP_REASONS)),
  base: fc.oneof(
    fc.constant({ left: {}, right: {} }),
    fc.tuple(task, task).map(([left, right]) => ({ left, right })),
  ),
  overrides: fc.subarray([...FIELDS], { maxLength: 2 }),
  standing: fc.constant([]),
  decrees: fc.constant([]),
  former: fc.option(task),
  occurrences: fc.option(fc.nat(2)),
  inherited: fc.constant(null),
  known: fc.option(task),
  left: anySide,
  right: anySide,
  hasPerson: fc.boolean(),
  rules: fc.record({ left: rules, right: rules }),
  policy: fc
    .record({
      direction: fc.oneof(
        { weight: 3, arbitrary: fc.constant('both' as const) },
        fc.constantFrom(...DIRECTIONS),
      ),
      conflicts: fc.constantFrom(...CONFLICT_RULES),
      deletes: fc.record({
        left: fc.constantFrom(...DELETE_RULES),
        right: fc.constantFrom(...DELETE_RULES),
      }),
      assignees: fc.constantFrom(...ASSIGNEE_SCOPES),
    })
    .map(policy),
})
