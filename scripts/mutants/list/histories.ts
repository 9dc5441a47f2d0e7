import type { Mutant } from '../mutant.ts'

const HISTORIES = {
  tests: ['test/histories/services/histories.pg.test.ts'],
  only: 'keep the rule',
} as const

/** Rules that the oracle of the histories must see broken by what is left at the services alone. */
export const HISTORY: readonly Mutant[] = [
  {
    name: 'own-id-taken-for-a-stranger',
    rule: 'A task by the id that we chose is our creation, whether its marker is there or not.',
    invariants: ['I4', 'I5'],
    file: 'src/activities/intake.ts',
    find: 'const create = own.get(task.remoteId)',
    replace: 'const create = own.get(`${task.remoteId}x`)',
    tests: ['test/histories/lists/histories.pg.test.ts'],
    only: 'do not fail again',
  },
  {
    name: 'todoist-edits-overwritten',
    rule: 'Who alone has edited a field is followed, whichever side it is.',
    invariants: ['I1', 'I2'],
    file: 'src/core/merge.ts',
    find: "const target: Side = changed.left ? 'right' : 'left'",
    replace: "const target: Side = 'right'",
    ...HISTORIES,
  },
  {
    name: 'losers-forgotten',
    rule: 'What loses a conflict is noted in full.',
    invariants: ['I1'],
    file: 'src/store/conflicts.ts',
    find: 'for (const conflict of conflicts) {',
    replace: 'for (const conflict of conflicts.filter((one) => one.winner === null)) {',
    ...HISTORIES,
  },
  {
    name: 'conflicts-turned-round',
    rule: 'A conflict is decided by the rule of its route.',
    invariants: ['I2'],
    file: 'src/core/merge.ts',
    find: ': decided(winner)',
    replace: ': decided(otherSide(winner))',
    ...HISTORIES,
  },
  {
    name: 'deletions-beat-edits',
    rule: 'A task that was edited is made again where it was deleted.',
    invariants: ['D7', 'I1'],
    file: 'src/core/gone.ts',
    find: 'if (editedSinceBase(view, side, remaining)) return recreate(view, goneSide)',
    replace: '',
    ...HISTORIES,
  },
  {
    name: 'descriptions-erased',
    rule: 'Our block is written around what its user typed.',
    invariants: ['I18', 'I1'],
    file: 'src/core/description-block.ts',
    find: "text === '' ? block",
    replace: 'text.length >= 0 ? block',
    ...HISTORIES,
  },
]
