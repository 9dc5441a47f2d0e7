import { afterAll, beforeAll, expect, it } from 'vitest'
import { policy } from '../../test/core/rules.ts'
import { addConnection, openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { DEFAULT_DEALS } from '../core/deal-policy.ts'
import { inTransaction } from '../store/database.ts'
import { addRoute, retireRoute } from '../store/routes.ts'
import { configuredRoute } from './configured-route.ts'
import { DEMO_CHECKLISTS } from './demo-checklists.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

it('the route of the configuration leaves a route of its name alone, is found again, and comes back', async () => {
  const { db } = record
  const leftId = await addConnection(db, 'follow-up-boss')
  const rightId = await addConnection(db, 'todoist')
  const other = await addConnection(db, 'home')
  const main = await addRoute(db, { name: 'main', leftId: other, rightId, policy: policy() })
  const configured = () =>
    inTransaction(db, (tx) => configuredRoute(tx, { leftId, rightId, zone: 'Europe/Berlin', deals: true }))

  const first = await configured()
  expect(first).toMatchObject({ name: 'main-2', leftId, rightId, state: 'draft' })
  expect(first.policy).toMatchObject({ zone: 'Europe/Berlin', deals: DEFAULT_DEALS })
  expect(await configured()).toEqual(first)

  await inTransaction(db, (tx) => retireRoute(tx, first.id))
  expect(await configured()).toMatchObject({ id: first.id, name: 'main-2', state: 'draft' })

  await inTransaction(db, (tx) => retireRoute(tx, first.id))
  const demo = { leftId, rightId, zone: null, deals: true, checklists: DEMO_CHECKLISTS }
  const { policy: shown } = await inTransaction(db, (tx) => configuredRoute(tx, demo))
  expect(shown.deals).toEqual({ ...DEFAULT_DEALS, checklists: DEMO_CHECKLISTS })

  await inTransaction(db, (tx) => retireRoute(tx, first.id))
  await inTransaction(db, (tx) => retireRoute(tx, main.id))
  expect(await configured()).toMatchObject({ id: first.id, name: 'main', state: 'draft' })
})
