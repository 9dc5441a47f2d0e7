import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { makeWorld } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { somebodyWaits } from '../../test/support/lock-waits.ts'
import { inTransaction } from '../store/database.ts'
import { lockPairs } from '../store/pairs.ts'
import { pull } from './pull.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('a take-in that waits for one pair holds none with a higher id, also where a marker names the one that it waits for', async () => {
  const world = await makeWorld(record.db, record.clock)
  const deps = plainDeps(world)
  addLeft(world, 'One')
  addLeft(world, 'Two')
  await settleIn(world, record.clock)
  await record.clock.advance(60_000)
  // What we have made ourselves is no news any more.
  await settleIn(world, record.clock)
  const members = await record.db<{ pairId: string; remoteId: string }[]>`
    select pair_id as "pairId", remote_id as "remoteId" from pair_member
    where route_id = ${world.routeId} and side = 'right' order by pair_id`
  const [low, high] = members
  if (low === undefined || high === undefined) throw new Error('there are no two pairs')
  world.right.edit(high.remoteId, { title: 'Two, edited' })
  const one = world.right.get(low.remoteId)
  world.right.create({
    fields: { title: 'One, copied by its user' },
    person: null,
    container: one?.container ?? null,
    marker: one?.marker ?? null,
    madeBy: 'user',
  })

  let pulling: Promise<unknown> = Promise.resolve()
  const free = await inTransaction(record.db, async (tx) => {
    await lockPairs(tx, [low.pairId])
    const input = { connectionId: world.rightId, mode: 'incremental', priority: 'poll' } as const
    pulling = pull(deps, input, new AbortController().signal)
    await somebodyWaits(record.db)
    return tx`select id from pair where id = ${high.pairId} for no key update skip locked`
  })
  await pulling
  expect(free).toEqual([{ id: high.pairId }])
})
