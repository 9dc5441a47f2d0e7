import { beforeEach, expect, test } from 'vitest'
import { dispatch } from '../../src/activities/dispatch.ts'
import { finishFill } from '../../src/activities/fill.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let deal: string
let woken: string[]

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  const tom = await desk.person('Tom Baker')
  deal = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  woken = []
  return () => bridge[Symbol.asyncDispose]()
})

const deps = () => ({
  ...bridge.deps,
  wakeDeals: async (deals: readonly { readonly dealId: string }[]) => {
    woken.push(...deals.map(({ dealId }) => dealId))
  },
})

test('deals that are still to be followed are taken up when a first sync ends', async () => {
  await bridge.db`update deal_home set decided_seq = 0`
  await bridge.db`update route set filled_at = null`
  expect(await dispatch(deps(), { connectionId: bridge.leftId, room: 1 })).toMatchObject({ wakeInMs: null })
  expect(woken).toEqual([])
  await finishFill(deps(), { routeId: bridge.routeId })
  expect(woken).toEqual([deal])
})

test('a dispatch says when the lease of a deal ends, and nothing of one that was refused', async () => {
  expect(await dispatch(deps(), { connectionId: bridge.leftId, room: 1 })).toMatchObject({ wakeInMs: null })
  await bridge.db`update deal_home set decided_seq = 0`
  const { wakeInMs } = await dispatch(deps(), { connectionId: bridge.leftId, room: 1 })
  expect(woken).toEqual([deal])
  expect(wakeInMs).toBeGreaterThan(0)
  await bridge.db`update deal_home set state = 'error'`
  expect(await dispatch(deps(), { connectionId: bridge.leftId, room: 1 })).toMatchObject({ wakeInMs: null })
})
