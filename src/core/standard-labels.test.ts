import { expect, test } from 'vitest'
import { DEFAULT_DEALS } from './deal-policy.ts'
import { standardLabels } from './standard-labels.ts'
import { OWNED_LABELS, TYPE_LABELS } from './type-labels.ts'

const named = (kind: string, labels: ReturnType<typeof standardLabels>) =>
  labels.filter((one) => one.kind === kind).map(({ name }) => name)

test('every label that has a meaning is one, each once', () => {
  const names = standardLabels({ deals: DEFAULT_DEALS }).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(expect.arrayContaining([...OWNED_LABELS, ...Object.values(TYPE_LABELS)]))
})

test('tables of the route bring their own', () => {
  const counties = { Franklin: 'macon', Highlands: 'macon', Sylva: 'jackson' }
  const labels = standardLabels({ deals: { ...DEFAULT_DEALS, counties, dealTypes: { Land: 'land' } } })
  expect(named('county', labels)).toEqual(['jackson', 'macon'])
  expect(named('deal-type', labels)).toEqual(['land'])
  expect(named('deal-type', standardLabels({ deals: DEFAULT_DEALS }))).toEqual([
    'buyer',
    'investor',
    'seller',
    'str',
  ])
})

test('a route without deals has none of deals', () => {
  expect(named('deal-type', standardLabels({}))).toEqual([])
  expect(named('scope', standardLabels({}))).toEqual(['crm', 'no-sync'])
})
