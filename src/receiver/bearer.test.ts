import { expect, test } from 'vitest'
import { bearsToken } from './bearer.ts'

test('a bearer header with the token is good', () => {
  expect(bearsToken('Bearer s3cret', 's3cret')).toBe(true)
  expect(bearsToken('bearer  s3cret ', 's3cret')).toBe(true)
})

test.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer s3cre', 'Bearer s3crets', 'Basic s3cret', 's3cret'])(
  '%j is not',
  (header) => {
    expect(bearsToken(header, 's3cret')).toBe(false)
  },
)
