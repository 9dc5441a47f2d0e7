import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { asDraft, runFill } from '../../test/histories/first-sync.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { GENERAL, makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { FirstSyncRule } from '../core/policy.ts'
import { ambiguityViews, openAmbiguities } from '../store/ambiguities.ts'
import { inTransaction } from '../store/database.ts'
import { routeById, setRouteState } from '../store/routes.ts'
import { routeStatus } from '../store/status.ts'
import { linkAmbiguous, separateAmbiguous } from './ambiguous.ts'
import { activateRoute } from './fill.ts'
import { discardPair, retryPair } from './person-decides.ts'

let record: TestRecord
let world: World

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const free = async () => undefined
const onRight = (title: string) =>
  world.right.create({
    fields: { title },
    person: null,
    container: world.right.container(GENERAL),
    marker: null,
    madeBy: 'user',
  })
const titles = (side: 'left' | 'right') =>
  world[side]
    .alive()
    .map((one) => one.task.title)
    .sort()

async function settle(): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await settleIn(world, record.clock)
    await record.clock.advance(61_000)
  }
}

const questions = () => openAmbiguities(record.db, world.routeId)
const link = (conflictId: string, remoteId: string) =>
  inTransaction(record.db, (tx) => linkAmbiguous(tx, plainDeps(world), conflictId, remoteId))
const separate = (conflictId: string) =>
  inTransaction(record.db, (tx) => separateAmbiguous(tx, plainDeps(world), conflictId))

async function questionOf(leftId: string) {
  const [pair] = await record.db<{ id: string }[]>`
    select pair_id as id from pair_member where connection_id = ${world.leftId} and remote_id = ${leftId}`
  const found = (await questions()).find((one) => one.pairId === pair?.id)
  if (found === undefined) throw new Error('there is no such question')
  return found
}

const decisions = () => record.db`
  select c.decision, c.decided_by as by from conflict c join pair p on p.id = c.pair_id
  where p.route_id = ${world.routeId} order by c.id`

/** A first sync that finds the same task so many times on each side. */
async function sameOnBoth(left: number, right: number, rule: FirstSyncRule = { kind: 'open' }) {
  await asDraft(record.db, world, rule)
  const lefts = Array.from({ length: left }, () => addLeft(world, 'Same'))
  const rights = Array.from({ length: right }, () => onRight('Same person:p1'))
  await runFill(world, free)
  await settle()
  return { lefts, rights }
}

describe('tasks of a first sync that could be several', () => {
  it('are made on neither side, whatever happens to them, until somebody answers', async () => {
    const { lefts, rights } = await sameOnBoth(2, 2)
    world.left.edit(lefts[0] ?? '', { title: 'Same, edited' })
    world.right.edit(rights[0] ?? '', { completed: true })
    await settle()
    world.right.edit(rights[0] ?? '', { completed: false })
    await settle()
    expect(titles('left')).toEqual(['Same', 'Same, edited'])
    expect(titles('right')).toEqual(['Same person:p1', 'Same person:p1'])
    expect(await questions()).toMatchObject(lefts.map(() => ({ candidates: rights, firstSync: true })))
    const pairs = await record.db`select state, reason from pair where route_id = ${world.routeId}`
    expect(pairs).toEqual(Array.from({ length: 4 }, () => ({ state: 'waiting', reason: 'ambiguous' })))
  })

  it('are told with the words of each', async () => {
    const { lefts, rights } = await sameOnBoth(1, 2)
    expect((await ambiguityViews(record.db)).filter((one) => one.task.id === lefts[0])).toMatchObject([
      {
        side: 'left',
        task: { title: 'Same', due: null },
        candidates: rights.map((id) => ({ id, title: 'Same person:p1', due: null })),
      },
    ])
  })

  it('are one when a person says so; the others stay in question, and nothing is guessed', async () => {
    const { lefts, rights } = await sameOnBoth(2, 2)
    const [one = '', two = ''] = rights
    await link((await questionOf(lefts[0] ?? '')).id, two)
    await settle()
    expect(titles('left')).toEqual(['Same', 'Same'])
    expect(titles('right')).toEqual(['Same', 'Same person:p1'])
    expect(world.right.get(two)?.task.title).toBe('Same')
    expect(await questions()).toMatchObject([{ candidates: [one] }])
    world.left.edit(lefts[0] ?? '', { title: 'Renamed' })
    await settle()
    expect(world.right.get(two)?.task.title).toBe('Renamed')

    await link((await questionOf(lefts[1] ?? '')).id, one)
    await settle()
    expect([titles('left'), titles('right')]).toEqual([
      ['Renamed', 'Same'],
      ['Renamed', 'Same'],
    ])
    expect(await record.db`select from pending where route_id = ${world.routeId}`).toHaveLength(0)
  })

  it('are tasks of their own when a person says so, once nothing else asks about them', async () => {
    const { lefts } = await sameOnBoth(2, 1)
    await separate((await questionOf(lefts[0] ?? '')).id)
    await settle()
    expect(titles('left')).toEqual(['Same', 'Same'])
    expect(titles('right')).toEqual(['Same', 'Same person:p1'])
    await separate((await questionOf(lefts[1] ?? '')).id)
    await settle()
    expect(titles('left')).toEqual(['Same', 'Same', 'Same'])
    expect(titles('right')).toEqual(['Same', 'Same', 'Same'])
    expect(await decisions()).toEqual([
      { decision: 'none', by: 'person' },
      { decision: 'none', by: 'person' },
    ])
  })

  it('are let go when none is left that they could be', async () => {
    const { lefts, rights } = await sameOnBoth(2, 1)
    await link((await questionOf(lefts[0] ?? '')).id, rights[0] ?? '')
    await settle()
    expect(titles('right')).toEqual(['Same', 'Same'])
    expect(await decisions()).toEqual([
      { decision: rights[0], by: 'person' },
      { decision: 'none', by: 'rule' },
    ])
  })

  it('are let go when those that they could be are deleted, or those that could be they', async () => {
    const { lefts, rights } = await sameOnBoth(1, 2)
    for (const id of rights) world.right.delete(id)
    await settle()
    expect(titles('right')).toEqual(['Same'])
    expect(await questions()).toEqual([])

    world = await makeWorld(record.db, record.clock)
    const other = await sameOnBoth(2, 1)
    for (const id of other.lefts) world.left.delete(id)
    await testWorker(world, free).pull('left', 'complete')
    await settle()
    await settle()
    expect(await questions()).toEqual([])
    expect(titles('left')).toEqual(['Same'])
    expect(lefts).toHaveLength(1)
  })

  it('that are separate are left as they are where the policy lets nothing in', async () => {
    const { lefts } = await sameOnBoth(1, 2, { kind: 'none' })
    await separate((await questionOf(lefts[0] ?? '')).id)
    await settle()
    expect([titles('left'), titles('right')]).toEqual([['Same'], ['Same person:p1', 'Same person:p1']])
    world.left.edit(lefts[0] ?? '', { title: 'Wanted' })
    await settle()
    expect(titles('right')).toContain('Wanted')
  })

  it('are not made by trying again; given up, they are no question any more', async () => {
    const { lefts } = await sameOnBoth(1, 2)
    const { pairId } = await questionOf(lefts[0] ?? '')
    await retryPair(plainDeps(world), { pairId })
    await settle()
    expect(titles('right')).toHaveLength(2)
    expect(await questions()).toHaveLength(1)
    await discardPair(plainDeps(world), { pairId })
    await settle()
    expect(await questions()).toEqual([])
    expect(titles('left')).toEqual(['Same', 'Same', 'Same'])
  })
})

