import { expect, it } from 'vitest'
import { asTyped, commandName } from './command-name.ts'

it.each([
  ['/usr/local/bin/dealbridge', 'dealbridge'],
  ['/home/dana/app/node_modules/.bin/dealbridge', 'npx dealbridge'],
  ['/home/dana/dealbridge/dist/src/starter/main.js', 'npx dealbridge'],
  ['', 'npx dealbridge'],
])('started as %s it is typed %s', (startedAs, typed) => {
  expect(commandName(startedAs)).toBe(typed)
})

it('commands in the words of other parts are told as they are typed', () => {
  expect(asTyped('See "dealbridge log", then "dealbridge undo".')).toBe(
    `See "${commandName()} log", then "${commandName()} undo".`,
  )
})
