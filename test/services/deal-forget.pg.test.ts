import { beforeEach, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { remove } from '../../src/starter/commands/route-admin.ts'
import { inTransaction } from '../../src/store/database.ts'
import { forgetRemoved } from '../../src/store/forget.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { deskAt } from './deal-office.ts'

let bridge: Bridge

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  return () => bridge[Symbol.asyncDispose]()
})

/** The tables in which a word stands somewhere. */
async function tablesWith(word: string): Promise<string[]> {
  const tables = await bridge.db<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'dealbridge' and table_type = 'BASE TABLE' order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await bridge.db`
      select from ${bridge.db(name)} t where to_jsonb(t)::text ilike ${`%${word}%`} limit 1`
    if (rows.length > 0) found.push(name)
  }
  return found
}

test('of a removed route nothing is left that is called after its deals and people, but what its connections know', async () => {
  const desk = deskAt(bridge)
  const zoe = await desk.person('Zoe Zebra')
  for (const name of ['Zebra house', 'Zebra hut']) await desk.deal(name, 11, [zoe])
  await bridge.addFubTask({ name: 'Call', personId: zoe })
  await bridge.settle()
  const id = await desk.deal('Zebra barn', 12, [await desk.person('Zack Zebra')])
  await bridge.todoist.call('POST', '/__sim/settings', { projects: 1 })
  await bridge.addFubTask({ name: 'Visit', personId: zoe })
  await bridge.settle()
  expect(id).toBeDefined()
  expect(await tablesWith('zebra')).toContain('pair')
  await remove(desk.deciding, 'main', {})
  await inTransaction(bridge.db, (tx) => forgetRemoved(tx, 0))
  expect(await tablesWith('zebra')).toEqual(['deal_cache', 'person'])
})
