import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultsOf, invariantRows } from './invariant-rows.ts'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/invariants.md', root), 'utf8')
const paths = ['src', 'test', 'simulators'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${name}`),
)

it('every invariant is on the page, with files and tests that there are', () => {
  expect(faultsOf(invariantRows(page), paths)).toEqual([])
})

describe('it is a fault', () => {
  const saying = (number: string, enforcedBy: string) =>
    page.replace(new RegExp(`^\\| ${number} \\| (.*?) \\| .*$`, 'm'), `| ${number} | $1 | ${enforcedBy} |`)

  it.each([
    ['that one is left out', page.replace(/^\| L2 .*\n/m, ''), 'the numbers are'],
    ['that one is there twice', page.replace(/^(\| I3 .*)$/m, '$1\n$1'), 'the numbers are'],
    ['to name a file that is not there', saying('I2', '`merge.test.ts`, `none.ts`'), 'I2 names none.ts'],
    ['to name no file', saying('I5', 'Care'), 'I5 names no file'],
    ['to name no test', saying('D3', '`core/due.ts`'), 'D3 names no test'],
    ['to be without', saying('I8', '**Not yet.** `due.test.ts`'), 'I8 is not enforced yet'],
    ['to be listed as without when it is not', saying('D6', '`due.test.ts`'), 'D6 is enforced'],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(invariantRows(text), paths)).toEqual([expect.stringContaining(fault)])
  })
})
