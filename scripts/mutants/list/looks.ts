import type { Mutant } from '../mutant.ts'

/** What a look at a service is believed to mean. */
export const LOOKS: readonly Mutant[] = [
  {
    name: 'unknown-is-gone',
    rule: 'What the key may not see, or nobody can read, is not gone.',
    invariants: ['I7'],
    file: 'src/core/observe.ts',
    find: ': lookUnknown(row, observation.why, context)',
    replace: ': lookGone(row, true, context)',
    tests: ['src/core/observe.test.ts'],
  },
  {
    name: 'one-404-is-enough',
    rule: 'One look that finds nothing proves nothing.',
    invariants: ['I7'],
    file: 'src/core/observe.ts',
    find: 'if (certain || context.announced || confirmed) {',
    replace: 'if (context.askedAt !== null) {',
    tests: ['src/core/observe.test.ts'],
  },
  {
    name: 'no-grace',
    rule: 'Two looks that find nothing are a grace apart.',
    invariants: ['I7'],
    file: 'src/core/observe.ts',
    find: 'const confirmed = missed !== null && context.askedAt >= grace(missed)',
    replace: 'const confirmed = missed !== null',
    tests: ['src/core/observe.test.ts'],
  },
  {
    name: 'older-look-wins',
    rule: 'An older look never replaces a newer one.',
    invariants: ['I6', 'I11'],
    file: 'src/core/observe.ts',
    find: 'if (context.askedAt < row.askedAt) return lookBehind(row, observation, context)',
    replace: '',
    tests: ['src/core/observe.test.ts'],
  },
  {
    name: 'older-look-forgotten',
    rule: 'An older look that differs may be an edit beside our write: the task is looked at again.',
    invariants: ['I1', 'I11'],
    file: 'src/core/observe.ts',
    find: `    return settled
  }
  return { row: { ...row, lookAgain: true }, changed: false, wakeAt: context.now }`,
    replace: `    return settled
  }
  return settled`,
    tests: ['src/core/observe.test.ts'],
  },
  {
    name: 'look-from-before-the-base-believed',
    rule: 'A look from before the last base move that differs is dropped.',
    invariants: ['I1', 'I9'],
    file: 'src/core/observe.ts',
    find: 'if (differs && context.baseMovedAt !== null && context.askedAt < context.baseMovedAt) {',
    replace: 'if (differs && context.baseMovedAt === context.askedAt) {',
    tests: ['src/core/observe.test.ts'],
  },
  {
    name: 'stale-value-believed',
    rule: 'A value that base left a moment ago may be a stale read and waits.',
    invariants: ['I1', 'I9'],
    file: 'src/core/doubt.ts',
    find: 'if (input.askedAt >= believed) continue',
    replace: 'if (input.askedAt !== believed) continue',
    tests: ['src/core/doubt.test.ts'],
  },
  {
    name: 'doubted-value-merged',
    rule: 'A doubted value is neither carried over nor overwritten.',
    invariants: ['I1', 'I9'],
    file: 'src/core/merge-decree.ts',
    find: 'if (apart.has(field) || left.doubted.has(field) || right.doubted.has(field)) return true',
    replace: 'if (apart.has(field)) return true',
    tests: ['src/core/merge.test.ts'],
  },
  {
    name: 'written-on-an-old-look',
    rule: 'An edit is planned only on a look at its target of this attempt, where its write does not look itself.',
    invariants: ['I1', 'I17'],
    file: 'src/core/reconcile.ts',
    find: ".filter((side) => !view.rules[side].guardsWrites && !(side === 'left' ? left : right).fresh)",
    replace: '.filter(() => false)',
    tests: ['src/core/reconcile.test.ts'],
  },
  {
    name: 'cursor-before-its-data',
    rule: 'A cursor is stored in the transaction that takes in what it covers.',
    invariants: ['I13'],
    file: 'src/activities/pull.ts',
    find: `  const found = await inTransaction(deps.db, async (tx) => {
    const homes = await takeInContainers(`,
    replace: `  const to = position === null ? page.cursor : null
  if (to !== null) {
    const where = { connectionId: open.row.id, stream: TASK_STREAM }
    await inTransaction(deps.db, (tx) => moveCursor(tx, where, { from, to, askedAt: page.askedAt }))
  }
  const found = await inTransaction(deps.db, async (tx) => {
    const homes = await takeInContainers(`,
    tests: ['src/activities/pull.pg.test.ts'],
  },
  {
    name: 'read-forgotten',
    rule: 'A pair whose read is asked for stays pending until it is done.',
    invariants: ['I12'],
    file: 'src/activities/plan.ts',
    find: `must leave it pending.
    draft.keep({ ...pair, wakeAt: draft.clock.now })`,
    replace: `must leave it pending.
    draft.decided({ ...pair, wakeAt: null }, members)`,
    tests: ['src/activities/plan/reads.pg.test.ts'],
  },
  {
    name: 'ids-of-deals-taken-for-tasks',
    rule: 'A delivery names tasks only where it is about tasks.',
    invariants: ['I7', 'I15'],
    file: 'src/activities/announced.ts',
    find: "one.about === 'tasks' && one.remoteIds.length > 0",
    replace: 'one.remoteIds.length > 0',
    tests: ['src/activities/announced.pg.test.ts'],
  },
  {
    name: 'hidden-deals-missed',
    rule: 'Where a listing shows no archived or deleted deals, they are asked for by their state.',
    invariants: ['I7', 'D5'],
    file: 'src/providers/follow-up-boss/deal-walk.ts',
    find: "one !== 'all' && !shown.includes(one)",
    replace: 'false',
    tests: ['src/providers/follow-up-boss/deals.test.ts'],
  },
  {
    name: 'write-test-taken-in',
    rule: 'A task by which an operator tries out an account is nobody’s.',
    invariants: ['I16'],
    file: 'src/core/scope.ts',
    find: "  if (isWriteTest(seen.task.title)) return 'write-test'\n",
    replace: '',
    tests: ['src/core/scope.test.ts'],
  },
]
