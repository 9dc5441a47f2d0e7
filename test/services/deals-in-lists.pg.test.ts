import { afterEach, beforeEach, expect, test } from 'vitest'
import { linkDeal } from '../../src/activities/deals/link-deal.ts'
import { resolveHome } from '../../src/activities/deals/resolve-home.ts'
import type { Deal, Stage } from '../../src/core/deal.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Db, inTransaction, openDatabase, type Tx } from '../../src/store/database.ts'
import { testWorker } from '../histories/worker.ts'
import { makeWorld, TestClock, type World } from '../histories/world.ts'
import { openMigratedDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let db: Db
let clock: TestClock
let world: World

const stage = (id: string, name: string, place: number): Stage => ({
  id,
  name,
  place,
  pipeline: '1',
  pipelineName: 'Sales',
  closed: false,
})
const DEAL: Deal = {
  id: '4412',
  name: 'Lot 4',
  status: 'active',
  pipeline: '1',
  stage: '11',
  people: [{ id: 'p1', name: 'Tom Baker' }],
  price: null,
  closesOn: null,
  enteredStageAt: null,
  values: {},
}
const LABEL = 'Tom Baker — Lot 4 (4412)'

/** An app whose services are as strict as Todoist's, but that it has lists alone. */
beforeEach(async () => {
  database = await openMigratedDatabase()
  db = openDatabase({ url: database.url })
  clock = new TestClock(db, Date.parse('2026-11-21T10:00:00Z'))
  await clock.install()
  world = await makeWorld(db, clock, { sections: false, deals: DEFAULT_DEALS })
  world.left.stages = [stage('11', 'Showing', 0), stage('12', 'Offer', 1)]
  put({})
})
afterEach(async () => {
  await db.end()
  await database[Symbol.asyncDispose]()
})

class Dead extends Error {}

/** The deal as it is from now on. */
function put(change: Partial<Deal>, id = DEAL.id): void {
  world.left.deals.set(id, { ...(world.left.deals.get(id) ?? DEAL), ...change })
}

function add(title: string): void {
  world.left.create({ fields: { title }, person: 'p1', container: null, marker: null, madeBy: 'user' })
}

async function settle(): Promise<void> {
  const worker = testWorker(world, async () => undefined)
  for (let round = 0; round < 2; round += 1) {
    await worker.pullDeals('complete')
    await worker.pull('left', 'incremental')
    await worker.pull('right', 'incremental')
    while (await worker.work()) await clock.advance(10)
    await clock.advance(60_000)
  }
}

/** What a worker does until its nth step, at which it dies. False where it has fewer. */
async function workUntil(nth: number): Promise<boolean> {
  let left = nth
  const worker = testWorker(world, async () => {
    left -= 1
    if (left === 0) throw new Dead()
  })
  try {
    await worker.pullDeals('complete')
    while (await worker.work());
    return false
  } catch (error) {
    if (!(error instanceof Dead)) throw error
    return true
  }
}

/** Where each open task lies, and its labels. */
function book(): Record<string, readonly string[]> {
  return Object.fromEntries(
    world.right
      .alive()
      .filter(({ task }) => !task.completed)
      .map(({ task, container }) => [
        task.title,
        [world.right.containers.get(container ?? '')?.name ?? '-', ...task.labels],
      ]),
  )
}

const madeOn = (side: 'left' | 'right') => world[side].all().length

test('a worker may die at any step of a stage change: each task comes to the list of the stage, once', async () => {
  for (const title of ['One', 'Two']) add(title)
  await settle()
  expect(book()).toEqual({ One: ['Showing', LABEL], Two: ['Showing', LABEL] })
  const made = [madeOn('left'), madeOn('right')]
  let steps = 0
  for (let died = true; died; ) {
    steps += 1
    const [id, name] = steps % 2 === 0 ? ['11', 'Showing'] : ['12', 'Offer']
    put({ stage: id })
    died = await workUntil(steps)
    await clock.advance(120_000)
    await settle()
    expect([steps, book()]).toEqual([steps, { One: [name, LABEL], Two: [name, LABEL] }])
  }
  expect(steps).toBeGreaterThan(10)
  expect([madeOn('left'), madeOn('right')]).toEqual(made)
  const changes = world.left.changes + world.right.changes
  await settle()
  expect(world.left.changes + world.right.changes).toBe(changes)
  expect(await db`select from pending`).toHaveLength(0)
})

test('an account that tells how much a list takes gets a second one; without that, one list takes all', async () => {
  for (const title of ['One', 'Two']) add(title)
  await settle()
  await db`update connection set facts = jsonb_set(facts, '{limits}', '{"tasksPerProject": 33}')`
  for (const title of ['Three', 'Four']) add(title)
  await settle()
  expect(book()).toEqual({
    One: ['Showing', LABEL],
    Two: ['Showing', LABEL],
    Three: ['Showing', LABEL],
    Four: ['Showing · 2', LABEL],
  })
})

test('a label of the user’s own stays; ours goes by the deal’s name, and one that he takes away stays away', async () => {
  add('One')
  await settle()
  const [task] = world.right.alive()
  world.right.edit(task?.id ?? '', { labels: [LABEL, 'vip'] })
  await settle()
  put({ name: 'Lot 5' })
  await settle()
  expect(book()).toEqual({ One: ['Showing', 'Tom Baker — Lot 5 (4412)', 'vip'] })
  world.right.edit(task?.id ?? '', { labels: ['vip'] })
  await settle()
  expect(book()).toEqual({ One: ['Showing', 'vip'] })
})

test('a deleted list is made anew once all of its tasks are known to have gone with it', async () => {
  add('One')
  await settle()
  const [list] = [...world.right.containers.values()]
  const restore = (tx: Tx) =>
    resolveHome(
      tx,
      world.depsFor(
        async () => undefined,
        async () => undefined,
      ),
      {
        dealId: DEAL.id,
        route: null,
        choice: 'restore',
      },
    )
  // A task of another deal, that nobody has missed yet.
  put({ id: '4413', people: [{ id: 'p2', name: 'Ann Other' }] }, '4413')
  world.left.create({ fields: { title: 'Two' }, person: 'p2', container: null, marker: null, madeBy: 'user' })
  await settle()
  const state = async () =>
    (await db`select state from container where role = 'stage' order by shard`).map((row) => row.state)
  await db`update pair set memory = 'unlinked', reason = 'home-gone' where deal = '4412'`
  await db`update container set state = 'gone' where remote_id = ${list?.remoteId ?? ''}`
  await db`
    insert into deal_home (route_id, deal_id, state, reason) values (${world.routeId}, '4412', 'waiting', 'home-gone')
    on conflict (route_id, deal_id) do update set state = 'waiting', reason = 'home-gone'`
  await inTransaction(db, restore)
  expect(await state()).toEqual(['gone'])
  await db`update pair set memory = 'unlinked', reason = 'home-gone' where deal in ('4412', '4413')`
  await db`update deal_home set state = 'waiting', reason = 'home-gone', decision = null where deal_id = '4412'`
  await inTransaction(db, restore)
  expect(await state()).toEqual(['active'])
})

test('an old picture, with the label of the deal before, is no word of the user’s', async () => {
  add('One')
  await settle()
  put({ id: '4413', name: 'Lot 9' }, '4413')
  await settle()
  const [pair] = await db<{ id: string }[]>`select id from pair`
  const deps = world.depsFor(
    async () => undefined,
    async () => undefined,
  )
  await inTransaction(db, (tx) => linkDeal(tx, deps, { pairId: pair?.id ?? '', dealId: '4413' }))
  await clock.advance(5_000)
  const worker = testWorker(world, async () => undefined)
  while (await worker.work());
  const there = { One: ['Showing', 'Tom Baker — Lot 9 (4413)'] }
  expect(book()).toEqual(there)
  await clock.advance(2_000)
  world.lag.ms = 4_000
  await worker.pull('right', 'complete')
  const held = async () =>
    await db`select deal, told ->> 'ours' as ours, (select count(*)::int from op) as ops from pair`
  const before = await held()
  while (await worker.work());
  expect(await held()).toEqual(before)
  world.lag.ms = 0
  await settle()
  expect(book()).toEqual(there)
  expect(await held()).toEqual(before)
  // What he says himself arrives, if somewhat later.
  world.right.edit(world.right.alive()[0]?.id ?? '', { labels: ['Tom Baker — Lot 4 (4412)'] })
  await settle()
  expect(await db`select deal from pair`).toEqual([{ deal: '4412' }])
})
