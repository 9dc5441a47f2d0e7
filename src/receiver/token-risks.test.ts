import { expect, it } from 'vitest'
import { risksOf } from './token-risks.ts'

it.each([
  [{}, null],
  [{ API_TOKEN: 'a'.repeat(16) }, null],
  [{ API_TOKEN: 'a'.repeat(16), PUBLIC_URL: 'https://example.com' }, null],
  [{ API_TOKEN: 'a'.repeat(15) }, 'can be guessed'],
  [{ PUBLIC_URL: 'https://example.com' }, 'may change everything'],
])('of %j it says: %s', (config, told) => {
  const risks = risksOf({ API_TOKEN: undefined, PUBLIC_URL: undefined, ...config })
  expect(risks).toEqual(told === null ? [] : [expect.stringContaining(told)])
  expect(risks.join()).not.toContain('aaa')
})
