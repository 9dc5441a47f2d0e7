import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addOps,
  addPair,
  addTestRoute,
  allDecided,
  newOp,
  openTestRecord,
  type TestRecord,
  type TestRoute,
} from '../../test/store/record.ts'
import { NEVER, plusMs } from '../core/db-time.ts'
import { clockNow } from './clock.ts'
import { setConnectionState } from './connections.ts'
import {
  endLeases,
  hasLeases,
  holdLeases,
  LEASE_MS,
  leasePairs,
  leaseRoutePairs,
  leaveToDeals,
  nextWake,
  releaseLeases,
  unsettledPairs,
} from './pending.ts'
import { setRouteState } from './routes.ts'

let record: TestRecord
let route: TestRoute
let pairId: string

beforeAll(async () => {
  record = await openTestRecord()
})

/** One pair about which everything is decided. */
beforeEach(async () => {
  route = await addTestRoute(record.db)
  pairId = await addPair(record.db, route, { left: '1', right: 'r1' })
  await allDecided(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const lease = (connectionId = route.left, limit = 10) => leasePairs(record.db, { connectionId, limit })
const pending = async () => {
  const [row] = await record.db<{ due: boolean }[]>`select due from pending where id = ${pairId}`
  return row === undefined ? 'settled' : row.due ? 'due' : 'later'
}
const change = (side: 'left' | 'right' = 'left') =>
  record.db`
    update remote_task set changed_seq = changed_seq + 1
    where connection_id = ${route[side]} and remote_id = ${side === 'left' ? '1' : 'r1'}`
const wake = (at: string | null) => record.db`update pair set wake_at = ${at} where id = ${pairId}`
const inMs = async (ms: number) => plusMs(await clockNow(record.db), ms)

describe('a pair is pending', () => {
  it('not when everything about it is decided', async () => {
    expect(await pending()).toBe('settled')
  })

  it.each(['left', 'right'] as const)(
    'when its task on the %s has changed since the last plan',
    async (side) => {
      await change(side)
      expect(await pending()).toBe('due')
      await allDecided(record.db)
      expect(await pending()).toBe('settled')
    },
  )

  it('not by a change of a task that is no longer its own', async () => {
    await record.db`update pair_member set role = 'former' where pair_id = ${pairId} and side = 'left'`
    await change('left')
    expect(await pending()).toBe('settled')
  })

  it('while an op of it is open', async () => {
    const [id = ''] = await addOps(record.db, newOp(route, pairId))
    for (const status of ['planned', 'sent', 'unknown']) {
      await record.db`update op set status = ${status} where id = ${id}`
      expect(await pending()).toBe('due')
    }
    for (const status of ['confirmed', 'refused']) {
      await record.db`update op set status = ${status} where id = ${id}`
      expect(await pending()).toBe('settled')
    }
  })

  it('while it waits, and due when the wait is over', async () => {
    await wake(await inMs(1000))
    expect(await pending()).toBe('later')
    await record.clock.advance(999)
    expect(await pending()).toBe('later')
    await record.clock.advance(1)
    expect(await pending()).toBe('due')
  })

  it('but not due before the wait is over, whatever else is open', async () => {
    await wake(NEVER)
    await addOps(record.db, newOp(route, pairId))
    await change()
    expect(await pending()).toBe('later')
  })
})

describe('a lease', () => {
  it('is given once, to one of many who ask at once', async () => {
    await change()
    const given = await Promise.all([lease(), lease(route.right), lease()])
    expect(given.flat()).toEqual([pairId])
    expect(await lease()).toEqual([])
  })

  it('ends by itself after its time', async () => {
    await change()
    await lease()
    await record.clock.advance(LEASE_MS)
    expect(await lease()).toEqual([])
    await record.clock.advance(1)
    expect(await lease()).toEqual([pairId])
  })

  it('that is given back can be taken at once', async () => {
    await change()
    await lease()
    await releaseLeases(record.db, [pairId])
    expect(await lease()).toEqual([pairId])
  })

  it('is for the oldest due pairs first, as many as there is room for', async () => {
    const more = []
    for (const left of ['2', '3', '4']) more.push(await addPair(record.db, route, { left }))
    expect(await lease(route.left, 2)).toEqual(more.slice(0, 2))
    expect(await lease(route.left, 2)).toEqual(more.slice(2))
  })

  it('is not for pairs of other connections, nor for those that wait', async () => {
    await change()
    const other = await addTestRoute(record.db)
    expect(await lease(other.left)).toEqual([])
    await wake(NEVER)
    expect(await lease()).toEqual([])
  })

  it.each(['draft', 'matching', 'paused', 'stopped'] as const)(
    'is not for pairs of a %s route',
    async (state) => {
      await change()
      await setRouteState(record.db, route.routeId, state)
      expect(await lease()).toEqual([])
    },
  )

  it.each(['left', 'right'] as const)('is not for pairs whose %s connection has trouble', async (side) => {
    await change()
    await setConnectionState(record.db, route[side], 'unreachable', null)
    expect([await lease(route.left), await lease(route.right)]).toEqual([[], []])
  })

  it('during a first sync is for what a delivery named, and for the first sync itself', async () => {
    await record.db`update route set filled_at = null where id = ${route.routeId}`
    const named = await addPair(record.db, route, { left: 'named' })
    await change()
    await record.db`update pair set nudged_at = clock() where id = ${named}`
    expect(await lease()).toEqual([named])
    expect(await leaseRoutePairs(record.db, route.routeId, 10)).toEqual([pairId])
    expect(await leaseRoutePairs(record.db, route.routeId, 10)).toEqual([])
  })

  it('of a first sync comes last where it has waited for something before', async () => {
    await change()
    await wake(await inMs(-1))
    const fresh = await addPair(record.db, route, { left: 'fresh' })
    expect(await leaseRoutePairs(record.db, route.routeId, 1)).toEqual([fresh])
    expect(await leaseRoutePairs(record.db, route.routeId, 1)).toEqual([pairId])
  })
})

describe('a pair of a deal that somebody is at work on', () => {
  const home = (dispatchedAt: string | null) => record.db`
    insert into deal_home (route_id, deal_id, dispatched_at) values (${route.routeId}, 'd1', ${dispatchedAt})`

  it('is left to him for a moment, and comes up again', async () => {
    await record.db`update pair set deal = 'd1', deal_by = 'rule' where id = ${pairId}`
    await change()
    await home(await clockNow(record.db))
    expect(await leaveToDeals(record.db, await lease())).toEqual([])
    expect([await pending(), await lease()]).toEqual(['later', []])
    await record.clock.advance(400)
    expect(await lease()).toEqual([pairId])
  })

  it('is not, once nobody is, or not for long', async () => {
    await record.db`update pair set deal = 'd1', deal_by = 'rule' where id = ${pairId}`
    await change()
    await home(await inMs(-LEASE_MS))
    expect(await leaveToDeals(record.db, await lease())).toEqual([pairId])
  })
})

describe('whether anybody works on pairs of a route', () => {
  it('shows in leases that run', async () => {
    await change()
    expect(await hasLeases(record.db, route.routeId)).toBe(false)
    await lease()
    expect(await hasLeases(record.db, route.routeId)).toBe(true)
    await record.clock.advance(LEASE_MS + 1)
    expect(await hasLeases(record.db, route.routeId)).toBe(false)
  })
})

describe('who still works on a pair', () => {
  it('holds its lease for as long as that takes', async () => {
    await change()
    await lease()
    for (let step = 0; step < 6; step += 1) {
      await record.clock.advance(LEASE_MS / 2)
      expect(await lease()).toEqual([])
      await holdLeases(record.db, [pairId])
    }
    await record.clock.advance(LEASE_MS + 1)
    expect(await lease()).toEqual([pairId])
  })

  it('does not keep it from being taken up again when there is news of it', async () => {
    await change()
    await lease()
    await record.clock.advance(LEASE_MS / 2)
    await record.db`update pair set nudged_at = clock() where id = ${pairId}`
    await holdLeases(record.db, [pairId])
    expect(await lease()).toEqual([pairId])
  })

  it('takes up none that nobody has', async () => {
    await change()
    await holdLeases(record.db, [pairId])
    expect(await lease()).toEqual([pairId])
    await holdLeases(record.db, [])
  })
})

describe('takers at the same time', () => {
  it('get different pairs, and each as many as it asked for', async () => {
    for (let n = 0; n < 40; n += 1) await addPair(record.db, route, { left: `many ${n}` })
    const leases = await Promise.all([
      leaseRoutePairs(record.db, route.routeId, 10),
      leaseRoutePairs(record.db, route.routeId, 10),
      leasePairs(record.db, { connectionId: route.left, limit: 10 }),
    ])
    expect(leases.map((ids) => ids.length)).toEqual([10, 10, 10])
    expect(new Set(leases.flat()).size).toBe(30)
  })
})

describe('news of a pair that is taken up', () => {
  it('has it taken up again at once, and once', async () => {
    await change()
    expect(await lease()).toEqual([pairId])
    expect(await lease()).toEqual([])
    await record.clock.advance(10)
    await record.db`update pair set nudged_at = clock() where id = ${pairId}`
    await record.clock.advance(10)
    expect(await lease()).toEqual([pairId])
    expect(await lease()).toEqual([])
  })
})

describe('the end of a lease', () => {
  it('lets a later change be taken up at once', async () => {
    await change()
    await lease()
    await allDecided(record.db)
    expect(await endLeases(record.db, [pairId])).toEqual([])
    await change()
    expect(await lease()).toEqual([pairId])
  })

  it('does not come while something is left to do: that is told instead', async () => {
    await change()
    await lease()
    expect(await endLeases(record.db, [pairId])).toEqual([pairId])
    expect(await lease()).toEqual([])
    expect(await endLeases(record.db, [])).toEqual([])
  })

  it('comes to a pair that only waits', async () => {
    await change()
    await lease()
    await wake(await inMs(5000))
    expect(await endLeases(record.db, [pairId])).toEqual([])
    await record.clock.advance(5000)
    expect(await lease()).toEqual([pairId])
  })
})

describe('the next wait to end', () => {
  it('is the earliest of the routes that the connection leads, and none that only a person ends', async () => {
    expect(await nextWake(record.db, route.left)).toBeNull()
    await wake(NEVER)
    expect(await nextWake(record.db, route.left)).toBeNull()
    const soon = await inMs(1000)
    await wake(soon)
    const later = await addPair(record.db, route, { left: '2' })
    await record.db`update pair set wake_at = ${await inMs(9000)} where id = ${later}`
    expect(await nextWake(record.db, route.left)).toBe(soon)
    await setRouteState(record.db, route.routeId, 'paused')
    expect(await nextWake(record.db, route.left)).toBeNull()
  })

  it('is the end of its lease for a pair that somebody is at work on', async () => {
    const due = await inMs(0)
    await wake(due)
    expect(await nextWake(record.db, route.left)).toBe(due)
    await lease()
    const [row] = await record.db<{ at: string }[]>`select dispatched_at as at from pair where id = ${pairId}`
    expect(await nextWake(record.db, route.left)).toBe(plusMs(row?.at ?? '', LEASE_MS))
    const later = await inMs(LEASE_MS + 5000)
    await wake(later)
    expect(await nextWake(record.db, route.left)).toBe(later)
    await wake(null)
    await change()
    expect(await nextWake(record.db, route.left)).toBe(plusMs(row?.at ?? '', LEASE_MS))
  })

  it('is now for a pair of which there is news since it was taken up', async () => {
    const due = await inMs(0)
    await wake(due)
    await lease()
    await record.db`update pair set nudged_at = dispatched_at + interval '1 ms' where id = ${pairId}`
    expect(await nextWake(record.db, route.left)).toBe(due)
  })

  const held = {
    'a service does not answer': () => setConnectionState(record.db, route.right, 'unreachable', null),
    'a key is refused': () => setConnectionState(record.db, route.left, 'auth-failed', null),
    'the first sync runs': () =>
      record.db`update route set filled_at = null where id = ${route.routeId}`.then(() => undefined),
  }
  it.each(Object.keys(held) as (keyof typeof held)[])(
    'is not one that has come while %s, for nobody can take the pair up; one to come is',
    async (why) => {
      await held[why]()
      await wake(await inMs(0))
      expect(await lease()).toEqual([])
      expect(await nextWake(record.db, route.left)).toBeNull()
      const soon = await inMs(1000)
      await wake(soon)
      expect(await nextWake(record.db, route.left)).toBe(soon)
    },
  )
})

it('a pair is unsettled when something failed in it, or waits for a person', async () => {
  expect(await unsettledPairs(record.db, [pairId])).toEqual([])
  for (const state of ['conflict', 'waiting', 'error']) {
    await record.db`update pair set state = ${state} where id = ${pairId}`
    expect(await unsettledPairs(record.db, [pairId])).toEqual([pairId])
  }
  expect(await unsettledPairs(record.db, [])).toEqual([])
})
