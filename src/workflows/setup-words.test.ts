import { expect, it } from 'vitest'
import { confirmRefusalOf, refusalOf } from './setup-words.ts'

it.each([
  [undefined],
  [{}],
  [{ stages: { 12: 'none', 13: { use: '6Xq-a' }, 14: { 'same-as': '12' } }, layout: 'pipeline' }],
  [{ firstSync: 'dueSince:30', zone: 'America/New_York', makeLabels: false, dealFields: { city: null } }],
])('ids and words of ours are taken: %j', (said) => {
  expect(refusalOf(said)).toBeNull()
})

it.each([
  [{ stages: { 12: { create: 'Past clients' } } }],
  [{ stages: { 'Under Contract': 'none' } }],
  [{ zone: 'ann@example.com' }],
  [{ dealFields: { city: 'Ville de départ' } }],
  [{ stages: ['12'] }],
  [{ general: 'General' }],
  [{ templates: {} }],
  [['firstSync']],
  ['open'],
])('what may name somebody is not: %j', (said) => {
  expect(refusalOf(said)).not.toBeNull()
})

it('confirms say nothing', () => {
  expect([undefined, null, {}].map(confirmRefusalOf)).toEqual([null, null, null])
  expect(confirmRefusalOf({ yes: true })).toContain('{}')
})
