import { afterAll, beforeAll, expect, it } from 'vitest'
import { opaqueIds, SeededRandom } from '../kit/random.ts'
import { runBatch } from './command-batch.ts'
import { defaultSettings } from './settings.ts'
import { Account } from './state.ts'
import { addInbox } from './state-projects.ts'
import { View } from './state-view.ts'
import { changedResources, fullResources } from './sync-resources.ts'
import { emptyAccount, type TestClient } from './test-client.ts'
import { UuidMemory } from './uuid-memory.ts'

let client: TestClient
beforeAll(async () => {
  client = await emptyAccount({ rateLimit: false })
})
afterAll(() => client.sim.close())

it('holds 20,000 tasks, and a delta looks at what changed only', () => {
  let clock = 0
  const account = new Account({
    now: () => 1_790_000_000_000,
    elapsed: () => clock++,
    newId: opaqueIds(new SeededRandom(1)),
    owner: { fullName: 'Dana', email: 'dana@example.com' },
    settings: () => defaultSettings,
  })
  addInbox(account)
  const memory = new UuidMemory(
    () => clock,
    () => 1000,
  )
  let lastId = ''
  for (let p = 0; p < 67; p++) {
    const add = { type: 'project_add', uuid: `p${p}`, temp_id: 'p', args: { name: `P${p}` } }
    const tasks = Array.from({ length: 300 }, (_, n) => ({
      type: 'item_add',
      uuid: `t${p}-${n}`,
      temp_id: `t${n}`,
      args: { content: `Task ${n}`, project_id: 'p' },
    }))
    const { temp_id_mapping, sync_status } = runBatch(account, memory, [add, ...tasks], 'client')
    expect(Object.values(sync_status).every((status) => status === 'ok')).toBe(true)
    lastId = temp_id_mapping.t299 ?? ''
  }
  const before = account.counter.seq
  runBatch(account, memory, [{ type: 'item_close', uuid: 'c', args: { id: lastId } }], 'client')
  const wanted = new Set(['items', 'projects'])
  const delta = changedResources(new View(account), before, wanted)
  expect(delta).toMatchObject({ projects: [], items: [{ id: lastId, checked: true }] })
  expect(fullResources(new View(account), wanted).items).toHaveLength(20_099)
})

it('keeps a delta right after thousands of changes to the same few tasks', async () => {
  const ids = [
    await client.command('item_add', { content: 'a' }),
    await client.command('item_add', { content: 'b' }),
  ]
  const token = await client.token()
  for (let round = 0; round < 15; round++) {
    const commands = Array.from({ length: 100 }, (_, n) => ({
      type: 'item_update',
      uuid: `${round}-${n}`,
      args: { id: ids[n % 2], content: `${round}-${n}` },
    }))
    await client.sync({ commands })
  }
  const delta = await client.changes(token)
  expect(delta.items).toMatchObject([
    { id: ids[0], content: '14-98' },
    { id: ids[1], content: '14-99' },
  ])
})
