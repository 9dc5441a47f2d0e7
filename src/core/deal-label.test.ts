import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dealLabel, isLabel, labelledDeal } from './deal-label.ts'
import { keepLabels } from './type-labels.ts'

test.each([
  ['Baker: 123 Main St', '4412', 'Baker: 123 Main St (4412)'],
  ['Baker, Tom  —  Lot 4', '7', 'Baker Tom — Lot 4 (7)'],
  [
    'Baker — The old house at the end of the long road — 1 Elm St, Dallas',
    '4412',
    'Baker — The old house at the end of the long road… (4412)',
  ],
])('of %s, deal %s, is %s', (name, id, label) => {
  expect(dealLabel(name, id)).toBe(label)
})

test.each(['deal-4412', '(4412)', 'vip', 'unit (4 b)', 'buyer', ' (4412)'])(
  '%s is no label of a deal',
  (label) => {
    expect(labelledDeal(label)).toBe(null)
  },
)

test('a label names its deal, whatever that is called, and comes back as it was from where labels are cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (words, id) => {
      const label = dealLabel(`x${words}`, String(id))
      expect(labelledDeal(label)).toBe(String(id))
      expect(Array.from(label).length).toBeLessThanOrEqual(60)
      expect(isLabel(keepLabels([label])[0] ?? '', label)).toBe(true)
      expect(dealLabel(`x${words}`, String(id))).toBe(label)
    }),
  )
})
