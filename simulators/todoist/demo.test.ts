import { expect, it } from 'vitest'
import { startTodoist } from './start.ts'
import { TestClient } from './test-client.ts'

it('starts with the demo account, the same for the same seed, and comes back to it on reset', async () => {
  const [one, two] = await Promise.all([
    startTodoist({ port: 0, data: 'demo', seed: 7 }),
    startTodoist({ port: 0, data: 'demo', seed: 7 }),
  ])
  const client = new TestClient(one)
  const ids = await client.ids('/tasks')
  expect(ids.length).toBeGreaterThan(5)
  expect(await new TestClient(two).ids('/tasks')).toEqual(ids)
  await client.command('item_add', { content: 'mine' })
  const before = await client.call('GET', '/__sim/version')
  await client.admin('reset', {})
  expect(await client.ids('/tasks')).toEqual(ids)
  const after = await client.call('GET', '/__sim/version')
  expect(Number((after.body as { version: number }).version)).toBeGreaterThan(
    Number((before.body as { version: number }).version),
  )
  await Promise.all([one.close(), two.close()])
})

it('shows what it started with to a reader that lags from the first moment', async () => {
  const sim = await startTodoist({ port: 0, data: 'demo', seed: 7 })
  const client = new TestClient(sim)
  const ids = await client.ids('/tasks')
  await client.admin('faults', [{ match: '* /api/v1/*', do: 'stale-read:600000' }])
  await client.command('item_add', { content: 'mine' })
  expect(await client.ids('/tasks')).toEqual(ids)
  await sim.close()
})

const contents = async (client: TestClient) =>
  (await client.sync({ sync_token: '*', resource_types: ['items'] })).items?.map((item) => item.content)

it.each([
  [
    'with another seed of ids',
    [
      { seed: 7, idSeed: 1 },
      { seed: 7, idSeed: 2 },
    ],
  ],
  ['without any seed', [{}, {}]],
])('gives the same tasks under other ids %s', async (_, seeds) => {
  const sims = await Promise.all(seeds.map((each) => startTodoist({ port: 0, data: 'demo', ...each })))
  const clients = sims.map((sim) => new TestClient(sim))
  const [one, two] = await Promise.all(clients.map((client) => client.ids('/tasks')))
  expect(one?.filter((id) => two?.includes(id))).toEqual([])
  const [mine, yours] = await Promise.all(clients.map(contents))
  expect(mine).toEqual(yours)
  await Promise.all(sims.map((sim) => sim.close()))
})

it('gives other ids after a reset too when no seed was asked for', async () => {
  const sim = await startTodoist({ port: 0, data: 'demo' })
  const client = new TestClient(sim)
  const before = await client.ids('/tasks')
  await client.admin('reset', {})
  const after = await client.ids('/tasks')
  expect(after).toHaveLength(before.length)
  expect(after.filter((id) => before.includes(id))).toEqual([])
  await sim.close()
})

it('gives an empty account for a number of tasks, which are those of the other service', async () => {
  const sim = await startTodoist({ port: 0, data: 500, seed: 1 })
  expect(await new TestClient(sim).ids('/tasks')).toEqual([])
  await sim.close()
})
