import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { settleIn } from '../../../test/activities/in-world.ts'
import type { World } from '../../../test/histories/world.ts'
import { linkedTask } from '../../../test/starter/deciding.ts'
import { addOps, allDecided, newOp, openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { createLog } from '../../config/log.ts'
import { takeSlot } from '../../store/quota.ts'
import { exposition } from './exposition.ts'
import { familiesOf } from './families.ts'
import { takeMeasures } from './sources.ts'
import { readStats } from './stats.ts'
import { Tally } from './tally.ts'

const OWN = { refusedDeliveries: { todoist: 3 }, refusedLogins: 2 }
const log = createLog({ level: 'silent', format: 'json' })

let record: TestRecord
let world: World
let route: string
let leftId: string
let pair: string

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

/** A task in step on both sides, and nothing else that counts. */
beforeEach(async () => {
  await record.db`update route set removed_at = clock()`
  await record.db`update connection set removed_at = clock()`
  await record.db`delete from op`
  ;({ world, leftId, pair } = await linkedTask(record))
  const [row] = await record.db<{ name: string }[]>`select name from route where id = ${world.routeId}`
  route = row?.name ?? ''
})

const settle = () => settleIn(world, record.clock)
const temporal = {
  backlogs: async () => [{ queue: 'dealbridge', kind: 'workflow' as const, count: 4, ageSeconds: 0.5 }],
}
const metrics = async (tally = new Tally(record.db)) =>
  exposition(familiesOf(await takeMeasures({ db: record.db, tally, temporal, log }), OWN))

/** The left is edited, and it takes so long until that is looked at and written. */
async function editAfter(title: string, toldAt: number | null): Promise<void> {
  world.left.edit(leftId, { title })
  if (toldAt !== null) {
    await record.db`
      insert into delivery (connection_id, delivery_id, remote_ids, deleted)
      values (${world.leftId}, ${title}, ${[leftId]}, false)`
    await record.clock.advance(toldAt)
  }
  await settle()
}

it('a change is timed from the delivery that told of it to the confirmed write, by its direction', async () => {
  await editAfter('Two', 4_000)
  const [op] = await record.db<{ seconds: number }[]>`
    select extract(epoch from closed_at - learnt_at)::float8 as seconds from op where verb = 'update'`
  expect(op?.seconds).toBeGreaterThanOrEqual(4)
  expect(op?.seconds).toBeLessThan(5)
  const { total, routes } = await readStats(record.db, new Tally(record.db))
  expect(total.toRight.latency).toMatchObject({ n: 2, p99: expect.closeTo(4, 0) })
  expect(routes).toMatchObject([
    {
      route,
      pairs: 1,
      toRight: { total: { created: 1, updated: 1, refused: 0 }, last24h: { created: 1, updated: 1 } },
      toLeft: { total: { created: 0, updated: 0 }, latency: null },
    },
  ])
  expect(await metrics()).toContain(
    `dealbridge_change_latency_seconds_bucket{route="${route}",direction="toRight",le="5"} 2\n`,
  )
})

it('where no delivery told of it, from the look that showed it', async () => {
  await editAfter('Two', null)
  const [op] = await record.db<{ seconds: number }[]>`
    select extract(epoch from closed_at - learnt_at)::float8 as seconds from op where verb = 'update'`
  expect(op?.seconds).toBeLessThan(1)
})

it('a change that waited while its route was paused has waited so long', async () => {
  await record.db`update route set state = 'paused' where id = ${world.routeId}`
  world.left.edit(leftId, { title: 'Two' })
  await settle()
  await record.db`update route set state = 'active' where id = ${world.routeId}`
  await record.clock.advance(60_000)
  await settle()
  const [op] = await record.db<{ seconds: number }[]>`
    select extract(epoch from closed_at - learnt_at)::float8 as seconds from op where verb = 'update'`
  expect(op?.seconds).toBeGreaterThanOrEqual(60)
})

it('what is planned anew before it was sent is timed from the change, and not from its new plan', async () => {
  const test = { routeId: world.routeId, left: world.leftId, right: world.rightId }
  await record.db`
    update remote_task set changed_seq = changed_seq + 1, changed_at = '2026-11-20T00:00:00Z' where connection_id = ${world.leftId}`
  const [first] = await addOps(record.db, newOp(test, pair))
  await record.db`
    update op set status = 'refused', closed_at = clock(), error = '{"kind":"replanned"}' where id = ${first ?? ''}`
  await allDecided(record.db)
  const [second] = await addOps(record.db, newOp(test, pair))
  await record.db`update op set status = 'refused', closed_at = clock(), error = '{"kind":"invalid"}' where id = ${second ?? ''}`
  const [third] = await addOps(record.db, newOp(test, pair))
  await record.db`update op set status = 'confirmed', closed_at = clock() where id = ${third ?? ''}`
  const [decided] = await addOps(record.db, newOp(test, pair, { cause: 'resolved' }))
  const rows = await record.db<{ id: string; learnt: string | null }[]>`
    select id, learnt_at::date::text as learnt from op where id in ${record.db([first, second, third, decided].map(String))} order by id`
  expect(rows.map(({ learnt }) => learnt)).toEqual(['2026-11-20', '2026-11-20', null, null])
})

it('what a person or a rule has written, and what a first sync makes, is no change that was carried', async () => {
  await record.db`update op set learnt_at = null`
  await record.db`update route set filled_at = null where id = ${world.routeId}`
  await editAfter('Two', 1_000)
  await record.db`update pair set nudged_at = clock()`
  await settle()
  const rows = await record.db<{ learnt: boolean }[]>`select learnt_at is not null as learnt from op`
  expect(rows.map(({ learnt }) => learnt)).toEqual([false, false])
  expect(await metrics()).not.toContain('dealbridge_change_latency_seconds_count')
})

it('writes are counted by what became of them; what was planned anew is none', async () => {
  await record.db`update op set status = 'refused', error = '{"kind":"invalid","message":"m","hint":null}'`
  await record.db`
    insert into op (route_id, subject, subject_id, side, connection_id, verb, after, cause, steps, status, plan_id,
      planned_version, closed_at, error)
    select route_id, subject, subject_id, side, connection_id, verb, after, cause, steps, status, plan_id,
      planned_version, clock(), '{"kind":"replanned"}' from op`
  expect(await metrics()).toContain(
    `dealbridge_ops_total{route="${route}",direction="toRight",of="task",verb="create",outcome="refused"} 1\n`,
  )
  expect(await readStats(record.db, new Tally(record.db))).toMatchObject({
    total: { toRight: { total: { created: 0, refused: 1 } } },
    errors: [{ route, direction: 'toRight', kind: 'invalid', count: 1 }],
  })
})

it('writes count once, while they are new and when they are old, and of one that is closed meanwhile', async () => {
  const tally = new Tally(record.db)
  const confirmed = async () =>
    (await tally.read())
      .filter(({ status }) => status === 'confirmed')
      .reduce((sum, one) => sum + one.count, 0)
  expect(await confirmed()).toBe(1)
  await editAfter('Two', null)
  expect(await confirmed()).toBe(2)
  await record.clock.advance(10 * 60_000)
  expect([await confirmed(), await confirmed()]).toEqual([2, 2])
  await editAfter('Three', null)
  expect(await confirmed()).toBe(3)
  expect(await confirmed()).toBe((await new Tally(record.db).read()).reduce((sum, one) => sum + one.count, 0))
})

it('the rest is as the record has it: budget, cursors, deliveries, what waits; and nothing of a task', async () => {
  const context = { context: 'all', limit: 100, windowMs: 10_000 }
  await takeSlot(record.db, world.leftId, context, 'change')
  await takeSlot(record.db, world.leftId, context, 'change', true)
  await record.db`update sync_state set confirmed_at = clock() - interval '90 seconds' where connection_id = ${world.rightId}`
  await record.db`update pair set state = 'waiting' where id = ${pair}`
  const [left, right] = await record.db<{ name: string }[]>`
    select name from connection where id in (${world.leftId}, ${world.rightId}) order by id`
  const text = await metrics()
  for (const line of [
    'dealbridge_up{part="postgres"} 1',
    `dealbridge_pairs_waiting{route="${route}"} 1`,
    `dealbridge_route_state{route="${route}",state="active"} 1`,
    `dealbridge_route_state{route="${route}",state="paused"} 0`,
    `dealbridge_quota_left{connection="${left?.name}",context="all"} 3`,
    `dealbridge_requests_total{connection="${left?.name}",context="all",kind="write"} 1`,
    `dealbridge_deliveries_waiting{connection="${left?.name}"} 0`,
    'dealbridge_task_queue_backlog_age_seconds{queue="dealbridge",kind="workflow"} 0.5',
    'dealbridge_deliveries_refused_total{provider="todoist"} 3',
    'dealbridge_logins_refused_total 2',
  ])
    expect(text).toContain(`${line}\n`)
  expect(text).toMatch(
    new RegExp(`dealbridge_cursor_age_seconds\\{connection="${right?.name}",stream="\\w+"\\} 90\n`, 'u'),
  )
  expect(text).not.toMatch(/One|p1/u)
})

it('without a record or Temporal it says so, and tells what is left', async () => {
  const away = () => Promise.reject(new Error('away'))
  const measures = { record: null, backlogs: await away().catch(() => null) }
  const text = exposition(familiesOf(measures, OWN))
  expect(text).toMatch(/dealbridge_up\{part="postgres"\} 0\ndealbridge_up\{part="temporal"\} 0\n/u)
  expect(text).toContain('process_resident_memory_bytes')
  expect(text).not.toContain('dealbridge_pairs')
})
