import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { NEVER } from '../core/db-time.ts'
import { inTransaction } from '../store/database.ts'
import { openOpsOf } from '../store/ops.ts'
import { lockPairs, type PairRow, savePairs } from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { discardPair, retryPair } from './person-decides.ts'
import { plan } from './plan.ts'
import { read } from './read.ts'

let record: TestRecord
let world: World
let deps: Deps
let pairId: string
let leftId: string

beforeAll(async () => {
  record = await openTestRecord()
})

/** One task of the left that was made on the right, and is in step. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  deps = plainDeps(world)
  leftId = addLeft(world, 'One')
  await work()
  const [row] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  pairId = row?.id ?? ''
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const work = () => settleIn(world, record.clock)

async function pairNow(): Promise<PairRow> {
  const [row] = await inTransaction(record.db, (tx) => lockPairs(tx, [pairId]))
  if (row === undefined) throw new Error('there is no pair')
  return row
}

const change = async (given: Partial<PairRow>) => {
  const pair = await pairNow()
  await inTransaction(record.db, (tx) => savePairs(tx, [{ ...pair, ...given }]))
}

const rightTitle = () => world.right.alive()[0]?.task.title

describe('a person who wants it tried again', () => {
  it('has what stood still decided anew', async () => {
    await change({
      state: 'error',
      standing: [{ field: 'title', left: 'Two', right: 'One' }],
      lastError: 'It was refused',
      personSeq: '1',
    })
    world.left.edit(leftId, { title: 'Two' })
    await work()
    expect(rightTitle()).toBe('One')

    await retryPair(deps, { pairId })
    expect(await pairNow()).toMatchObject({ state: 'ok', standing: [], lastError: null, personSeq: null })
    await work()
    expect(rightTitle()).toBe('Two')
  })

  it('makes a pair that rests due at once', async () => {
    expect(await record.db`select id from pending where id = ${pairId}`).toEqual([])
    await retryPair(deps, { pairId })
    expect(await record.db`select due from pending where id = ${pairId}`).toEqual([{ due: true }])
  })

  it('does not link what is unlinked, nor wake what has ended', async () => {
    await change({ memory: 'unlinked', reason: 'deleted-there', state: 'waiting' })
    await retryPair(deps, { pairId })
    expect(await pairNow()).toMatchObject({
      memory: 'unlinked',
      reason: 'deleted-there',
      state: 'ok',
      wakeAt: null,
    })
    await change({ memory: 'closed', wakeAt: NEVER })
    await retryPair(deps, { pairId })
    expect(await pairNow()).toMatchObject({ memory: 'closed', reason: null, wakeAt: null })
  })

  it('of a pair that is not there changes nothing', async () => {
    const before = await pairNow()
    await retryPair(deps, { pairId: '0' })
    await discardPair(deps, { pairId: '0' })
    expect(await pairNow()).toEqual(before)
  })
})

describe('a person who gives a write up', () => {
  /** The left was changed, and the write of it to the right is planned. */
  beforeEach(async () => {
    world.left.edit(leftId, { title: 'Two' })
    await testWorker(world, async () => undefined).pull('left', 'incremental')
    const { since, reads } = await plan(deps, { pairIds: [pairId] })
    for (const call of reads) await read(deps, { ...call, priority: 'change' }, new AbortController().signal)
    await plan(deps, { pairIds: [pairId], since })
    expect(await openOpsOf(record.db, [pairId])).toHaveLength(1)
  })

  it('closes it, and what differs stays so', async () => {
    await discardPair(deps, { pairId })
    expect(await openOpsOf(record.db, [pairId])).toEqual([])
    const [op] =
      await record.db`select status, error from op where subject_id = ${pairId} order by id desc limit 1`
    expect(op).toMatchObject({ status: 'refused', error: { kind: 'discarded' } })
    expect(await pairNow()).toMatchObject({ memory: 'linked', state: 'ok', lastError: null, wakeAt: null })
    await work()
    expect([world.left.get(leftId)?.task.title, rightTitle()]).toEqual(['Two', 'One'])
  })

  it('is asked no more until either value moves', async () => {
    await discardPair(deps, { pairId })
    const right = world.right.alive()[0]?.id ?? ''
    world.right.edit(right, { priority: 1 })
    await work()
    expect(rightTitle()).toBe('One')
    world.left.edit(leftId, { title: 'Three' })
    await work()
    expect(rightTitle()).toBe('Three')
  })
})

it('a create that is given up is not made, until its task changes', async () => {
  const id = world.left.create({
    fields: { title: 'Never' },
    person: 'p2',
    container: null,
    marker: null,
    madeBy: 'user',
  })
  await testWorker(world, async () => undefined).pull('left', 'incremental')
  const [row] = await record.db<{ id: string }[]>`
    select pair_id as id from pair_member where connection_id = ${world.leftId} and remote_id = ${id}`
  pairId = row?.id ?? ''
  await plan(deps, { pairIds: [pairId], offline: true })
  expect(await openOpsOf(record.db, [pairId])).toMatchObject([{ verb: 'create' }])

  await discardPair(deps, { pairId })
  expect(await pairNow()).toMatchObject({
    memory: 'new',
    state: 'ok',
    reason: 'discarded',
    wakeAt: null,
  })
  await plan(deps, { pairIds: [pairId] })
  expect(await openOpsOf(record.db, [pairId])).toEqual([])
  expect(world.right.alive().map((task) => task.task.title)).toEqual(['One'])
  world.left.edit(id, { title: 'After all' })
  await work()
  expect(world.right.alive().map((task) => task.task.title)).toEqual(['One', 'After all'])
})
