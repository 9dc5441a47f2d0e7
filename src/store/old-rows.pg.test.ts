import { beforeEach, expect, it } from 'vitest'
import { addTestRoute, openTestRecord, type TestRecord, type TestRoute } from '../../test/store/record.ts'
import { clearOldRows } from './old-rows.ts'
import { tallyOps } from './op-tally.ts'
import { opCounts } from './status.ts'
import { writtenTo } from './sync-report.ts'

const DAY = 86_400_000

let record: TestRecord
let route: TestRoute

beforeEach(async () => {
  record = await openTestRecord()
  route = await addTestRoute(record.db)
  return () => record[Symbol.asyncDispose]()
})

const clear = (batches = 20) => clearOldRows(record.db, batches)
const addDelivery = (id: string, consumed: boolean) => record.db`
  insert into delivery (connection_id, delivery_id, remote_ids, deleted, consumed_at)
  values (${route.left}, ${id}, '{}', false, case when ${consumed} then clock() end)`

async function addOp(
  status: string,
  more: { error?: object; subject?: string; after?: object } = {},
): Promise<string> {
  const [row] = await record.db<{ id: string }[]>`
    insert into op (route_id, subject, subject_id, side, connection_id, verb, before, after, sources, cause, steps, status,
      plan_id, planned_version, closed_at, error)
    values (${route.routeId}, ${more.subject ?? 'pair'}, ${Math.floor(Math.random() * 1e9)}, 'left', ${route.left}, 'update',
      '{"title": "Call Dana"}', ${record.db.json((more.after ?? { title: 'Call Dana again' }) as never)},
      '{"title": "Call Dana again"}', 'change',
      '[{"name": "fields", "fields": {"title": "Call Dana again"}}]', ${status}, gen_random_uuid(), 1,
      case when ${status} in ('confirmed', 'refused') then clock() end, ${record.db.json((more.error ?? null) as never)})
    returning id`
  return row?.id ?? ''
}
const wordsOf = async (id: string) => {
  const [row] = await record.db<{ words: string }[]>`
    select concat(before, after, sources, base, beside, met, steps) as words from op where id = ${id}`
  return row?.words
}

it('words of writes are forgotten after 90 days; that they were done stays', async () => {
  const done = await addOp('confirmed')
  await record.clock.advance(89 * DAY)
  expect(await clear()).toEqual({ rows: {}, more: false })
  const newer = await addOp('confirmed')
  await record.clock.advance(2 * DAY)
  expect(await clear()).toEqual({ rows: { writes: 1 }, more: false })
  expect(await wordsOf(done)).not.toContain('Dana')
  expect(await wordsOf(newer)).toContain('Dana')
  const [row] = await record.db<{ status: string; steps: unknown }[]>`
    select status, steps from op where id = ${done} and forgotten_at is not null`
  expect(row).toEqual({ status: 'confirmed', steps: [{ name: 'fields', fields: {} }] })
})

it('what was written is counted the same before and after its words are forgotten', async () => {
  await addOp('confirmed')
  await addOp('confirmed', { after: { completed: true } })
  await addOp('confirmed', { after: { completed: true, title: 'Call Dana again' } })
  const since = '2000-01-01T00:00:00Z'
  const totals = async () => ({
    metrics: await tallyOps(record.db, since, null),
    stats: await opCounts(record.db, since),
    sync: await writtenTo(record.db, null, { routeIds: [route.routeId], since, until: null }),
  })
  const before = await totals()
  expect(before.sync).toMatchObject({ updated: 2, completed: 1 })
  await record.clock.advance(91 * DAY)
  expect((await clear()).rows).toEqual({ writes: 3 })
  const after = await totals()
  expect(new Set(after.metrics)).toEqual(new Set(before.metrics))
  expect(new Set(after.stats)).toEqual(new Set(before.stats))
  expect(after.sync).toEqual(before.sync)
})

it('those that are still needed stay: open ones, those of homes, creates of a removed route', async () => {
  const kept = [
    await addOp('unknown'),
    await addOp('confirmed', { subject: 'container' }),
    await addOp('refused', { error: { kind: 'disconnected' } }),
  ]
  await record.clock.advance(400 * DAY)
  expect(await clear()).toEqual({ rows: {}, more: false })
  for (const id of kept) expect(await wordsOf(id)).toContain('Dana')
})

it('deliveries are kept for 7 days, and until a pull or a complete look has covered them', async () => {
  await addDelivery('taken in', true)
  await addDelivery('waits', false)
  await record.clock.advance(6 * DAY)
  expect((await clear()).rows).toEqual({})
  await record.clock.advance(2 * DAY)
  expect((await clear()).rows).toEqual({ deliveries: 1 })
  await record.db`update connection set last_complete_at = clock()`
  expect((await clear()).rows).toEqual({ deliveries: 1 })
})

it('answers of the API, ended alerts and their messages go, each in its time', async () => {
  await record.db`insert into api_request (key, fingerprint) values ('k', 'f')`
  await record.db`
    insert into alert (kind, about, since, found_at, ended_at, end_told_at) values ('conflicts', 'route', clock(), clock(), clock(), clock())`
  await record.db`insert into alert (kind, about, since, found_at) values ('conflicts', 'route', clock(), clock())`
  await record.db`insert into alert_message (way, content) values ('email', '{}')`
  await record.clock.advance(47 * 3_600_000)
  expect((await clear()).rows).toEqual({})
  await record.clock.advance(2 * 3_600_000)
  expect((await clear()).rows).toEqual({ requests: 1 })
  await record.clock.advance(90 * DAY)
  expect((await clear()).rows).toEqual({ alerts: 1, messages: 1 })
  expect(await record.db`select from alert`).toHaveLength(1)
})

it('of the syncs that were asked for, the newest of each name stays', async () => {
  for (const run of ['a', 'b'])
    await record.db`
      insert into sync_run (workflow_id, run_id, ended_at, outcome) values ('sync/x', ${run}, clock(), 'settled')`
  await record.clock.advance(91 * DAY)
  expect((await clear()).rows).toEqual({ syncs: 1 })
  expect(await record.db`select run_id from sync_run`).toEqual([{ run_id: 'b' }])
})

it('very many go in batches, and it is said when some are left', async () => {
  await record.db`
    insert into delivery (connection_id, delivery_id, remote_ids, deleted, consumed_at)
    select ${route.left}, n::text, '{}', false, clock() from generate_series(1, 2500) n`
  await record.clock.advance(8 * DAY)
  expect(await clear(2)).toEqual({ rows: { deliveries: 2_000 }, more: true })
  expect(await clear(2)).toEqual({ rows: { deliveries: 500 }, more: false })
})
