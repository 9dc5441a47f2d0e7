import { expect, it } from 'vitest'
import { readChoice } from './choice.ts'
import { MUTANTS } from './list/index.ts'

const [one, two] = MUTANTS.map((mutant) => mutant.name)

it('is all of them unless some are named', () => {
  expect(readChoice([], MUTANTS)).toEqual({ help: false, json: false, mutants: MUTANTS })
  const chosen = readChoice(['--json', '--only', two ?? '', '--only', one ?? ''], MUTANTS)
  expect(chosen).toMatchObject({ json: true, mutants: [{ name: one }, { name: two }] })
})

it('is refused in words when a name or an option is unknown', () => {
  expect(readChoice(['--only', 'nothing'], MUTANTS)).toMatch(/^no mutant is named nothing; there are: /)
  expect(readChoice(['--fast'], MUTANTS)).toMatch(/--fast/)
})
