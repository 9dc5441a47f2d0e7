import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MUTANTS } from './list/index.ts'
import { type Mutant, mutate } from './mutant.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const stated = [...read('docs/invariants.md').matchAll(/^\| ([IDL]\d+) \|/gm)].map(([, number]) => number)

describe.each(MUTANTS)('mutant $name', (mutant) => {
  it('breaks a rule that the code still has in these words', () => {
    expect(mutate(read(mutant.file), mutant)).not.toBe(read(mutant.file))
  })

  it('names tests that there are, and invariants that are stated', () => {
    expect(mutant.tests.length).toBeGreaterThan(0)
    for (const file of mutant.tests) expect([file, existsSync(new URL(file, root))]).toEqual([file, true])
    const { only } = mutant
    if (only !== undefined) expect(mutant.tests.map(read).some((text) => text.includes(only))).toBe(true)
    expect(mutant.invariants.length).toBeGreaterThan(0)
    expect(stated).toEqual(expect.arrayContaining([...mutant.invariants]))
  })
})

it('each mutant has a name of its own', () => {
  expect(new Set(MUTANTS.map((one) => one.name)).size).toBe(MUTANTS.length)
})

describe('a text that is not there exactly once', () => {
  const mutant: Mutant = {
    name: 'some-rule',
    rule: 'Some rule.',
    invariants: ['I1'],
    file: 'src/some-file.ts',
    find: 'return true',
    replace: 'return false',
    tests: ['src/some-file.test.ts'],
  }

  it.each([
    ['return 1', 0],
    ['return true\nreturn true', 2],
  ])('is an error that says where: %j', (text, times) => {
    expect(() => mutate(text, mutant)).toThrow(
      `some-rule: its text occurs ${times} times in src/some-file.ts`,
    )
  })

  it('else is replaced', () => {
    expect(mutate('if (x) return true\n', mutant)).toBe('if (x) return false\n')
  })
})
