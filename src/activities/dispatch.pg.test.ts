import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { addLeft, plainDeps } from '../../test/activities/in-world.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { dispatch } from './dispatch.ts'

let record: TestRecord
let world: World

beforeAll(async () => {
  record = await openTestRecord()
})
/** A task of the left that is to be made on the right. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  addLeft(world, 'One')
  await testWorker(world, async () => undefined).pull('left', 'incremental')
})
afterAll(() => record[Symbol.asyncDispose]())

it('pairs whose workflows could not be woken are taken up by the next dispatch, and not after a lease', async () => {
  const input = { connectionId: world.leftId, room: 1 }
  const woken: string[] = []
  const away = {
    ...plainDeps(world),
    wakeTasks: () => Promise.reject(new Error('Temporal is away')),
  }
  const back = {
    ...away,
    wakeTasks: async (ids: readonly string[]) => {
      woken.push(...ids)
    },
  }
  await expect(dispatch(away, input)).rejects.toThrow('Temporal is away')
  await dispatch(back, input)
  expect(woken).toHaveLength(1)
  // From now on somebody has it.
  await dispatch(back, input)
  expect(woken).toHaveLength(1)
})
