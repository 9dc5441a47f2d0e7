import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testSim } from './test-sim.ts'

const sim = testSim()
beforeAll(sim.start)
afterAll(sim.stop)
beforeEach(sim.reset)

type Listed = { deals: { id: number; status: string }[]; _metadata: Record<string, unknown> }
const list = async (query: string) =>
  (await sim.api.call<Listed>('GET', `/v1/deals?limit=100&${query}`)).body.deals
const states = async (query: string) =>
  [...new Set((await list(query)).map(({ status }) => status))].toSorted()
const BOTH = 'includeArchived=1&includeDeleted=1'

test('ids= gives these deals, or is ignored', async () => {
  expect((await list('ids=5503,5501,1')).map(({ id }) => id)).toEqual([5503, 5501])
  await sim.set({ honourDealIds: false })
  expect(await list('ids=5503,5501,1')).toHaveLength(67)
})

test.each([
  ['both', ['Active', 'Archived', 'Deleted']],
  ['archived', ['Active', 'Archived']],
  ['deleted', ['Active', 'Deleted']],
  ['none', ['Active']],
])('of includeArchived and includeDeleted %s have an effect', async (honourDealHidden, shown) => {
  await sim.set({ honourDealHidden })
  expect(await states(BOTH)).toEqual(shown)
  expect(await states('status=Deleted')).toEqual(['Deleted'])
})

test('status= shows those alone, or is ignored', async () => {
  expect(await states('status=Archived')).toEqual(['Archived'])
  await sim.set({ honourDealStatus: false })
  expect(await states('status=Archived')).toEqual(['Active'])
  expect(await states(`status=Archived&${BOTH}`)).toEqual(['Active', 'Archived', 'Deleted'])
})

test('a field of choices says which there are', async () => {
  const { body } = await sim.api.call<{ dealCustomfields: { name: string }[] }>('GET', '/v1/dealCustomFields')
  expect(body.dealCustomfields).toContainEqual(
    expect.objectContaining({
      name: 'customPropertyType',
      type: 'dropdown',
      choices: expect.arrayContaining([expect.stringMatching(/./)]),
    }),
  )
})
