import type { Mutant } from '../mutant.ts'

/** How a route is set up. */
export const SETUP: readonly Mutant[] = [
  {
    name: 'names-in-histories',
    rule: 'An update of a set-up carries ids and words of ours, and no name.',
    invariants: ['L4'],
    file: 'src/workflows/setup-words.ts',
    find: 'return PLAIN.test(value)',
    replace: 'return true',
    tests: ['src/workflows/setup-words.test.ts'],
  },
  {
    name: 'project-guessed',
    rule: 'Of two projects that are called as a stage none is taken.',
    invariants: ['I15'],
    file: 'src/core/stage-proposal.ts',
    find: 'const [only] = fitting.length === 1 ? fitting : []',
    replace: 'const [only] = fitting',
    tests: ['src/core/stage-proposal.test.ts'],
  },
  {
    name: 'proposed-over-what-was-said',
    rule: 'A proposal changes nothing that a person has said.',
    invariants: ['I16'],
    file: 'src/activities/setup/proposal.ts',
    find: "Object.hasOwn(policy.stages, stage) || home.kind === 'create'",
    replace: "home.kind === 'create'",
    tests: ['test/services/setup.pg.test.ts'],
    only: 'what was said before stays as it was said',
  },
  {
    name: 'proposed-again',
    rule: 'A proposal is taken into the draft once.',
    invariants: ['I16'],
    file: 'src/activities/setup/propose.ts',
    find: "const changed = !proposed && before.state === 'draft'",
    replace: "const changed = before.state === 'draft'",
    tests: ['test/services/setup.pg.test.ts'],
    only: 'a proposal is taken into the draft once',
  },
  {
    name: 'confirmed-by-an-earlier-life',
    rule: 'A route that was removed and comes back is to be confirmed anew.',
    invariants: ['I16'],
    file: 'src/store/routes.ts',
    find: 'await tx`delete from setup where route_id = ${id}`',
    replace: '',
    tests: ['test/services/setup.pg.test.ts'],
    only: 'a route that was removed is to be confirmed anew',
  },
]
