import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testSim } from '../../../simulators/follow-up-boss/test-sim.ts'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import type { Deal } from '../../core/deal.ts'
import type { Deals } from '../contract.ts'
import { dealsOf } from './deals.ts'
import { createMemories } from './memory.ts'

const sim = testSim()
let deals: Deals
let connection: ReturnType<typeof testConnection>

beforeAll(sim.start)
afterAll(sim.stop)
beforeEach(async () => {
  await sim.reset()
  await sim.set({ rateLimit: 0 })
  const memories = createMemories()
  deals = dealsOf((one) => ({ connection: one, memory: memories.of(one) }))
  connection = testConnection(`${sim.url}/v1`)
})

/** What somebody does in Follow Up Boss itself. */
const edit = (id: string | number, fields: object) => sim.user.call('PUT', `/v1/deals/${id}`, fields)
const make = async (fields: object) =>
  String(
    (await sim.user.call<{ id: number }>('POST', '/v1/deals', { name: 'New', stageId: 11, ...fields })).body
      .id,
  )
const agent = async () => {
  await sim.user.call('POST', '/__sim/keys', { keys: { fka_test: 7 } })
}

async function walk(): Promise<Map<string, Deal>> {
  const all = new Map<string, Deal>()
  let position: string | null = null
  do {
    const page = await deals.list(connection, position)
    expect(page.unreadable).toEqual([])
    for (const deal of page.deals) all.set(deal.id, deal)
    position = page.position
  } while (position !== null)
  return all
}
const read = async (...ids: string[]) => (await deals.read(connection, ids)).deals
const counts = (all: Map<string, Deal>) =>
  Object.fromEntries(
    (['active', 'archived', 'deleted'] as const).map((state) => [
      state,
      [...all.values()].filter(({ status }) => status === state).length,
    ]),
  )

describe('a walk through the deals', () => {
  test.each([
    { honourDealHidden: 'both' },
    { honourDealHidden: 'archived' },
    { honourDealHidden: 'deleted' },
    { honourDealHidden: 'none' },
    { honourDealStatus: false },
    { staleNext: true, totalAsText: true },
  ])('of several pages shows all, archived and deleted ones too (%j)', async (settings) => {
    const made = await Promise.all(Array.from({ length: 65 }, () => make({})))
    await edit(made[3] ?? '', { status: 'Archived' })
    await sim.set(settings)
    const all = await walk()
    expect(counts(all)).toEqual({ active: 131, archived: 2, deleted: 1 })
    expect(made.filter((id) => !all.has(id))).toEqual([])
  })

  test('costs a request for each hundred where it shows all', async () => {
    await Promise.all(Array.from({ length: 65 }, () => make({})))
    await walk()
    expect(connection.taken).toHaveLength(2)
  })

  test('misses none of those that stay while others come and go', async () => {
    const made = await Promise.all(Array.from({ length: 65 }, () => make({})))
    const first = await deals.list(connection, null)
    await make({})
    await sim.set({ dealDelete: 'remove' })
    await sim.user.call('DELETE', `/v1/deals/${made[64]}`)
    const second = await deals.list(connection, first.position)
    const seen = new Set([...first.deals, ...second.deals].map(({ id }) => id))
    expect(made.slice(0, 64).filter((id) => !seen.has(id))).toEqual([])
  })

  test('knows deals of nobody, of one and of several people, in their order', async () => {
    const [none, one, two] = await Promise.all(
      [[], [5002], [5003, 5001]].map((peopleIds) => make({ peopleIds })),
    )
    const all = await walk()
    const people = [none, one, two].map((id) => all.get(id ?? '')?.people.map((person) => person.id))
    expect(people).toEqual([[], ['5002'], ['5003', '5001']])
    expect(all.get(one ?? '')?.people[0]?.name).toMatch(/^\S+ \S+$/)
  })

  test('tells own values of any kind as text, and leaves out those that are empty', async () => {
    const values = {
      customPropertyAddress: '1 Elm St',
      customPropertyZip: 28734,
      customPropertyType: ['Condo', 'Land'],
    }
    const id = await make({ ...values, customCounty: '', customPropertyCity: null })
    const told = {
      customPropertyAddress: '1 Elm St',
      customPropertyType: 'Condo, Land',
      customPropertyZip: '28734',
    }
    expect((await walk()).get(id)?.values).toEqual(told)
  })

  test('by the key of an agent shows their own, with or without the values of the account', async () => {
    const theirs = await make({ userIds: [7], customCounty: 'Macon' })
    const other = await make({ userIds: [1] })
    await agent()
    const all = await walk()
    expect([all.has(theirs), all.has(other)]).toEqual([true, false])
    expect(all.get(theirs)?.values).toEqual({ customCounty: 'Macon' })
    await sim.set({ dealCustomFor: 'brokers' })
    expect((await walk()).get(theirs)?.values).toEqual({})
    expect(await read(theirs)).toMatchObject([{ id: theirs, values: {} }])
  })
})

