import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey, addressKeys } from './address-key.ts'

describe('an address as it is compared', () => {
  it.each([
    ['123 Main Street', '123 main st'],
    ['  123  MAIN St. ', '123 main st'],
    ["12 O'Brien Rd", '12 obrien rd'],
    ['9 Élm Avenue, Apt #4', '9 elm ave unit 4'],
    ['9 Elm Ave #4', '9 elm ave unit 4'],
    ['Lot 4 — Mountain View Tr.', 'lot 4 mtn view tr'],
    ['constructor', 'constructor'],
    [' ,. ', ''],
  ])('%j is %j', (text, key) => {
    expect(addressKey(text)).toBe(key)
  })

  it('has a key for each of its parts, from the whole to the street', () => {
    expect(addressKeys('1 Elm St, Sylva, NC 28779')).toEqual([
      '1 elm st sylva nc 28779',
      '1 elm st sylva',
      '1 elm st',
    ])
    expect(addressKeys(' , ')).toEqual([])
  })

  it('is the same when it is made again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(addressKey(addressKey(text))).toBe(addressKey(text))
      }),
    )
  })
})
