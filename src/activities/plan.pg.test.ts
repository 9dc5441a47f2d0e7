import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { plainDeps } from '../../test/activities/in-world.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { GENERAL, makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord, waitForLocks } from '../../test/store/record.ts'
import { claimOps, openOpsOf } from '../store/ops.ts'
import type { Deps } from './deps.ts'
import { people } from './people.ts'
import { plan } from './plan.ts'

let record: TestRecord
let world: World
let deps: Deps
let pairId: string

beforeAll(async () => {
  record = await openTestRecord()
})

/** A task of the right for somebody on the left, where its create is planned and not sent yet. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  deps = plainDeps(world)
  world.right.create({
    fields: { title: 'Call Ann person:p7' },
    person: null,
    container: world.right.container(GENERAL),
    marker: null,
    madeBy: 'user',
  })
  await testWorker(world, async () => undefined).pull('right', 'incremental')
  const [row] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  pairId = row?.id ?? ''
  const first = await plan(deps, { pairIds: [pairId] })
  for (const call of first.people)
    await people(deps, { ...call, priority: 'change' }, new AbortController().signal)
  await plan(deps, { pairIds: [pairId], since: first.since })
  expect(await openOpsOf(record.db, [pairId])).toMatchObject([{ verb: 'create', status: 'planned' }])
  await record.clock.advance(10)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

describe('a second plan of a pair whose create another one has planned', () => {
  it('takes its place while it is not sent', async () => {
    const [before] = await openOpsOf(record.db, [pairId])
    const { writes } = await plan(deps, { pairIds: [pairId] })
    const [now, ...more] = await openOpsOf(record.db, [pairId])
    expect([now?.status, more]).toEqual(['planned', []])
    expect(now?.id).not.toBe(before?.id)
    expect(writes.flatMap((call) => call.opIds)).toEqual([now?.id])
  })

  it('plans nothing when it is being sent at that moment: the task is made once', async () => {
    const [before] = await openOpsOf(record.db, [pairId])
    let planning: ReturnType<typeof plan> | null = null
    await record.db.begin(async (tx) => {
      await claimOps(tx, [before?.id ?? ''], { deadlineMs: 40_000, freshMs: 5_000 })
      planning = plan(deps, { pairIds: [pairId] })
      await waitForLocks(record.db, 1)
    })
    expect(await planning).toMatchObject({ writes: [] })
    expect(await openOpsOf(record.db, [pairId])).toMatchObject([{ id: before?.id, status: 'sent' }])
  })
})