describe('a deal', () => {
  test.each([true, false])('is read as it is listed, whatever its state (ids honoured: %s)', async (on) => {
    await sim.set({ honourDealIds: on, honourDealHidden: on ? 'both' : 'none' })
    const [archived, deleted] = [await make({ peopleIds: [5001] }), await make({ price: 5 })]
    await edit(archived, { status: 'Archived' })
    await sim.user.call('DELETE', `/v1/deals/${deleted}`)
    const all = await walk()
    const ids = ['5501', archived, deleted]
    const found = await read(...ids)
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort())
    for (const deal of found) expect(deal).toEqual(all.get(deal.id))
    expect(await read('999999')).toEqual([])
  })

  test('that went to another pipeline is in the stage of that name there', async () => {
    const id = await make({
      stageId: 13,
      name: 'Baker: 123 Main St',
      price: 350000,
      projectedCloseDate: '2026-04-30',
    })
    expect(await read(id)).toMatchObject([
      { name: 'Baker: 123 Main St', price: 350000, closesOn: '2026-04-30', pipeline: '1', stage: '13' },
    ])
    const [before] = await read(id)
    await sim.wait(60_000)
    await edit(id, { stageId: 23 })
    const [after] = await read(id)
    expect(after).toMatchObject({ pipeline: '2', stage: '23', status: 'active' })
    expect(String(after?.enteredStageAt) > String(before?.enteredStageAt)).toBe(true)
    const { stages } = await deals.stages(connection)
    const [from, to] = ['13', '23'].map((stage) => stages.find((one) => one.id === stage))
    expect([from?.name, to?.name]).toEqual(['Under Contract', 'Under Contract'])
  })

  test('that is deleted for good, or hidden from the key, is in neither list', async () => {
    await sim.set({ dealDelete: 'remove' })
    const [gone, hidden] = [await make({}), await make({ userIds: [1] })]
    await sim.user.call('DELETE', `/v1/deals/${gone}`)
    await agent()
    expect(await deals.read(connection, [gone, hidden])).toMatchObject({ deals: [], unreadable: [] })
  })
})

describe('stages', () => {
  const put = (id: number, body: object) => sim.user.call('PUT', `/v1/pipelines/${id}`, body)
  const names = async (pipeline: string) =>
    (await deals.stages(connection)).stages
      .filter((one) => one.pipeline === pipeline)
      .map(({ id, name, place, closed }) => [id, name, place, closed])

  test('are those of all pipelines, which say what is closed', async () => {
    const { stages } = await deals.stages(connection)
    expect(stages.map(({ id }) => id)).toEqual(['11', '12', '13', '14', '21', '22', '23', '24', '25'])
    expect(stages.filter(({ closed }) => closed).map(({ name }) => name)).toEqual([
      'Closed',
      'Sold',
      'Withdrawn',
    ])
    expect(stages[4]).toMatchObject({ pipeline: '2', pipelineName: 'Sellers', place: 0 })
  })

  test('are renamed, added, removed and put into another order', async () => {
    await put(1, {
      stages: [
        { id: 11, name: 'Tours 🏡', orderWeight: 3000 },
        { id: 13, name: 'Under Contract', orderWeight: 2000 },
        { name: 'Inspection', orderWeight: 2500 },
        { id: 14, name: 'Closed', orderWeight: 9000, closedStage: true },
      ],
    })
    await put(2, { orderWeight: 1 })
    expect(await names('1')).toEqual([
      ['13', 'Under Contract', 0, false],
      [expect.stringMatching(/^\d+$/), 'Inspection', 1, false],
      ['11', 'Tours 🏡', 2, false],
      ['14', 'Closed', 3, true],
    ])
    expect((await deals.stages(connection)).stages[0]?.pipelineName).toBe('Sellers')
  })
})

test('the own fields of the account are told by the names that its deals use', async () => {
  const fields = await deals.fields(connection)
  expect(fields[0]).toEqual({
    name: 'customPropertyAddress',
    label: 'Property Address',
    kind: 'text',
    choices: [],
  })
  expect(fields.find(({ kind }) => kind === 'choice')).toMatchObject({
    name: 'customPropertyType',
    choices: expect.arrayContaining(['Condo']),
  })
  const [deal] = await read('5501')
  expect(Object.keys(deal?.values ?? {}).sort()).toEqual(fields.map(({ name }) => name).sort())
})
