import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addPair,
  addTestRoute,
  createPair,
  isUniqueViolation,
  mirrorTask,
  openTestRecord,
  PLAN_ID,
  START,
  type TestRecord,
  type TestRoute,
} from '../../test/store/record.ts'
import { NEVER, plusMs } from '../core/db-time.ts'
import { NOTHING_TOLD } from '../core/told.ts'
import { inTransaction, type Tx } from './database.ts'
import { addMember, membershipsOf, membersOf, retireMember, saveDecided } from './members.ts'
import { createPairs, lockPairs, markNudged, type PairRow, savePairs, wakePairs } from './pairs.ts'

let record: TestRecord
let route: TestRoute

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  route = await addTestRoute(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTransaction(record.db, work)

async function pairRow(id: string): Promise<PairRow> {
  const [row] = await within((tx) => lockPairs(tx, [id]))
  if (row === undefined) throw new Error(`there is no pair ${id}`)
  return row
}

describe('a pair', () => {
  it('that is new remembers nothing but where it came from', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    expect(await pairRow(id)).toEqual({
      id,
      routeId: route.routeId,
      origin: 'left',
      memory: 'new',
      state: 'ok',
      reason: null,
      person: null,
      personBy: null,
      marked: false,
      personSeq: null,
      deal: null,
      dealBy: null,
      place: null,
      movedBack: null,
      refusedMove: null,
      base: { left: {}, right: {} },
      baseMovedAt: null,
      baseTrail: [],
      standing: [],
      overrides: [],
      decrees: [],
      former: null,
      occurrences: null,
      endedAt: null,
      letThrough: false,
      notice: null,
      comment: null,
      block: [],
      told: NOTHING_TOLD,
      carried: {},
      syncVersion: 0,
      known: null,
      planId: null,
      wakeAt: null,
      attempts: 0,
      lastError: null,
    })
  })

  it('comes back as it was saved, in every column, and empty again', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    const empty = await pairRow(id)
    const due = { kind: 'fixed', at: '2027-01-04T20:30:00Z', zone: null } as const
    const full: PairRow = {
      ...empty,
      memory: 'linked',
      state: 'error',
      reason: 'not-visible',
      person: 'p1',
      personBy: { name: 'Ann O\u2019Neil 👩' },
      personSeq: '9007199254740993',
      base: {
        left: { title: 'A "quoted" \\ title', due, labels: [] },
        right: { title: '', due: null, completed: false },
      },
      baseMovedAt: plusMs(START, 0.001),
      baseTrail: [{ side: 'left', field: 'due', value: null, leftAt: START }],
      standing: [{ field: 'title', left: 'A', right: null }],
      overrides: ['title', 'due'],
      notice: 'sync-problem',
      comment: { id: 'c1', text: 'Look' },
      block: ['Tom Baker'],
      syncVersion: 3,
      planId: PLAN_ID,
      wakeAt: NEVER,
      attempts: 2,
      lastError: 'The service refused it',
    }
    await within((tx) => savePairs(tx, [full]))
    expect(await pairRow(id)).toEqual(full)
    await within((tx) => savePairs(tx, [{ ...empty, syncVersion: 4 }]))
    expect(await pairRow(id)).toEqual({ ...empty, syncVersion: 4 })
  })

  it('tells when it was last in step: when its base moved, and not at every save', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    const lastSynced = async () =>
      (await record.db`select last_synced_at as at from pair where id = ${id}`)[0]?.at as string | null
    const pair = await pairRow(id)
    await within((tx) => savePairs(tx, [pair]))
    expect(await lastSynced()).toBeNull()
    await within((tx) => savePairs(tx, [{ ...pair, syncVersion: 1 }]))
    const moved = await lastSynced()
    expect(moved).not.toBeNull()
    await record.clock.advance(1000)
    await within((tx) => savePairs(tx, [{ ...pair, syncVersion: 1 }]))
    expect(await lastSynced()).toBe(moved)
  })

  it('is locked with others lowest id first, however they are asked for', async () => {
    const ids = [
      await addPair(record.db, route, { left: '1' }),
      await addPair(record.db, route, { left: '2' }),
    ]
    const locked = await within((tx) => lockPairs(tx, [...ids].reverse()))
    expect(locked.map((pair) => pair.id)).toEqual(ids)
    expect(await within((tx) => lockPairs(tx, []))).toEqual([])
  })

  it('is made for each of many new tasks, with its own person', async () => {
    const tasks = ['c', 'a', 'b'].map((remoteId) => ({
      remoteId,
      person: remoteId === 'b' ? null : `p-${remoteId}`,
      block: [],
    }))
    for (const { remoteId } of tasks) await mirrorTask(record.db, route.left, remoteId)
    await within((tx) =>
      createPairs(tx, { routeId: route.routeId, side: 'left', connectionId: route.left }, tasks),
    )
    const rows = await record.db`
      select m.remote_id, m.side, p.person, p.origin from pair p join pair_member m on m.pair_id = p.id
      where p.route_id = ${route.routeId} order by m.remote_id`
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { remote_id: 'a', side: 'left', person: 'p-a', origin: 'left' },
      { remote_id: 'b', side: 'left', person: null, origin: 'left' },
      { remote_id: 'c', side: 'left', person: 'p-c', origin: 'left' },
    ])
  })
})

