import { beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, openBridge } from '../../../test/services/bridge.ts'
import { type DealDesk, deskOf } from '../../../test/services/deal-desk.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { planDeal } from './plan-deal.ts'
import { tendHome } from './tend-home.ts'

const NEVER = new AbortController().signal

let bridge: Bridge
let desk: DealDesk
let person: number
let deal: number
let other: number

/** Two deals with a task each, in two stages. */
beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  person = await desk.person('Baker')
  const second = await desk.person('Other')
  deal = await desk.deal('Baker: Lot 4', 11, [person])
  other = await desk.deal('Other: Lot 5', 12, [second])
  await bridge.addFubTask({ name: 'Call', personId: person })
  await bridge.addFubTask({ name: 'Visit', personId: second })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

/** What comes of a deal's change is planned, and not sent yet. */
async function planned(fields: Readonly<Record<string, unknown>>, id = deal) {
  await desk.change(id, fields)
  await bridge.worker.pullDeals('complete')
  return (await planDeal(bridge.deps, { connectionId: bridge.leftId, dealId: String(id) })).writes
}

async function send(writes: Awaited<ReturnType<typeof planned>>): Promise<void> {
  for (const { connectionId, opId } of writes)
    await tendHome(bridge.deps, { connectionId, opId, priority: 'change' }, NEVER)
}

const FILED = { Call: 'Showing / Baker: Lot 4', Visit: 'Offer / Other: Lot 5' }
const MOVED = { ...FILED, Call: 'Offer / Baker: Lot 4' }

describe('a project that one answer calls missing', () => {
  const states = async () =>
    (await bridge.db<{ state: string }[]>`select distinct state from container`).map(({ state }) => state)

  test('and that is there, stays the home of its deals', async () => {
    const writes = await planned({ stageId: 12 })
    await bridge.fault('todoist', [{ match: 'POST *', do: 'status:403', nth: 1 }])
    await send(writes)
    await bridge.fault('todoist', [])
    expect(await states()).toEqual(['active'])
    expect(await desk.home(other)).toMatchObject({ state: 'ok' })
    await bridge.settle()
    expect(await desk.book()).toEqual(MOVED)
  })

  test('again and again, is a refusal that its deal tells of', async () => {
    await bridge.fault('todoist', [{ match: 'POST *', do: 'status:403' }])
    for (let n = 0; n < 5; n += 1) await send(await planned({ stageId: 12 }))
    await bridge.fault('todoist', [])
    expect(await desk.home(deal)).toMatchObject({ state: 'error', reason: 'refused' })
    expect(await states()).toEqual(['active'])
  })

  test('when a section is to be made in it, likewise', async () => {
    const late = await desk.deal('Baker: Lot 9', 12, [person])
    await bridge.worker.pullDeals('complete')
    await bridge.db`update route set policy = jsonb_set(policy, '{deals,eager}', 'true')`
    const plan = await planDeal(bridge.deps, { connectionId: bridge.leftId, dealId: String(late) })
    expect(plan.writes).toHaveLength(1)
    await bridge.fault('todoist', [{ match: 'POST *', do: 'status:403', nth: 1 }])
    await send(plan.writes)
    await bridge.fault('todoist', [])
    expect(await states()).toEqual(['active'])
    await bridge.settle()
    expect((await desk.section('Baker: Lot 9')).project_id).toBe(
      (await desk.section('Other: Lot 5')).project_id,
    )
  })
})

