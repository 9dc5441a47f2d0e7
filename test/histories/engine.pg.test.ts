import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../src/core/due.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { openMigratedDatabase, type TestDatabase } from '../support/database.ts'
import { testWorker } from './worker.ts'
import { GENERAL, makeWorld, TestClock, type World } from './world.ts'

let database: TestDatabase
let db: Db
let clock: TestClock

beforeAll(async () => {
  database = await openMigratedDatabase()
  db = openDatabase({ url: database.url })
  clock = new TestClock(db, Date.parse('2026-11-21T10:00:00Z'))
  await clock.install()
})

afterAll(async () => {
  await db.end()
  await database[Symbol.asyncDispose]()
})

const free = async () => undefined

async function settleAll(world: World): Promise<void> {
  const worker = testWorker(world, free)
  for (let round = 0; round < 5; round += 1) {
    await worker.pull('left', 'incremental')
    await worker.pull('right', 'incremental')
    while (await worker.work()) await clock.advance(10)
    await clock.advance(100)
  }
}

describe('one task', () => {
  it('made on the left appears on the right, once, and nothing more is written', async () => {
    const world = await makeWorld(db, clock)
    world.left.create({
      fields: { title: 'Call Tom', due: day('2026-12-01') },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    expect(world.right.alive().map((one) => one.task)).toEqual([
      expect.objectContaining({
        title: 'Call Tom',
        due: { kind: 'day', day: '2026-12-01' },
        completed: false,
      }),
    ])
    const changes = world.left.changes + world.right.changes
    await settleAll(world)
    expect(world.left.changes + world.right.changes).toBe(changes)
    expect(await db`select id from pending`).toEqual([])
  })

  it('made on the right for a person in its words appears on the left, without the words', async () => {
    const world = await makeWorld(db, clock)
    world.right.create({
      fields: { title: 'Call Ann person:p7' },
      person: null,
      container: world.right.container(GENERAL),
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    expect(world.left.alive()).toEqual([
      expect.objectContaining({ person: 'p7', task: expect.objectContaining({ title: 'Call Ann' }) }),
    ])
    expect(world.right.alive()[0]?.task.title).toBe('Call Ann')
  })

  it('edited, completed and reopened on either side is so on the other', async () => {
    const world = await makeWorld(db, clock)
    const id = world.left.create({
      fields: { title: 'One' },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    const other = world.right.alive()[0]?.id ?? ''
    world.left.edit(id, { title: 'Two' })
    world.right.edit(other, { due: day('2026-12-24') })
    await settleAll(world)
    for (const side of [world.left, world.right]) {
      expect(side.alive()[0]?.task).toMatchObject({ title: 'Two', due: { day: '2026-12-24' } })
    }
    world.right.edit(other, { completed: true })
    await settleAll(world)
    expect(world.left.get(id)?.task.completed).toBe(true)
    world.left.edit(id, { completed: false })
    await settleAll(world)
    expect(world.right.get(other)?.task.completed).toBe(false)
  })

  it('deleted on the left is deleted on the right, after the grace', async () => {
    const world = await makeWorld(db, clock)
    const id = world.left.create({
      fields: { title: 'One' },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    await clock.advance(120_000)
    world.left.delete(id)
    const worker = testWorker(world, free)
    await worker.pull('left', 'complete')
    await worker.work()
    expect(world.right.alive()).toHaveLength(1)
    await clock.advance(61_000)
    while (await worker.work()) await clock.advance(10)
    expect(world.right.alive()).toHaveLength(0)
  })

  it('deleted on the right stays on the left', async () => {
    const world = await makeWorld(db, clock)
    const id = world.left.create({
      fields: { title: 'One' },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    world.right.delete(world.right.alive()[0]?.id ?? '')
    await settleAll(world)
    await clock.advance(120_000)
    world.left.edit(id, { title: 'Two' })
    await settleAll(world)
    expect(world.left.alive()).toHaveLength(1)
    expect(world.right.alive()).toHaveLength(0)
  })
})

describe('an edit that a user makes beside our own write', () => {
  it('and that a pull sees before the write is confirmed is neither lost nor overwritten', async () => {
    const world = await makeWorld(db, clock)
    const id = world.left.create({
      fields: { title: 'One' },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    await clock.advance(60_000)
    const other = world.right.alive()[0]?.id ?? ''
    let beside = true
    const worker = testWorker(world, async () => {
      const written = world.right.get(other)?.task.due !== null
      if (!beside || !written) return
      beside = false
      await clock.advance(5)
      world.right.edit(other, { title: 'Typed by a user' })
      await testWorker(world, free).pull('right', 'incremental')
      await clock.advance(5)
    })
    world.left.edit(id, { due: day('2026-12-24') })
    await worker.pull('left', 'incremental')
    await worker.work()
    await settleAll(world)
    expect(beside).toBe(false)
    for (const side of [world.left, world.right]) {
      expect(side.alive()[0]?.task).toMatchObject({ title: 'Typed by a user', due: { day: '2026-12-24' } })
    }
  })
})

describe('a service that takes a change and goes on showing the old value', () => {
  it('is not written to without end: the difference stands, as a failure', async () => {
    const world = await makeWorld(db, clock)
    const id = world.left.create({
      fields: { title: 'One' },
      person: 'p1',
      container: null,
      marker: null,
      madeBy: 'user',
    })
    await settleAll(world)
    let writes = 0
    world.right.edit = () => {
      writes += 1
      return true
    }
    world.left.edit(id, { title: 'Two' })
    const pairs = () => db`select state, last_error from pair where route_id = ${world.routeId}`
    for (let rounds = 0; rounds < 8 && (await pairs())[0]?.state === 'ok'; rounds += 1) {
      await settleAll(world)
      // Until the call must have ended, the answer may have been an old picture.
      await clock.advance(60_000)
    }
    expect(await pairs()).toEqual([
      { state: 'error', last_error: expect.stringContaining('still shows the old one') },
    ])
    // Two attempts, and once more anew.
    expect(writes).toBe(4)
    await settleAll(world)
    expect(writes).toBe(4)
  })
})

describe('a lost reply', () => {
  it.each(['left', 'right'] as const)('to a create on the %s makes no second task', async (side) => {
    const world = await makeWorld(db, clock)
    const fields = { title: 'Once person:p1' }
    if (side === 'left')
      world.right.create({
        fields,
        person: null,
        container: world.right.container(GENERAL),
        marker: null,
        madeBy: 'user',
      })
    else world.left.create({ fields, person: 'p1', container: null, marker: null, madeBy: 'user' })
    let lost = 0
    world.faults.next = (call) => {
      if (call !== 'write' || lost > 0) return null
      lost += 1
      return 'reply-lost'
    }
    await settleAll(world)
    await clock.advance(120_000)
    await settleAll(world)
    expect(lost).toBe(1)
    expect(world.left.alive()).toHaveLength(1)
    expect(world.right.alive()).toHaveLength(1)
  })
})
