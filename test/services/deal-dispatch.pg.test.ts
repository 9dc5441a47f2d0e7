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

test('however many they are', async () => {
  await bridge.db`update deal_home set decided_seq = 0`
  await bridge.db`
    insert into deal_cache (connection_id, deal_id, deal, content_hash, people, read_at)
    select connection_id, 'x' || n, deal || jsonb_build_object('id', 'x' || n), content_hash, people, read_at
    from deal_cache, generate_series(1, 60) n`
  await bridge.db`
    insert into container (route_id, connection_id, role, subject, shard, name, marker)
    select route_id, connection_id, role, 'x' || n, 1, name, 'deal:x' || n
    from container, generate_series(1, 60) n where role = 'deal'`
  await bridge.db`update route set filled_at = null`
  await finishFill(deps(), { routeId: bridge.routeId })
  expect(new Set(woken).size).toBe(61)
})

test('a deal whose workflow could not be woken is taken up by the next dispatch', async () => {
  await bridge.db`update deal_home set decided_seq = 0`
  const input = { connectionId: bridge.leftId, room: 1 }
  const away = { ...deps(), wakeDeals: () => Promise.reject(new Error('Temporal is away')) }
  await expect(dispatch(away, input)).rejects.toThrow('Temporal is away')
  await dispatch(deps(), input)
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