describe('an answer', () => {
  it('to no question, or that names no candidate, is refused and changes nothing', async () => {
    const { lefts, rights } = await sameOnBoth(1, 2)
    const { id } = await questionOf(lefts[0] ?? '')
    await expect(link(id, 'R0')).rejects.toMatchObject({ code: 'NO_CANDIDATE', exitCode: 2 })
    await expect(link('0', rights[0] ?? '')).rejects.toMatchObject({ code: 'NO_QUESTION' })
    await link(id, rights[0] ?? '')
    await expect(separate(id)).rejects.toMatchObject({ code: 'NO_QUESTION' })
  })

  it('that names a task which was deleted is refused', async () => {
    const { lefts, rights } = await sameOnBoth(1, 2)
    const { id } = await questionOf(lefts[0] ?? '')
    world.right.delete(rights[0] ?? '')
    await settle()
    await expect(link(id, rights[0] ?? '')).rejects.toMatchObject({ code: 'CANDIDATE_TAKEN' })
    expect(await questions()).toHaveLength(1)
  })
})

describe('a create whose answer was lost', () => {
  /** Two tasks on the left could be what was made of the right one. */
  async function lostCreate() {
    await setRouteState(record.db, world.routeId, 'active')
    onRight('Once person:p1')
    const worker = testWorker(world, free)
    await worker.pull('right', 'incremental')
    world.faults.next = (call) => (call === 'write' ? 'reply-lost' : null)
    await worker.work()
    world.faults.next = () => null
    const [ours] = world.left.alive()
    const twin = world.left.create({
      fields: { title: 'Once' },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'us',
    })
    await record.clock.advance(41_000)
    await settle()
    const [question] = await questions()
    return { ours: ours?.id ?? '', twin, question }
  }

  it('is the one that a person names, and the other is a task of its own', async () => {
    const { ours, twin, question } = await lostCreate()
    expect(question).toMatchObject({ candidates: [ours, twin], firstSync: false })
    // They wait for a person, and for nobody else.
    const { name } = await routeById(record.db, world.routeId)
    const status = (await routeStatus(record.db)).find(({ route }) => route === name)
    expect(status).toMatchObject({ pending: 0, waiting: 1 })
    await link(question?.id ?? '', ours)
    await settle()
    expect(titles('left')).toEqual(['Once', 'Once'])
    expect(titles('right')).toEqual(['Once', 'Once'])
    const right = world.right.alive()
    world.left.edit(ours, { title: 'Ours' })
    await settle()
    expect(right.map((one) => world.right.get(one.id)?.task.title)).toEqual(['Ours', 'Once'])
    expect(await decisions()).toEqual([{ decision: ours, by: 'person' }])
  })

  it('is sent again when it is none of them, which are tasks of their own', async () => {
    const { question } = await lostCreate()
    await separate(question?.id ?? '')
    await settle()
    expect(titles('left')).toEqual(['Once', 'Once', 'Once'])
    expect(titles('right')).toEqual(['Once', 'Once', 'Once'])
    expect(await record.db`select from pending where route_id = ${world.routeId}`).toHaveLength(0)
  })
})

it('a preview asks, and keeps neither question nor pair', async () => {
  await asDraft(record.db, world)
  addLeft(world, 'Same')
  for (const _ of [1, 2]) onRight('Same person:p1')
  const worker = testWorker(world, free)
  await worker.pull('left', 'complete')
  await worker.pull('right', 'complete')
  const seen = await inTransaction(record.db, async (tx) => {
    await activateRoute(tx, plainDeps(world), world.routeId)
    const open = await openAmbiguities(tx, world.routeId)
    throw Object.assign(new Error('rolled back'), { open })
  }).catch((error: Error & { open: unknown[] }) => error.open)
  expect(seen).toHaveLength(1)
  expect(await questions()).toEqual([])
})
