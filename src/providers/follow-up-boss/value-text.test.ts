import { expect, test } from 'vitest'
import { valueText } from './value-text.ts'

test.each<[string, unknown, string]>([
  ['text', '  123 Main St ', '123 Main St'],
  ['text of two lines', 'a\r\nb', 'a\nb'],
  ['a number', 28734, '28734'],
  ['a fraction', 2.5, '2.5'],
  ['nothing', 0, '0'],
  ['a day', '2026-04-30', '2026-04-30'],
  ['a day with its midnight', '2026-04-30T00:00:00Z', '2026-04-30'],
  ['another', '2026-04-30 00:00:00', '2026-04-30'],
  ['a moment', '2026-04-30T15:30:00Z', '2026-04-30T15:30:00Z'],
  ['a switch', true, 'Yes'],
  ['one that is off', false, 'No'],
  ['a list', ['Condo', '', null, 'Land', 3], 'Condo, Land, 3'],
  ['a choice', { id: 4, label: 'Condo' }, 'Condo'],
  ['choices', [{ value: 'Condo' }, { name: 'Land' }], 'Condo, Land'],
  ['a thing without words', { id: 4 }, ''],
  ['no value', null, ''],
  ['an empty list', [], ''],
  ['blanks', ' \n ', ''],
])('%s (%j) is read as %j', (_what, value, text) => {
  expect(valueText(value)).toBe(text)
})
