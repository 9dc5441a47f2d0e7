import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../../test/activities/in-world.ts'
import { testWorker } from '../../../test/histories/worker.ts'
import { makeWorld } from '../../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { clockNow } from '../../store/clock.ts'
import { plan } from '../plan.ts'
import { read } from '../read.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('a change whose plan asked for a look is still to be done, though whoever asked dies before looking', async () => {
  const world = await makeWorld(record.db, record.clock)
  const id = addLeft(world, 'One')
  await settleIn(world, record.clock)
  world.left.edit(id, { title: 'Two' })
  const worker = testWorker(world, async () => undefined)
  await worker.pull('left', 'incremental')
  const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  await record.clock.advance(10)
  const asked = await plan(plainDeps(world), { pairIds: [pair?.id ?? ''] })
  expect(asked).toMatchObject({ reads: [{ connectionId: world.rightId }], writes: [] })

  await record.clock.advance(10)
  expect(await worker.work()).toBe(true)
  expect(world.right.alive()[0]?.task.title).toBe('Two')
})

it('what an earlier process has looked at is looked at anew before it is written over', async () => {
  const world = await makeWorld(record.db, record.clock)
  const id = addLeft(world, 'One')
  await settleIn(world, record.clock)
  world.left.edit(id, { title: 'Two' })
  await testWorker(world, async () => undefined).pull('left', 'incremental')
  const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  const pairIds = [pair?.id ?? '']
  await record.clock.advance(10)
  const deps = plainDeps(world)
  const { since, reads } = await plan(deps, { pairIds })
  const { signal } = new AbortController()
  for (const call of reads) await read(deps, { ...call, priority: 'change' }, signal)
  await record.clock.advance(10)
  // The attempt goes on in a process that began after the look.
  const startedAt = await clockNow(record.db)
  const anew = await plan({ ...deps, startedAt }, { pairIds, since })
  expect(anew).toMatchObject({ reads: [{ connectionId: world.rightId }], writes: [] })
  expect((await plan(deps, { pairIds, since })).writes).toHaveLength(1)
})
