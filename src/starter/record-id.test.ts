import { describe, expect, it } from 'vitest'
import { pairId, recordId } from './record-id.ts'

describe('the number of a pair', () => {
  it.each(['81', 'pair/81', 'task/81'])('may be given as %s', (text) => {
    expect(pairId(text)).toBe('81')
  })

  it.each(['', '0', 'pair/', 'op/81', 'pair/81x', '-1'])('is not “%s”', (text) => {
    expect(() => pairId(text)).toThrow(/pair\/81/)
  })
})

it('of a conflict or an op is a number alone', () => {
  expect(recordId('7')).toBe('7')
  expect(() => recordId('pair/7')).toThrow()
})
