import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('a range of seeds is taken as it is given', () => {
  expect(readOptions(['--seed', '5', '--fast', '3', '--json'])).toEqual({
    fast: 3,
    seed: 5,
    workers: 2,
    json: true,
    help: false,
  })
})

test('without a seed there is another one each time', () => {
  expect(readOptions([])).toMatchObject({ fast: 1000, seed: expect.any(Number) })
})

test.each([['--fast', '0'], ['--seed', '-1'], ['--workers', 'x'], ['--what']])(
  '%s %s is refused',
  (...args) => {
    expect(readOptions(args.filter((one) => one !== undefined))).toEqual(expect.any(String))
  },
)
