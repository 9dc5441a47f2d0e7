import { beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, openBridge } from '../../../test/services/bridge.ts'
import { type DealDesk, deskOf } from '../../../test/services/deal-desk.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { pullDeals } from './pull-deals.ts'

let bridge: Bridge
let desk: DealDesk
let person: number

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  person = await desk.person('Baker')
  return () => bridge[Symbol.asyncDispose]()
})

type Known = { readonly id: string; readonly name: string; readonly stage: string; readonly gone: boolean }

async function known(): Promise<Known[]> {
  return bridge.db<Known[]>`
    select deal_id as id, deal ->> 'name' as name, deal ->> 'stage' as stage, gone_at is not null as gone
    from deal_cache order by deal_id::int`
}

const stages = async () =>
  (
    await bridge.db<
      { name: string }[]
    >`select stage ->> 'name' as name from deal_stage where listed order by stage_id`
  ).map(({ name }) => name)
const all = () => bridge.worker.pullDeals('complete')

async function deliver(topic: 'deals' | 'stages', ids: readonly number[]): Promise<number> {
  await bridge.db`
    insert into delivery (connection_id, delivery_id, remote_ids, deleted, about)
    values (${bridge.leftId}, ${crypto.randomUUID()}, ${ids.map(String)}, false, ${topic})`
  return bridge.worker.pullDeals('named')
}

describe('a complete listing', () => {
  test('takes in all stages and deals, over pages; the same again is no news', async () => {
    for (let n = 0; n < 205; n += 1) await desk.deal(`Deal ${n}`, 11, [person])
    expect(await all()).toBeGreaterThan(205)
    expect(await known()).toHaveLength(205)
    expect(await stages()).toContain('Listing Prep')
    expect(await all()).toBe(0)
  })

  test('has a walk that another one may go on with: deals that come meanwhile are not taken for absent', async () => {
    for (let n = 0; n < 105; n += 1) await desk.deal(`Deal ${n}`, 11, [person])
    const input = { connectionId: bridge.leftId, mode: 'complete', priority: 'poll' } as const
    const first = await pullDeals(bridge.deps, { ...input, at: null }, new AbortController().signal)
    expect(first.at).not.toBeNull()
    const late = await desk.deal('Late', 12, [person])
    await deliver('deals', [late])
    for (let at = first.at; at !== null; )
      at = (await pullDeals(bridge.deps, { ...input, at }, new AbortController().signal)).at
    expect((await known()).filter(({ gone }) => gone)).toEqual([])
    expect(await known()).toHaveLength(106)
  })

  test('knows archived deals as archived, and those that are deleted or shown no more as gone', async () => {
    const [archived, deleted, removed] = [
      await desk.deal('Archived', 11, [person]),
      await desk.deal('Deleted', 11, [person]),
      await desk.deal('Removed', 11, [person]),
    ]
    await all()
    await desk.change(archived, { status: 'Archived' })
    await bridge.fub.call('DELETE', `/v1/deals/${deleted}`)
    await bridge.fub.call('POST', '/__sim/settings', { dealDelete: 'remove' })
    await bridge.fub.call('DELETE', `/v1/deals/${removed}`)
    await all()
    const rows = await bridge.db<{ id: number; status: string; gone: boolean }[]>`
      select deal_id::int as id, deal ->> 'status' as status, gone_at is not null as gone from deal_cache order by 1`
    expect(rows).toEqual([
      { id: archived, status: 'archived', gone: false },
      { id: deleted, status: 'deleted', gone: false },
      { id: removed, status: 'active', gone: true },
    ])
    expect(await all()).toBe(0)
  })

  test('with a key that does not see everyone takes no deal for gone', async () => {
    const id = await desk.deal('Somebody’s', 11, [person])
    await all()
    await bridge.db`update connection set facts = jsonb_set(facts, '{seesEveryone}', 'false') where id = ${bridge.leftId}`
    await bridge.fub.call('POST', '/__sim/settings', { dealDelete: 'remove' })
    await bridge.fub.call('DELETE', `/v1/deals/${id}`)
    await all()
    expect(await known()).toMatchObject([{ gone: false }])
  })

  test('that breaks off says nothing of what it did not show', async () => {
    for (let n = 0; n < 105; n += 1) await desk.deal(`Deal ${n}`, 11, [person])
    await all()
    await bridge.fault('fub', [{ match: 'GET /v1/deals', do: 'status:500', nth: 2 }])
    await expect(all()).rejects.toThrow()
    expect((await known()).filter(({ gone }) => gone)).toEqual([])
  })
})

