import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { makeWorld } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { somebodyWaits } from '../../test/support/lock-waits.ts'
import { inTransaction } from '../store/database.ts'
import { pull } from './pull.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('an edit that is looked at while a confirmation makes its task one of a pair is not forgotten', async () => {
  const { db } = record
  const world = await makeWorld(db, record.clock)
  const deps = plainDeps(world)
  addLeft(world, 'One')
  for (const _ of [1, 2]) {
    await settleIn(world, record.clock)
    await record.clock.advance(60_000)
  }
  const [member] = await db<{ pairId: string; remoteId: string }[]>`
    delete from pair_member where route_id = ${world.routeId} and side = 'right'
    returning pair_id as "pairId", remote_id as "remoteId"`
  if (member === undefined) throw new Error('there is no pair')
  world.right.edit(member.remoteId, { title: 'One, edited' })

  // As the confirmation of a create does: the task's picture is the reply, and its pair has decided on that.
  let pulling: Promise<unknown> = Promise.resolve()
  await inTransaction(db, async (tx) => {
    await tx`
      update remote_task set asked_at = clock() + interval '1 second'
      where connection_id = ${world.rightId} and remote_id = ${member.remoteId}`
    const input = { connectionId: world.rightId, mode: 'incremental', priority: 'poll' } as const
    pulling = pull(deps, input, new AbortController().signal)
    await somebodyWaits(record.db)
    await tx`
      insert into pair_member (route_id, connection_id, remote_id, pair_id, side, decided_seq)
      select ${world.routeId}, connection_id, remote_id, ${member.pairId}, 'right', changed_seq from remote_task
      where connection_id = ${world.rightId} and remote_id = ${member.remoteId}`
  })
  await pulling
  expect(await db`select id from pending where id = ${member.pairId}`).toHaveLength(1)
  await record.clock.advance(60_000)
  await settleIn(world, record.clock)
  expect(world.left.alive().map(({ task }) => task.title)).toEqual(['One, edited'])
})
