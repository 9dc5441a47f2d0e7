import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps } from '../../test/activities/in-world.ts'
import { asDraft, runFill } from '../../test/histories/first-sync.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { GENERAL, makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { FieldValues } from '../core/task.ts'
import { setRouteState } from '../store/routes.ts'
import { preview } from './preview.ts'

let record: TestRecord
let world: World

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  await record.db`truncate connection cascade`
  world = await makeWorld(record.db, record.clock)
  await asDraft(record.db, world)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const free = async () => undefined
const onRight = (fields: FieldValues, container = world.right.container(GENERAL)) =>
  world.right.create({ fields, person: null, container, marker: null, madeBy: 'user' })
const onLeft = (title: string, person: string | null) =>
  world.left.create({ fields: { title }, person, container: null, marker: null, madeBy: 'user' })

async function look() {
  const worker = testWorker(world, free)
  await worker.pull('left', 'complete')
  await worker.pull('right', 'complete')
  return preview(plainDeps(world))
}

const counts = (writes: Awaited<ReturnType<typeof look>>['writes']) => {
  const found: Record<string, number> = {}
  for (const { side, verb } of writes) found[`${verb} ${side}`] = (found[`${verb} ${side}`] ?? 0) + 1
  return found
}

describe('a preview of a first sync', () => {
  it('counts what is linked, made, asked, lost and out of scope, and keeps nothing', async () => {
    addLeft(world, 'On both')
    onRight({ title: 'On both person:p1', priority: 1 })
    for (const title of ['One', 'Two', 'Same', 'Same']) addLeft(world, title)
    onRight({ title: 'Same person:p1', labels: ['mine'] })
    onRight({ title: 'For nobody', notes: 'Not made, so not lost' })
    onRight({ title: 'Dentist', notes: 'Private' }, 'elsewhere')
    onRight({ title: 'Done', completed: true }, 'elsewhere')
    onLeft('Of no person', null)
    const found = await look()
    expect(counts(found.writes)).toEqual({ 'create right': 2, 'update right': 1 })
    expect(found).toMatchObject({
      linked: 1,
      waiting: 1,
      leftOut: { left: 0, right: 0 },
      outOfScope: { left: 1, right: 1 },
      lossy: { right: { priority: 1 } },
      routes: [{ outOfScope: { left: 1, right: 1 }, lossy: { right: { priority: 1 } } }],
      firstSync: [{ rule: { kind: 'open' } }],
    })
    expect(
      found.ambiguous.map(({ side, task, candidates }) => [side, task.title, candidates.length]),
    ).toEqual([
      ['left', 'Same', 1],
      ['left', 'Same', 1],
    ])
    expect(await record.db`select from pair`).toHaveLength(0)
    expect(await record.db`select from remote_task where seen::text like '%Dentist%'`).toHaveLength(0)
    expect(await record.db`select state from route`).toEqual([{ state: 'draft' }])
  })

  it('counts those as well that are made one after the other, for the same person', async () => {
    const container = world.right.container(GENERAL)
    for (let n = 0; n < 4; n += 1) {
      const fields = { title: `Task ${n}`, notes: `${n}` }
      world.right.create({ fields, person: 'p1', container, marker: null, madeBy: 'user' })
    }
    const found = await look()
    expect(counts(found.writes)).toEqual({ 'create left': 4 })
    expect(found.lossy).toEqual({ right: { notes: 4 } })
  })

  it('counts apart those whose person is looked up first', async () => {
    onRight({ title: 'Task person:p1' })
    expect(await look()).toMatchObject({ writes: [], lookups: 1, waiting: 0 })
  })

  it('says what the policy leaves out', async () => {
    await asDraft(record.db, world, { kind: 'none' })
    addLeft(world, 'Left only')
    onRight({ title: 'Right only person:p1' })
    expect(await look()).toMatchObject({ writes: [], leftOut: { left: 1, right: 1 }, waiting: 0 })
  })
})

describe('a preview of what runs', () => {
  it('has nothing to say when all is in step, but what is asked and out of scope', async () => {
    addLeft(world, 'One')
    for (const _ of [1, 2]) onRight({ title: 'Same person:p1' })
    addLeft(world, 'Same')
    onRight({ title: 'Dentist' }, 'elsewhere')
    await runFill(world, free)
    const found = await look()
    expect(found).toMatchObject({ writes: [], linked: 0, waiting: 0, lossy: {}, firstSync: [] })
    expect(found.outOfScope).toEqual({ left: 0, right: 1 })
    expect(found.ambiguous).toHaveLength(1)
  })

  it('shows a new task and an edit', async () => {
    const id = addLeft(world, 'One')
    await runFill(world, free)
    world.left.edit(id, { title: 'Renamed' })
    addLeft(world, 'Two')
    const { writes, resting } = await look()
    expect(counts(writes)).toEqual({ 'create right': 1, 'update right': 1 })
    expect(writes.map(({ title }) => title).sort()).toEqual(['Renamed', 'Two'])
    expect(resting).toEqual([])
  })

  it('says of a route that rests what waits until it goes on', async () => {
    const id = addLeft(world, 'One')
    await runFill(world, free)
    await setRouteState(record.db, world.routeId, 'paused')
    world.left.edit(id, { title: 'Renamed' })
    expect(await look()).toMatchObject({ writes: [], resting: [{ state: 'paused', pending: 1 }] })
  })
})

it('what is out of scope is counted by complete walks, and as the last one found it', async () => {
  const outside = ['a', 'b', 'c'].map((title) => onRight({ title }, 'elsewhere'))
  const worker = testWorker(world, free)
  const stored = async () =>
    (await record.db`select out_of_scope from connection where id = ${world.rightId}`)[0]
      ?.out_of_scope as unknown
  expect(await stored()).toBeNull()
  await worker.pull('right', 'complete')
  expect(await stored()).toBe(3)
  world.right.edit(outside[0] ?? '', { completed: true })
  await worker.pull('right', 'incremental')
  expect(await stored()).toBe(3)
  await worker.pull('right', 'complete')
  expect(await stored()).toBe(2)
})
