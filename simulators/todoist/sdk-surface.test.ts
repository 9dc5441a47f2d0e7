import { readdirSync, readFileSync } from 'node:fs'
import * as sdk from '@doist/todoist-sdk'
import { expect, it } from 'vitest'

const folder = new URL('./', import.meta.url)
const tests = readdirSync(folder)
  .filter((name) => /^sdk-.*\.test\.ts$/.test(name) && name !== 'sdk-surface.test.ts')
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n')

/** The methods that FIDELITY.md names as left out: the first cell of each row. */
function leftOut(): string[] {
  const page = readFileSync(new URL('FIDELITY.md', folder), 'utf8')
  const rows = page.split('\n## SDK methods that are not driven\n')[1]?.split('\n') ?? []
  return rows
    .map((row) => row.split('|')[1] ?? '')
    .flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
}

it('every method of the SDK is driven or named as left out, and none is both', () => {
  const methods = Object.getOwnPropertyNames(sdk.TodoistApi.prototype).filter(
    (name) => name !== 'constructor',
  )
  const driven = methods.filter((name) => new RegExp(`\\bapi\\.${name}\\(|\\)\\.${name}\\(`).test(tests))
  const named = leftOut()
  expect(driven.length).toBeGreaterThan(50)
  expect(methods.filter((name) => !driven.includes(name) && !named.includes(name))).toEqual([])
  expect(named.filter((name) => driven.includes(name) || !methods.includes(name))).toEqual([])
})

it('every helper for OAuth and webhooks is driven', () => {
  const helpers = Object.entries(sdk).filter(
    ([name, value]) =>
      typeof value === 'function' &&
      /^(get|refresh|revoke|migrate|register|parse|verify).*(Auth|Token|Client|Webhook)/.test(name),
  )
  expect(helpers.length).toBeGreaterThan(7)
  expect(helpers.map(([name]) => name).filter((name) => !tests.includes(`${name}(`))).toEqual([])
})
