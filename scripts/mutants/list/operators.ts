import type { Mutant } from '../mutant.ts'

/** What an operator is shown, and what a flood of deliveries costs. */
export const OPERATORS: readonly Mutant[] = [
  {
    name: 'batch-hides-failures',
    rule: 'What a batch leaves waiting or failed is shown where an operator looks.',
    invariants: ['L4'],
    file: 'src/store/waiting.ts',
    find: "${sql([...pairIds])} and state <> 'ok'",
    replace: "${sql([...pairIds])} and state = 'ok'",
    tests: ['src/activities/standstill.pg.test.ts'],
  },
  {
    name: 'why-is-not-said',
    rule: 'A pair that stands still says whether it waits or has failed.',
    invariants: ['L4'],
    file: 'src/activities/standstill.ts',
    find: "details: lines(state === 'error', why",
    replace: "details: lines(state !== 'error', why",
    tests: ['src/activities/standstill.pg.test.ts'],
  },
  {
    name: 'full-disk-is-well',
    rule: 'A disk on which the embedded Postgres can write no more is told of.',
    invariants: ['L4'],
    file: 'src/config/data-disk.ts',
    find: "freeMb < roomMb ? 'full' : 'ok'",
    replace: "'ok'",
    tests: ['src/config/data-disk.test.ts'],
  },
  {
    name: 'flood-wakes-at-full-speed',
    rule: 'Where deliveries keep coming, workflows are signalled less often.',
    invariants: ['L3'],
    file: 'src/receiver/nudge-throttle.ts',
    find: 'inARow < IN_A_ROW ?',
    replace: 'inARow >= 0 ?',
    tests: ['src/receiver/nudge-throttle.test.ts'],
  },
  {
    name: 'renewed-access-loses-its-app',
    rule: 'A token that comes with what renews it goes on by the app of the one before.',
    invariants: ['L2'],
    file: 'src/activities/connect.ts',
    find: '!isAnother || renewal === null || renewal.belongs.some((name) => given[name] !== undefined)',
    replace: '!isAnother || renewal === null',
    tests: ['src/activities/connect.pg.test.ts'],
  },
  {
    name: 'personal-token-renewed-away',
    rule: 'A token that comes alone is not renewed by what belonged to the one before.',
    invariants: ['L2'],
    file: 'src/activities/connect.ts',
    find: '!isAnother || renewal === null || renewal.belongs.some((name) => given[name] !== undefined)',
    replace: 'isAnother || renewal === null',
    tests: ['src/activities/connect.pg.test.ts'],
  },
]
