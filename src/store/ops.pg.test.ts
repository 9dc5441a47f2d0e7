import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import {
  addOps,
  addPair,
  addTestRoute,
  isUniqueViolation,
  newOp,
  openTestRecord,
  PLAN_ID,
  START,
  type TestRecord,
  type TestRoute,
  waitForLocks,
} from '../../test/store/record.ts'
import { plusMs } from '../core/db-time.ts'
import { clockNow } from './clock.ts'
import { addContainer } from './containers.ts'
import { inTransaction, type Tx } from './database.ts'
import {
  claimOps,
  closeOp,
  createsInFlight,
  lostCreates,
  markEmptySearch,
  type NewOp,
  type OpRow,
  openOpsOf,
  opsById,
  plannedInContainers,
  rearmOp,
  releaseOps,
  saveOps,
} from './ops.ts'

const DEADLINE_MS = 40_000
const TIMES = { deadlineMs: DEADLINE_MS, freshMs: 5_000 }

let record: TestRecord
let route: TestRoute
let pairId: string

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  route = await addTestRoute(record.db)
  pairId = await addPair(record.db, route, { left: '1', right: 'r1' })
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTransaction(record.db, work)
const op = (given: Partial<NewOp> = {}) => newOp(route, pairId, given)
const claim = (...ids: string[]) => within((tx) => claimOps(tx, ids, TIMES))

async function add(given: Partial<NewOp> = {}): Promise<string> {
  const [id] = await addOps(record.db, op(given))
  if (id === undefined) throw new Error('no op was added')
  return id
}

async function row(id: string): Promise<OpRow> {
  const [found] = await opsById(record.db, [id])
  if (found === undefined) throw new Error(`there is no op ${id}`)
  return found
}

const ERROR = { kind: 'invalid', message: 'The title is refused', hint: null }

const close = async (id: string, error = ERROR) => {
  const read = await row(id)
  return within((tx) => closeOp(tx, read, error))
}
const rearm = async (id: string) => {
  const read = await row(id)
  await within((tx) => rearmOp(tx, read))
}
const markEmpty = async (id: string, at: string) => {
  const read = await row(id)
  await within((tx) => markEmptySearch(tx, read, at))
}

describe('an op', () => {
  it('comes back as it was planned, in every column', async () => {
    const container = await within((tx) =>
      addContainer(tx, {
        routeId: route.routeId,
        connectionId: route.right,
        role: 'general',
        shard: 1,
        name: 'General',
        marker: 'g',
      }),
    )
    const given = op({
      remoteId: 'r1',
      before: remoteTask({ title: 'Old "quoted"', due: null }, { extra: { order: null } }),
      after: { title: 'New', due: null, labels: [] },
      sources: { due: null },
      person: 'p1',
      containerId: container.id,
      steps: [
        { name: 'fields', fields: { title: 'New' }, outcome: 'open' },
        { name: 'due', fields: { due: null }, outcome: 'open' },
      ],
      plannedVersion: 4,
    })
    const [id = ''] = await addOps(record.db, given)
    const now = await clockNow(record.db)
    expect(await row(id)).toEqual({
      ...given,
      id,
      key: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      status: 'planned',
      attempts: 0,
      plannedAt: now,
      sentAt: null,
      deadlineAt: null,
      emptyAt: null,
      met: {},
      error: null,
    })
  })

  it('without an earlier picture, a target, a person or a home has none of them', async () => {
    const given = op({ verb: 'create', before: null })
    const [id = ''] = await addOps(record.db, given)
    expect(await row(id)).toMatchObject({ before: null, remoteId: null, person: null, containerId: null })
    const [stored] = await record.db`select before is null as nothing from op where id = ${id}`
    expect(stored).toEqual({ nothing: true })
  })

  it('is one of many whose ids come back in the order given', async () => {
    const pairs = await Promise.all(['a', 'b', 'c', 'd'].map((left) => addPair(record.db, route, { left })))
    const ids = await addOps(record.db, ...pairs.map((id) => op({ pairId: id })))
    expect((await Promise.all(ids.map(row))).map((one) => one.pairId)).toEqual(pairs)
    expect(await addOps(record.db)).toEqual([])
  })

  it('is the only open one of its pair on its side', async () => {
    const id = await add()
    const second = await add().catch((error: unknown) => error)
    expect(isUniqueViolation(second)).toBe(true)
    await add({ side: 'left' })
    await close(id)
    await add()
    expect(await openOpsOf(record.db, [pairId])).toHaveLength(2)
  })

  it('that keeps its statuses open blocks another in each of them', async () => {
    const id = await add()
    for (const status of ['planned', 'sent', 'unknown']) {
      await record.db`update op set status = ${status} where id = ${id}`
      expect(isUniqueViolation(await add().catch((error: unknown) => error))).toBe(true)
    }
    for (const status of ['confirmed', 'refused']) {
      await record.db`update op set status = ${status} where id = ${id}`
      expect(await openOpsOf(record.db, [pairId])).toEqual([])
    }
  })
})

