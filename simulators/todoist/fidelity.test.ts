import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { defaultSettings } from './settings.ts'

const folder = new URL('./', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

/** Rows of the tables beneath `## Simulated`: behaviour, section, tests, switch. */
function simulated(): { behaviour: string; tests: string[] }[] {
  const part = read('FIDELITY.md').split('\n## Simulated\n')[1]?.split('\n## ')[0] ?? ''
  return part
    .split('\n')
    .filter((line) => /^\| (?!behaviour \|)/.test(line))
    .map((line) => {
      const [, behaviour = '', , tests = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
      return { behaviour, tests: tests.split(', ').filter((name) => name !== '') }
    })
}

it('names a test for every behaviour, and no test that is not there', () => {
  const rows = simulated()
  expect(rows.length).toBeGreaterThan(50)
  expect(rows.filter(({ tests }) => tests.length === 0).map(({ behaviour }) => behaviour)).toEqual([])
  const named = new Set(rows.flatMap(({ tests }) => tests))
  expect([...named].filter((name) => !existsSync(new URL(`${name}.test.ts`, folder)))).toEqual([])
})

it('names every switch, and a test uses each', () => {
  const page = read('FIDELITY.md')
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts') && name !== 'fidelity.test.ts')
    .map(read)
    .join('\n')
  const switches = Object.keys(defaultSettings)
  expect(switches.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  expect(switches.filter((name) => !new RegExp(`\\b${name}\\b`).test(tests))).toEqual([])
})