describe('a task of a pair', () => {
  it('comes with its picture, and with what the last plan has read of it', async () => {
    const id = await addPair(record.db, route, { left: '1', right: 'r1' })
    await within((tx) =>
      saveDecided(tx, [{ pairId: id, side: 'right', decidedSeq: 7, writtenVersion: '0012' }]),
    )
    const row = await mirrorTask(record.db, route.right, 'r1', { changedSeq: 9, lookAgain: true })
    expect((await membersOf(record.db, [id])).find((member) => member.side === 'right')).toEqual({
      pairId: id,
      connectionId: route.right,
      remoteId: 'r1',
      side: 'right',
      decidedSeq: 7,
      writtenVersion: '0012',
      underPair: false,
      parentThere: null,
      parentComing: false,
      parentUnseen: false,
      parentList: null,
      dealAbove: null,
      mappedElsewhere: false,
      linkedElsewhere: false,
      opposite: [],
      personFacts: null,
      row,
    })
    expect((await membersOf(record.db, [id])).find((member) => member.side === 'left')).toMatchObject({
      decidedSeq: 0,
      writtenVersion: null,
    })
  })

  it('can be part of one pair of a route only, and of one pair of each route', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    const other = await addPair(record.db, route, { left: '2' })
    const member = { routeId: route.routeId, connectionId: route.left, remoteId: '1', side: 'left' } as const
    const again = within((tx) => addMember(tx, { ...member, pairId: other }))
    expect(isUniqueViolation(await again.catch((error: unknown) => error))).toBe(true)

    const second = await addTestRoute(record.db)
    const elsewhere = await within((tx) =>
      createPair(tx, second.routeId, [{ side: 'left', connectionId: route.left, remoteId: '1' }]),
    )
    const found = await membershipsOf(record.db, route.left, ['1'])
    expect(found.map((one) => one.pairId).sort()).toEqual([id, elsewhere].sort())
  })

  it('is the only current one on its side', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    const second = {
      routeId: route.routeId,
      connectionId: route.left,
      remoteId: '2',
      side: 'left',
      pairId: id,
    } as const
    const added = within((tx) => addMember(tx, second)).catch((error: unknown) => error)
    expect(isUniqueViolation(await added)).toBe(true)
  })

  it('that is gone for good leaves its place to another, and stays known', async () => {
    const id = await addPair(record.db, route, { left: '1', right: 'r1' })
    await within((tx) => retireMember(tx, id, 'right'))
    await mirrorTask(record.db, route.right, 'r2')
    await within((tx) =>
      addMember(tx, {
        routeId: route.routeId,
        connectionId: route.right,
        remoteId: 'r2',
        pairId: id,
        side: 'right',
      }),
    )
    const current = await membersOf(record.db, [id])
    expect(current.map((member) => member.remoteId).sort()).toEqual(['1', 'r2'])
    expect(await membershipsOf(record.db, route.right, ['r1', 'r2'])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ remoteId: 'r1', role: 'former', pairId: id }),
        expect.objectContaining({ remoteId: 'r2', role: 'current', pairId: id }),
      ]),
    )
    const unclaimed = await record.db`select remote_id from unclaimed where route_id = ${route.routeId}`
    expect(unclaimed).toEqual([])
  })
})

describe('a wake', () => {
  const wake = async (id: string, at: string | null) => {
    await within((tx) => wakePairs(tx, [{ pairId: id, at }]))
    return (await pairRow(id)).wakeAt
  }

  it('at a time never puts off an earlier one, and at once ends every wait', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    const [soon, later] = [plusMs(START, 1000), plusMs(START, 9000)]
    expect(await wake(id, later)).toBe(later)
    expect(await wake(id, soon)).toBe(soon)
    expect(await wake(id, later)).toBe(soon)
    expect(await wake(id, null)).toBeNull()
  })

  it('comes even to a pair that waits for a person', async () => {
    const id = await addPair(record.db, route, { left: '1' })
    const pair = await pairRow(id)
    await within((tx) => savePairs(tx, [{ ...pair, wakeAt: NEVER }]))
    expect(await wake(id, plusMs(START, 1000))).toBe(plusMs(START, 1000))
  })
})

it('a delivery that names a task is noted once, again when it brought news, and not for a former one', async () => {
  const [one, other] = [
    await addPair(record.db, route, { left: '1' }),
    await addPair(record.db, route, { left: '2' }),
  ]
  await within((tx) => retireMember(tx, other, 'left'))
  const nudged = async () =>
    (
      await record.db`select id, nudged_at as at from pair where id in ${record.db([one, other])} order by id`
    ).map((row) => row.at as string | null)
  await within((tx) => markNudged(tx, route.left, ['1', '2', 'unknown'], []))
  const first = await nudged()
  expect(first).toEqual([expect.any(String), null])
  await record.clock.advance(1000)
  await within((tx) => markNudged(tx, route.left, ['1'], []))
  expect(await nudged()).toEqual(first)
  await within((tx) => markNudged(tx, route.left, ['1', '2'], ['1', '2']))
  expect(await nudged()).toEqual([plusMs(first[0] ?? '', 1000), null])
})