describe('stages', () => {
  test('that are renamed are news for their deals alone; one that is taken away stays known, and is listed no more', async () => {
    const id = await desk.deal('Baker: Lot 4', 11, [person])
    await desk.deal('Other', 13, [person])
    await all()
    await desk.stages({ 11: { name: 'Touring' }, 12: null })
    // Those behind it have another place.
    expect(await all()).toBe(4)
    expect(await stages()).toContain('Touring')
    expect(await stages()).not.toContain('Offer')
    const rows = await bridge.db`select 1 from deal_stage where stage_id = '12' and not listed`
    expect(rows).toHaveLength(1)
    expect(await known()).toMatchObject([{ id: String(id), stage: '11' }, { stage: '13' }])
  })

  test('that deliveries name are listed anew', async () => {
    await all()
    await desk.stages({ 11: { name: 'Touring' } })
    expect(await deliver('stages', [])).toBe(1)
    expect(await stages()).toContain('Touring')
  })
})

describe('deliveries', () => {
  test('have the deals that they name looked at, and are ticked off with what that shows', async () => {
    const id = await desk.deal('Baker: Lot 4', 11, [person])
    const other = await desk.deal('Other', 11, [person])
    await all()
    await desk.change(id, { stageId: 12 })
    await desk.change(other, { stageId: 12 })
    expect(await deliver('deals', [id])).toBe(1)
    expect((await known()).map(({ stage }) => stage)).toEqual(['12', '11'])
    expect(await bridge.worker.pullDeals('named')).toBe(0)
    await bridge.fub.call('POST', '/__sim/settings', { dealDelete: 'remove' })
    await bridge.fub.call('DELETE', `/v1/deals/${other}`)
    await deliver('deals', [other, 999_999])
    expect(await known()).toMatchObject([{ gone: false }, { gone: true }])
  })

  test('stay when the look fails', async () => {
    const id = await desk.deal('Baker: Lot 4', 11, [person])
    await all()
    await desk.change(id, { stageId: 12 })
    await bridge.fault('fub', [{ match: '*', do: 'status:500', nth: 1 }])
    await expect(deliver('deals', [id])).rejects.toThrow()
    expect(await bridge.worker.pullDeals('named')).toBe(1)
    expect(await known()).toMatchObject([{ stage: '12' }])
  })

  test('of the past do not undo what was seen since', async () => {
    const id = await desk.deal('Baker: Lot 4', 11, [person])
    await all()
    await bridge.db`update deal_cache set read_at = clock() + interval '1 minute'`
    await desk.change(id, { stageId: 12 })
    expect(await all()).toBe(0)
    expect(await known()).toMatchObject([{ stage: '11', gone: false }])
  })
})

test('a stage that is new, and of which the route says nothing, is told to its operator once', async () => {
  await bridge.db`
    update route set policy = jsonb_set(jsonb_set(policy, '{deals,others}', '"general"'), '{deals,stages}',
      '{"12": {"kind": "none"}}')`
  const told: unknown[] = []
  const { log } = bridge.deps
  const deps = {
    ...bridge.deps,
    log: Object.assign(Object.create(log), { warn: (what: unknown) => told.push(what) }),
  }
  const input = { connectionId: bridge.leftId, mode: 'complete', priority: 'poll', at: null } as const
  const list = () => pullDeals(deps, input, new AbortController().signal)
  await list()
  expect(told).toEqual([])
  const { body } = await bridge.fub.call<{ stages: readonly unknown[] }>('GET', '/v1/pipelines/1')
  await bridge.fub.call('PUT', '/v1/pipelines/1', { stages: [...body.stages, { name: 'Escrow' }] })
  await list()
  await list()
  expect(told).toEqual([expect.objectContaining({ route: 'main', name: 'Escrow' })])
})
