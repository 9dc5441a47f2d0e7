import { afterAll, beforeAll, expect, it } from 'vitest'
import { FACTS } from '../../test/follow-up-boss/connection.ts'
import { addConnection, openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { addRoute } from '../activities/route-admin.ts'
import { createProviders } from '../providers/registry.ts'
import { saveFacts } from '../store/connections.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { add } from './local/task-writes.ts'
import { ownTasksZone, shownZone } from './shown-zone.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

it('a route of accounts that tell no zone has that of the others, and a later route changes no time', async () => {
  const { db } = record
  const deps = { db, providers: createProviders(createLocalTaskStore(db)) }
  const todoist = await addConnection(db, 'todoist')
  await saveFacts(db, todoist, { ...FACTS, accountId: '1', zone: 'America/New_York' })
  const [mine, home] = [await addConnection(db, 'local'), await addConnection(db, 'caldav')]
  const zones = async () => [await shownZone(db), await ownTasksZone(db)]
  const route = async (name: string, leftId: string, rightId: string, zone?: string) =>
    (
      await addRoute(deps, {
        name,
        leftId,
        rightId,
        policy: { deletes: {}, ...(zone === undefined ? {} : { zone }) },
      })
    ).route.policy.zone

  expect(await zones()).toEqual(['UTC', 'UTC'])
  expect(await route('far', home, todoist, 'Asia/Tokyo')).toBe('Asia/Tokyo')
  expect(await zones()).toEqual(['Asia/Tokyo', 'Asia/Tokyo'])
  expect(await route('mine', mine, todoist)).toBe('America/New_York')
  expect(await zones()).toEqual(['Asia/Tokyo', 'America/New_York'])
  expect(await route('own', home, mine)).toBe('Asia/Tokyo')
  expect(await zones()).toEqual(['Asia/Tokyo', 'America/New_York'])
})

it('a task with a time of day says in which zone it was taken', async () => {
  const keeping = { deps: { db: record.db }, nudge: async () => 0 as const }
  expect((await add(keeping, 'Call', { due: '2026-12-24 15:30' })).lines[0]).toMatch(
    /is added, due 2026-12-24 15:30 \(America\/New_York\)\.$/,
  )
  expect((await add(keeping, 'Call', { due: '2026-12-24' })).lines[0]).toMatch(/is added\.$/)
})
