import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../../test/activities/in-world.ts'
import { testWorker } from '../../../test/histories/worker.ts'
import { makeWorld } from '../../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { claimOps, opsById } from '../../store/ops.ts'
import { plan } from '../plan.ts'
import { read } from '../read.ts'
import type { PlanOutput } from './draft.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('an edit in flight is left alone until it must have ended, and then only a later look says what it did', async () => {
  const world = await makeWorld(record.db, record.clock)
  const deps = plainDeps(world)
  const id = addLeft(world, 'One')
  await settleIn(world, record.clock)
  await record.clock.advance(60_000)
  world.left.edit(id, { title: 'Two' })
  await testWorker(world, async () => undefined).pull('left', 'incremental')
  const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  const pairIds = [pair?.id ?? '']
  const readAll = async ({ reads }: PlanOutput) => {
    for (const call of reads) await read(deps, { ...call, priority: 'change' }, new AbortController().signal)
  }
  const opIds = ({ writes }: PlanOutput) => writes.flatMap((call) => call.opIds)

  const first = await plan(deps, { pairIds })
  await readAll(first)
  const ids = opIds(await plan(deps, { pairIds, since: first.since }))
  expect(ids).toHaveLength(1)
  await record.db.begin((tx) => claimOps(tx, ids, { deadlineMs: 40_000, freshMs: 5_000 }))

  // Another attempt, which looks at the task while the call may still arrive.
  await record.clock.advance(10)
  const { since, ...during } = await plan(deps, { pairIds })
  expect(during).toMatchObject({ reads: [], writes: [] })
  expect(await opsById(record.db, ids)).toMatchObject([{ status: 'sent' }])
  const look = { connectionId: world.rightId, pairIds, direct: true, plannedAt: since } as const
  await read(deps, { ...look, priority: 'change' }, new AbortController().signal)

  await record.clock.advance(40_000)
  const after = await plan(deps, { pairIds, since })
  expect(after).toMatchObject({ reads: [{ connectionId: world.rightId }], writes: [] })
  await readAll(after)
  expect(opIds(await plan(deps, { pairIds, since }))).toEqual(ids)
})
