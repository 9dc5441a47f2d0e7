import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FUB_SETTINGS, FUB_WORDS } from './settings.ts'

const here = new URL('./', import.meta.url)
const rows = readFileSync(new URL('FIDELITY.md', here), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| Behaviour'))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  )
const named = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? [])

/** The file of a test: beside this one, or of the kit. */
const fileOf = (name: string) =>
  [here, new URL('../kit/', here)].map((folder) => new URL(name, folder)).find((url) => existsSync(url))

test('each row says what is simulated, with a test that there is, or why it is left out', () => {
  expect(rows.length).toBeGreaterThan(100)
  for (const [behaviour, , how = '', tests] of rows) {
    const files = named(tests)
    if (how.startsWith('simulated')) expect([behaviour, files.length > 0]).toEqual([behaviour, true])
    else expect([behaviour, how]).toEqual([behaviour, expect.stringMatching(/^left out: .{10}/)])
    for (const name of files)
      expect([behaviour, name, fileOf(name) !== undefined]).toEqual([behaviour, name, true])
  }
})

test('every switch is named, no other is, and the tests of its row set it', () => {
  const switches = rows.flatMap(([, , , tests, cell]) =>
    named(cell).map((name) => ({ name, tests: named(tests) })),
  )
  expect([...new Set(switches.map(({ name }) => name))].toSorted()).toEqual(
    Object.keys(FUB_SETTINGS).toSorted(),
  )
  for (const { name, tests } of switches) {
    const text = tests.map((file) => readFileSync(fileOf(file) ?? here, 'utf8')).join('\n')
    expect([name, text.includes(name)]).toEqual([name, true])
  }
})

test('every word of a text switch occurs in the tests of its rows', () => {
  for (const [name, words] of Object.entries(FUB_WORDS)) {
    const tests = rows
      .filter(([, , , , cell]) => named(cell).includes(name))
      .flatMap(([, , , cell]) => named(cell))
    const text = tests.map((file) => readFileSync(fileOf(file) ?? here, 'utf8')).join('\n')
    const standard = String(FUB_SETTINGS[name as keyof typeof FUB_SETTINGS])
    for (const word of words.filter((candidate) => candidate !== standard))
      expect([name, word, text.includes(word)]).toEqual([name, word, true])
  }
})