test('a section that may not be taken out of the archive is no lost one: its deal tells of the refusal', async () => {
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}/close`)
  await desk.change(deal, { status: 'Archived' })
  await bridge.settle()
  await bridge.fault('todoist', [{ match: 'POST *', do: 'status:403' }])
  for (let n = 0; n < 5; n += 1) await send(await planned({ status: 'Active' }))
  await bridge.fault('todoist', [])
  expect(await desk.home(deal)).toMatchObject({ state: 'error', reason: 'refused' })
})

describe('a name', () => {
  test('that its user gave a section since we looked stays', async () => {
    const writes = await planned({ name: 'Baker: Elm St' })
    const { id } = await desk.section('Baker: Lot 4')
    await bridge.todoist.call('POST', `/api/v1/sections/${id}`, { name: 'Mine' })
    await send(writes)
    expect(await desk.section('Mine')).toMatchObject({ id })
    await bridge.settle()
    await planned({ name: 'Baker: Oak St' })
    await bridge.settle()
    expect(await desk.section('Mine')).toMatchObject({ id })
  })

  test('that its user gave a stage’s project since we looked stays', async () => {
    await desk.stages({ 11: { name: 'Touring' } })
    const writes = await planned({})
    const showing = (await desk.projects()).find(({ name }) => name === 'Showing')
    await bridge.todoist.call('POST', `/api/v1/projects/${showing?.id}`, { name: 'My tours' })
    await send(writes)
    await bridge.settle()
    expect((await desk.book()).Call).toBe('My tours / Baker: Lot 4')
  })

  test('that is an old one of ours, in a look from before our last write, is none of its user’s', async () => {
    await bridge.todoist.call('POST', '/__sim/clock', { advanceMs: 60_000 })
    await send(await planned({ name: 'Baker: Elm St' }))
    const writes = await planned({ name: 'Baker: Oak St' })
    await bridge.fault('todoist', [{ match: 'GET *', do: 'stale-read:5000', nth: 1 }])
    await send(writes)
    expect((await desk.sections()).map(({ name }) => name)).toContain('Baker: Elm St')
    await bridge.fault('todoist', [])
    await bridge.settle()
    expect((await desk.book()).Call).toBe('Showing / Baker: Oak St')
  })
})

test.each([
  ['that nobody has sent yet', 0],
  ['of which an attempt did nothing', 1],
])('a move %s, and that is not wanted any more, is not sent', async (_, attempts) => {
  const writes = await planned({ stageId: 12 })
  await bridge.fault('todoist', [{ match: 'POST *', do: 'status:401', times: attempts }])
  for (let n = 0; n < attempts; n += 1) await expect(send(writes)).rejects.toThrow()
  await bridge.fault('todoist', [])
  const before = (await desk.asked()).writes
  expect(await planned({ stageId: 11 })).toEqual([])
  await bridge.settle()
  expect((await desk.asked()).writes).toBe(before)
  expect(await desk.book()).toEqual(FILED)
  const [op] = await bridge.db`
    select status, error ->> 'kind' as why from op where subject = 'container' and after ->> 'kind' = 'move'`
  expect(op).toEqual({ status: 'refused', why: 'replanned' })
})

test('a move that somebody has sent is asked for again, whatever became of its deal', async () => {
  const [write] = await planned({ stageId: 12 })
  await bridge.db`
    update op set status = 'unknown', attempts = 1, sent_at = clock() where id = ${write?.opId ?? ''}`
  expect(await planned({ stageId: 11 })).toEqual([write])
  await bridge.settle()
  expect(await desk.book()).toEqual(FILED)
})

describe('a task that nobody has heard of, in a section that is to be moved,', () => {
  const moves = () =>
    bridge.db<{ status: string; why: string | null }[]>`
      select status, error ->> 'kind' as why from op
      where subject = 'container' and after ->> 'kind' = 'move' order by id`

  const mine = async () => {
    const { id } = await desk.section('Baker: Lot 4')
    await bridge.todoist.call('POST', '/api/v1/tasks', { content: 'Mine', section_id: id })
  }

  test('is seen to first', async () => {
    const writes = await planned({ stageId: 12 })
    await mine()
    await send(writes)
    expect(await moves()).toEqual([{ status: 'refused', why: 'replanned' }])
    await bridge.settle()
    expect(await desk.book()).toEqual({ ...MOVED, Mine: MOVED.Call })
  })

  test('in a look that may be from before an attempt says nothing yet: the move stays open until one can be believed', async () => {
    const writes = await planned({ stageId: 12 })
    await mine()
    const { opId } = writes[0] ?? { opId: '' }
    await bridge.db`update op set status = 'unknown', attempts = 1, sent_at = clock() where id = ${opId}`
    await send(writes)
    expect(await moves()).toEqual([{ status: 'unknown', why: null }])
    await bridge.db`
      update op set sent_at = sent_at - interval '1 hour', deadline_at = null where id = ${opId}`
    await send(writes)
    expect(await moves()).toEqual([{ status: 'refused', why: 'replanned' }])
    await bridge.settle()
    expect(await desk.book()).toEqual({ ...MOVED, Mine: MOVED.Call })
  })
})

test('a project that was made for a deal, which then goes elsewhere, is given up', async () => {
  await bridge.db`
    update connection set facts = jsonb_set(facts, '{limits,sectionsPerProject}', '3') where provider = 'todoist'`
  await send(await planned({ stageId: 11 }, other))
  expect((await desk.projects()).map(({ name }) => name)).toContain('Showing · 2')
  await desk.change(deal, { stageId: 13 })
  await desk.change(other, { stageId: 12 })
  await bridge.settle()
  expect((await desk.projects()).map(({ name }) => name)).not.toContain('Showing · 2')
  expect(await desk.book()).toEqual({ ...FILED, Call: 'Buyers · Under Contract / Baker: Lot 4' })
})

test('a section that its user has moved since we looked is moved from where it is by then', async () => {
  const writes = await planned({ stageId: 12 })
  const { id } = await desk.section('Baker: Lot 4')
  const mine = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/projects', { name: 'Mine' })
  await desk.command('section_move', { id, project_id: mine.body.id })
  await send(writes)
  await bridge.settle()
  expect(await desk.book()).toEqual(MOVED)
  const [op] = await bridge.db`
    select after ->> 'from' as from from op where subject = 'container' and after ->> 'kind' = 'move'`
  expect(op).toEqual({ from: mine.body.id })
})