describe('a claim that comes between reading an op and acting on it', () => {
  it('keeps it from being closed: its call may be under way', async () => {
    const id = await add({ verb: 'create' })
    const read = await row(id)
    await claim(id)
    expect(await within((tx) => closeOp(tx, read, ERROR))).toBe(false)
    expect(await row(id)).toMatchObject({ status: 'sent' })
    expect(await close(id)).toBe(true)
  })

  it('that is still being made is waited for', async () => {
    const id = await add({ verb: 'create' })
    const read = await row(id)
    let closing: Promise<boolean> = Promise.resolve(true)
    await record.db.begin(async (tx) => {
      await claimOps(tx, [id], TIMES)
      closing = within((other) => closeOp(other, read, ERROR))
      await waitForLocks(record.db, 1)
    })
    expect(await closing).toBe(false)
  })

  it('keeps it from being sent twice, or taken for lost', async () => {
    const id = await add({ verb: 'create' })
    await claim(id)
    const read = await row(id)
    await rearm(id)
    await claim(id)
    await within((tx) => rearmOp(tx, read))
    await within((tx) => markEmptySearch(tx, read, START))
    expect(await row(id)).toMatchObject({ status: 'sent', attempts: 2, emptyAt: null })
  })
})

describe('a claim', () => {
  it('is for one: who comes second gets nothing', async () => {
    const id = await add()
    const claims = await Promise.all([claim(id), claim(id), claim(id)])
    expect(claims.map((ops) => ops.length).sort()).toEqual([0, 0, 1])
  })

  it('counts the attempt, keeps the time of the first, and sets the deadline of this one', async () => {
    const id = await add()
    const first = await clockNow(record.db)
    expect(await claim(id)).toMatchObject([
      { id, status: 'sent', attempts: 1, sentAt: first, deadlineAt: plusMs(first, DEADLINE_MS) },
    ])
    await rearm(id)
    await record.clock.advance(1000)
    expect(await claim(id)).toMatchObject([
      { attempts: 2, sentAt: first, deadlineAt: plusMs(first, DEADLINE_MS + 1000) },
    ])
  })

  it('is for an edit or a deletion only while the look it follows is fresh, also of a further attempt', async () => {
    const edit = await add({ verb: 'update' })
    const deletion = await add({ verb: 'delete', side: 'left' })
    await record.clock.advance(5_000)
    expect(await claim(edit, deletion)).toEqual([])
    await record.db`update op set attempts = 1 where id = ${edit}`
    expect(await claim(edit)).toEqual([])
    await rearm(edit)
    expect((await claim(edit)).map((one) => one.id)).toEqual([edit])
  })

  it('is for a create however long ago it was planned', async () => {
    const create = await add({ verb: 'create' })
    await record.clock.advance(5_000)
    expect((await claim(create)).map((one) => one.id)).toEqual([create])
  })

  it('is not for a route that was paused or stopped after it was planned', async () => {
    const create = await add({ verb: 'create' })
    const setState = (state: string) =>
      record.db`update route set state = ${state} where id = ${route.routeId}`
    for (const state of ['paused', 'stopped']) {
      await setState(state)
      expect(await claim(create)).toEqual([])
    }
    await setState('active')
    expect((await claim(create)).map((one) => one.id)).toEqual([create])
  })

  it('that is given back was no attempt', async () => {
    const id = await add()
    const claimed = await claim(id)
    await within((tx) => releaseOps(tx, claimed))
    expect(await row(id)).toMatchObject({ status: 'planned', attempts: 0 })
    await within((tx) => releaseOps(tx, claimed))
    expect(await row(id)).toMatchObject({ status: 'planned', attempts: 0 })
  })
})

describe('a create without an answer', () => {
  const lost = async (id: string, anytime = false) =>
    (await within((tx) => lostCreates(tx, [id], anytime))).map((one) => one.id)

  it('is looked for after its deadline, or at once where its key is known', async () => {
    const id = await add({ verb: 'create' })
    expect(await lost(id, true)).toEqual([])
    await claim(id)
    expect([await lost(id), await lost(id, true)]).toEqual([[], [id]])
    await record.clock.advance(DEADLINE_MS)
    expect(await lost(id)).toEqual([id])
  })

  it('whose call has come back empty is looked for without waiting', async () => {
    const id = await add({ verb: 'create' })
    await claim(id)
    await record.db`update op set status = 'unknown' where id = ${id}`
    expect(await lost(id)).toEqual([id])
  })

  it('is never an edit', async () => {
    const id = await add({ verb: 'update' })
    await claim(id)
    expect(await lost(id, true)).toEqual([])
  })

  it('that was not found is unknown, and the first such search is remembered', async () => {
    const id = await add({ verb: 'create' })
    await claim(id)
    for (const at of [START, plusMs(START, 5000)]) await markEmpty(id, at)
    expect(await row(id)).toMatchObject({ status: 'unknown', emptyAt: START })
    await close(id)
    await markEmpty(id, START)
    await rearm(id)
    expect(await row(id)).toMatchObject({ status: 'refused' })
  })
})

