import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('a range of seeds is taken as it is given', () => {
  expect(readOptions(['--seed', '5', '--fast', '3', '--json'])).toEqual({
    pair: 'follow-up-boss-todoist',
    fast: 3,
    real: 0,
    deals: 0,
    seed: 5,
    workers: 2,
    stands: 3,
    story: false,
    json: true,
    help: false,
  })
})

test('without a seed there is another one each time', () => {
  expect(readOptions([])).toMatchObject({ fast: 1000, seed: expect.any(Number) })
})

test('histories of lists have a pair of services', () => {
  expect(readOptions(['--pair', 'local-caldav'])).toMatchObject({ pair: 'local-caldav', fast: 1000 })
})

test('whoever asks for real histories alone gets no fast ones', () => {
  expect(readOptions(['--real', '7'])).toMatchObject({ fast: 0, real: 7 })
  expect(readOptions(['--real', '7', '--fast', '2'])).toMatchObject({ fast: 2, real: 7 })
})

test('so does who asks for histories of deals', () => {
  expect(readOptions(['--deals', '7'])).toMatchObject({ fast: 0, real: 0, deals: 7 })
  expect(readOptions(['--deals', '7', '--fast', '2'])).toMatchObject({ fast: 2, deals: 7 })
})

test.each([
  ['--fast', '0'],
  ['--deals', 'x'],
  ['--real', 'x'],
  ['--seed', '-1'],
  ['--workers', 'x'],
  ['--pair', 'x'],
  ['--what'],
])('%s %s is refused', (...args) => {
  expect(readOptions(args.filter((one) => one !== undefined))).toEqual(expect.any(String))
})
