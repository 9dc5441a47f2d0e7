import { expect, it } from 'vitest'
import { type StampingRoute, stampingRoute } from './stamping-route.ts'

const of = (routeId: string, ...only: string[]): StampingRoute => ({
  routeId,
  userId: '1',
  assignees: { only, unassigned: false },
})
const ROUTES = [of('12', '7'), of('9', '2'), of('10', '5')]

it.each<[string, readonly StampingRoute[], readonly string[], string | null]>([
  ['that of the deal’s agent', ROUTES, ['7'], '12'],
  ['of several agents that of the first who has one', ROUTES, ['4', '5', '7'], '10'],
  ['the first, where no agent of the deal has one', ROUTES, ['4'], '9'],
  ['the first, of a deal of nobody’s', ROUTES, [], '9'],
  ['none, where there is none', [], ['7'], null],
])('is %s', (_, routes, users, wanted) => {
  expect(stampingRoute(routes, users)).toBe(wanted)
})