/** An outcome of an op that nobody has claimed. */
const told = { attempts: 0, unsent: false } as const

describe('an outcome', () => {
  it('of an attempt that another one has followed counts only when it was done', async () => {
    const id = await add({ verb: 'create' })
    await claim(id)
    const late = { id, attempts: 1, unsent: false, steps: [], error: null, emptyAt: null, remoteId: 'r1' }
    const [first] = await opsById(record.db, [id])
    await rearm(id)
    await claim(id)
    if (first !== undefined) await within((tx) => releaseOps(tx, [first]))
    for (const status of ['planned', 'unknown', 'refused'] as const)
      await within((tx) => saveOps(tx, [{ ...late, status }]))
    expect(await row(id)).toMatchObject({ status: 'sent', attempts: 2 })
    await within((tx) => saveOps(tx, [{ ...late, status: 'confirmed' }]))
    expect(await row(id)).toMatchObject({ status: 'confirmed', remoteId: 'r1' })
  })

  it('of which nothing left is no attempt', async () => {
    const id = await add({ verb: 'create' })
    await claim(id)
    const unsent = { id, attempts: 1, unsent: true, status: 'planned', steps: [], error: null } as const
    await within((tx) => saveOps(tx, [{ ...unsent, emptyAt: null, remoteId: null }]))
    expect(await row(id)).toMatchObject({ status: 'planned', attempts: 0 })
  })

  it('is kept with its steps, its error, and the id of what was made', async () => {
    const id = await add({ verb: 'create' })
    const steps = [{ name: 'create', fields: { title: 'New' }, outcome: 'confirmed' }] as const
    await within((tx) =>
      saveOps(tx, [{ ...told, id, status: 'unknown', steps, error: ERROR, emptyAt: START, remoteId: 'r9' }]),
    )
    expect(await row(id)).toMatchObject({
      status: 'unknown',
      steps,
      error: ERROR,
      emptyAt: START,
      remoteId: 'r9',
    })
    await within((tx) =>
      saveOps(tx, [{ ...told, id, status: 'confirmed', steps, error: null, emptyAt: null, remoteId: null }]),
    )
    expect(await row(id)).toMatchObject({ status: 'confirmed', error: null, emptyAt: null, remoteId: 'r9' })
  })

  it.each([
    ['planned', false],
    ['unknown', false],
    ['confirmed', true],
    ['refused', true],
  ] as const)('%s closes it: %s', async (status, closed) => {
    const id = await add()
    await within((tx) =>
      saveOps(tx, [{ ...told, id, status, steps: [], error: null, emptyAt: null, remoteId: null }]),
    )
    const [found] = await record.db`select closed_at is not null as closed from op where id = ${id}`
    expect(found).toEqual({ closed })
  })

  it('of a closed op is not changed by closing it again', async () => {
    const id = await add()
    await close(id)
    await close(id, { ...ERROR, kind: 'discarded' })
    expect(await row(id)).toMatchObject({ status: 'refused', error: ERROR })
  })
})

describe('creates under way', () => {
  it('are told with their person, and counted by the container they go to, until they are closed', async () => {
    const home = await within((tx) =>
      addContainer(tx, {
        routeId: route.routeId,
        connectionId: route.right,
        role: 'general',
        shard: 1,
        name: 'General',
        marker: 'g',
      }),
    )
    const other = await addPair(record.db, route, { left: '2' })
    const id = await add({ verb: 'create', person: 'p1', containerId: home.id })
    await addOps(record.db, op({ pairId: other, verb: 'update', containerId: home.id }))
    const planned = () => within((tx) => plannedInContainers(tx, [home.id]))

    expect(await createsInFlight(record.db, route.right)).toEqual([
      {
        id,
        key: (await row(id)).key,
        firstStep: 'fields',
        pairId,
        person: 'p1',
        status: 'planned',
        after: { title: 'New' },
        candidates: null,
        plannedAt: await clockNow(record.db),
      },
    ])
    expect(await createsInFlight(record.db, route.left)).toEqual([])
    // An update that puts its task there counts too.
    expect(await planned()).toEqual(new Map([[home.id, 2]]))
    await close(id)
    expect(await createsInFlight(record.db, route.right)).toEqual([])
    expect(await planned()).toEqual(new Map([[home.id, 1]]))
    expect((await row(id)).planId).toBe(PLAN_ID)
  })
})
