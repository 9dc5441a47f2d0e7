import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainDeps } from '../../../test/activities/in-world.ts'
import { testWorker } from '../../../test/histories/worker.ts'
import { GENERAL, makeWorld } from '../../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { recordAmbiguity } from '../../store/conflicts.ts'
import { inTransaction } from '../../store/database.ts'
import { people } from '../people.ts'
import { plan } from '../plan.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('where only a search tells our creations apart, creates for one person go one after the other', async () => {
  const world = await makeWorld(record.db, record.clock)
  const deps = plainDeps(world)
  for (const title of ['One person:p7', 'Two person:p7', 'Three person:p8', 'Four person:p7'])
    world.right.create({
      fields: { title },
      person: null,
      container: world.right.container(GENERAL),
      marker: null,
      madeBy: 'user',
    })
  await testWorker(world, async () => undefined).pull('right', 'incremental')
  const ids = (
    await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId} order by id`
  ).map((pair) => pair.id)
  const [one = '', two = '', three = '', four = ''] = ids
  const { people: asked } = await plan(deps, { pairIds: ids })
  for (const call of asked) await people(deps, { ...call, priority: 'change' }, new AbortController().signal)

  const first = await plan(deps, { pairIds: [one, two, three] })
  expect(first.postponed).toEqual([two])
  expect(first.writes.flatMap((call) => call.opIds)).toHaveLength(2)
  // In another plan, while the first is not confirmed.
  const second = await plan(deps, { pairIds: [four] })
  expect(second).toMatchObject({ postponed: [four], writes: [] })
  // Parked for a person's answer, which may take for ever.
  await inTransaction(record.db, (tx) => recordAmbiguity(tx, one, ['l9']))
  await record.db`update pair set state = 'waiting', reason = 'ambiguous' where id = ${one}`
  const third = await plan(deps, { pairIds: [four] })
  expect(third.postponed).toEqual([])
  expect(third.writes.flatMap((call) => call.opIds)).toHaveLength(1)
})
