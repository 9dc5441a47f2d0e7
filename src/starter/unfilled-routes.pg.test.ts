import { afterAll, beforeAll, expect, it } from 'vitest'
import { policy } from '../../test/core/rules.ts'
import { addConnection, addTestRoute, openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { addRoute, markFilled, setRouteState } from '../store/routes.ts'
import { unfilledRoutes } from './unfilled-routes.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('a start asks for the first sync of its own accounts alone, and goes on with those that have begun', async () => {
  const { db } = record
  const left = await addConnection(db, 'follow-up-boss')
  const right = await addConnection(db, 'todoist')
  const other = await addConnection(db, 'office')
  const names = async () => {
    const { begun, own, drafts } = await unfilledRoutes(db)
    return { begun: begun.map(({ name }) => name), own: own?.name, drafts: drafts.map(({ name }) => name) }
  }
  await addTestRoute(db)
  await addRoute(db, { name: 'not started', leftId: right, rightId: other, policy: policy() })
  const mapped = await addRoute(db, { name: 'mapped', leftId: left, rightId: other, policy: policy() })
  await setRouteState(db, mapped.id, 'matching')
  const main = await addRoute(db, { name: 'main', leftId: left, rightId: right, policy: policy() })
  expect(await names()).toEqual({ begun: ['mapped'], own: 'main', drafts: ['not started'] })
  await setRouteState(db, main.id, 'active')
  expect(await names()).toEqual({ begun: ['mapped', 'main'], own: undefined, drafts: ['not started'] })
  await markFilled(db, main.id)
  expect((await names()).begun).toEqual(['mapped'])
})
