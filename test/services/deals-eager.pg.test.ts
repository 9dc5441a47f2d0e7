import { beforeEach, describe, expect, test } from 'vitest'
import { planDeal, retryDeal } from '../../src/activities/deals/plan-deal.ts'
import { tendHome } from '../../src/activities/deals/tend-home.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { list } from '../../src/starter/commands/deals.ts'
import { edit } from '../../src/starter/commands/route-edit.ts'
import { type DealSteps, settleDeal } from '../../src/workflows/settle-deal.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let tom: number

async function open(todoist: Record<string, number> = {}): Promise<void> {
  bridge = await openBridge({ policy: { deals: { ...DEFAULT_DEALS, eager: true } }, settings: { todoist } })
  desk = deskAt(bridge)
  tom = await desk.person('Tom Baker')
}

async function bookOfSections(): Promise<Record<string, string[]>> {
  const projects = await desk.projects()
  const all: Record<string, string[]> = {}
  for (const { name, project_id } of await desk.sections()) {
    const project = projects.find(({ id }) => id === project_id)?.name ?? ''
    all[project] = [...(all[project] ?? []), name].sort()
  }
  return all
}

describe('sections that are made with their deals', () => {
  beforeEach(async () => {
    await open()
    return () => bridge[Symbol.asyncDispose]()
  })

  test('are there before any task, but in closed stages and where there is no project', async () => {
    const first = await desk.deal('Baker: 123 Main St', 11, [tom])
    await desk.deal('Baker: 9 Elm St', 12, [tom])
    await desk.deal('Baker: 7 Oak St', 14, [tom])
    await desk.deal('Baker: 5 Ash St', 13, [tom])
    await bridge.settle()
    expect(await bookOfSections()).toEqual({
      Showing: ['Baker: 123 Main St'],
      Offer: ['Baker: 9 Elm St'],
      'Buyers · Under Contract': ['Baker: 5 Ash St'],
    })
    expect((await desk.section('Baker: 123 Main St')).description).toContain('Open in Follow Up Boss')
    const before = await desk.writes()
    await bridge.settle()
    expect(await desk.writes()).toBe(before)
    // Its first task finds it, and so does the next stage.
    await bridge.todoist.call('POST', '/api/v1/tasks', {
      content: 'Bring keys',
      section_id: (await desk.section('Baker: 123 Main St')).id,
    })
    await desk.change(Number(first), { stageId: 12 })
    await bridge.settle()
    expect(await desk.book()).toEqual({ 'Bring keys': 'Offer / Baker: 123 Main St' })
    // One that its user takes away is not made anew.
    await desk.command('section_delete', { id: (await desk.section('Baker: 9 Elm St')).id })
    await bridge.settle()
    await expect(desk.section('Baker: 9 Elm St')).rejects.toThrow('no section')
    expect((await list(desk.deciding, { waiting: true })).lines.join()).toContain('9 Elm St')
  })

  test('are made once the route says so, and no more where it does not', async () => {
    await bridge.worker.pullDeals('complete')
    await edit(desk.deciding, 'main', { eager: 'off', stage: [{ stage: 'Offer', home: 'none' }] })
    await desk.deal('Baker: 123 Main St', 11, [tom])
    await desk.deal('Baker: 9 Elm St', 12, [tom])
    await bridge.settle()
    expect(await bookOfSections()).toEqual({})
    const { lines } = await edit(desk.deciding, 'main', { eager: 'on' })
    expect(lines.join('\n')).toContain('a section is made with its deal')
    await bridge.settle()
    expect(await bookOfSections()).toEqual({ Showing: ['Baker: 123 Main St'] })
  })

  test('of many deals are made in few requests, no project fuller than it may be', async () => {
    const deals = await Promise.all(
      Array.from({ length: 60 }, (_, n) => desk.deal(`Lot ${n}`, n % 2 === 0 ? 11 : 12, [tom])),
    )
    await bridge.worker.pull('right', 'complete')
    await bridge.worker.pullDeals('complete')
    const due = await bridge.db<{ id: string }[]>`select deal_id as id from pending_deal where due`
    const dealId = due[0]?.id ?? ''
    expect([due.length, deals.includes(dealId)]).toEqual([1, true])
    const before = await desk.asked()
    await settleDeal(together(), { connectionId: bridge.leftId, dealId })
    const { requests } = await desk.asked()
    const book = await bookOfSections()
    const sizes = Object.entries(book).map(([name, { length }]) => [name, length])
    expect(Object.fromEntries(sizes)).toEqual({
      Offer: 18,
      'Offer · 2': 12,
      Showing: 18,
      'Showing · 2': 12,
    })
    // 64 things are made: what is asked for while a request is under way goes into the next one.
    expect(requests - before.requests).toBeLessThan(20)
    await bridge.settle()
    expect(await bookOfSections()).toEqual(book)
  })
})

/** As the workflow of a deal does it: what one plan asks for is written at the same time. */
function together(): DealSteps {
  const never = () => {
    throw new Error('no task is to be settled')
  }
  return {
    plan: never,
    read: never,
    write: never,
    people: never,
    planDeal: (input) => planDeal(bridge.deps, input),
    tendHome: (call) => tendHome(bridge.deps, { ...call, priority: 'change' }, new AbortController().signal),
    pause: async () => undefined,
  }
}

test('where the account takes no more projects one deal says so, and the others wait without a request', async () => {
  await open({ projects: 0 })
  await using _ = bridge
  for (const name of ['Lot 1', 'Lot 2', 'Lot 3']) await desk.deal(name, 11, [tom])
  await bridge.settle()
  expect(await bridge.db`select status from op`).toEqual([{ status: 'refused' }])
  expect((await list(desk.deciding, { waiting: true })).lines[0]).toContain('Lot 1')
  await bridge.todoist.call('POST', '/__sim/settings', { projects: 300 })
  const [row] = await bridge.db<{ id: string }[]>`select deal_id as id from deal_home where state = 'error'`
  await retryDeal(bridge.deps, { connectionId: bridge.leftId, dealId: row?.id ?? '' })
  await bridge.settle()
  expect(await bookOfSections()).toEqual({
    Showing: ['Tom Baker — Lot 1', 'Tom Baker — Lot 2', 'Tom Baker — Lot 3'],
  })
})
