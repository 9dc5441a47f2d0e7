import { beforeEach, expect, test } from 'vitest'
import { planDeal } from '../../src/activities/deals/plan-deal.ts'
import { tendHome } from '../../src/activities/deals/tend-home.ts'
import { activate, beginFill, finishFill, nextFill } from '../../src/activities/fill.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import type { DueDeal } from '../../src/store/deal-homes.ts'
import { fill } from '../../src/workflows/fill.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type DealDesk, deskOf } from './deal-desk.ts'

/** A project takes thirty tasks less than this. */
const TASKS_PER_PROJECT = 40
const NEVER = new AbortController().signal

let bridge: Bridge
let desk: DealDesk
let woken: DueDeal[]

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  woken = []
  await bridge.db`
    update connection
    set facts = jsonb_set(facts, '{limits,tasksPerProject}', ${String(TASKS_PER_PROJECT)}::text::jsonb)
    where provider = 'todoist'`
  await bridge.db`update route set state = 'draft', filled_at = null`
  return () => bridge[Symbol.asyncDispose]()
})

/** What the workflow of a deal does. */
async function settleDeal(deal: DueDeal): Promise<void> {
  for (;;) {
    const { writes, pairIds } = await planDeal(bridge.deps, deal)
    if (writes.length + pairIds.length === 0) return
    for (const { connectionId, opId } of writes)
      await tendHome(bridge.deps, { connectionId, opId, priority: 'change' }, NEVER)
    if (pairIds.length > 0) await bridge.worker.settle(pairIds)
  }
}

/** `atTheEnd`: what is there before deals are followed as ever. */
async function firstSync(atTheEnd: () => Promise<void>): Promise<void> {
  const [row] = await bridge.db<{ id: string }[]>`select id from route`
  const input = { routeId: row?.id ?? '' }
  const deps = { ...bridge.deps, wakeDeals: async (deals: readonly DueDeal[]) => void woken.push(...deals) }
  await fill(
    {
      begin: () => beginFill(deps, input),
      pull: async (connectionId) => {
        await bridge.worker.pullDeals('complete')
        await bridge.worker.pull(connectionId === bridge.leftId ? 'left' : 'right', 'complete')
        return true
      },
      activate: () => activate(deps, input),
      next: async () => {
        // What waits is due again by the time a large batch was written.
        await bridge.db`update pair set wake_at = clock() where wake_at is not null`
        const next = await nextFill(deps, input)
        for (const deal of woken.splice(0)) await settleDeal(deal)
        return next
      },
      settle: (pairIds) => bridge.worker.settle(pairIds),
      finish: async () => {
        await atTheEnd()
        return finishFill(deps, input)
      },
      rest: async () => undefined,
    },
    () => undefined,
  )
}

test('deals that do not fit into one project are parted during the first sync, which ends with every task in its deal’s section', async () => {
  const people = [await desk.person('Baker'), await desk.person('Other')]
  for (const person of people) await desk.deal(`Deal of ${person}`, 11, [person])
  for (let n = 0; n < 8; n += 1)
    for (const person of people) await bridge.addFubTask({ name: `Task ${n} of ${person}`, personId: person })
  await firstSync(async () => {
    const book = await desk.book()
    const places = people.map((person) =>
      Array.from({ length: 8 }, (_, n) => book[`Task ${n} of ${person}`]?.split(' / ')),
    )
    for (const [index, person] of people.entries())
      expect(new Set(places[index]?.map((place) => place?.[1]))).toEqual(
        new Set([expect.stringContaining(`Deal of ${person}`)]),
      )
    const projects = places.map((own) => new Set(own.map((place) => place?.[0])))
    expect(projects.map(({ size }) => size)).toEqual([1, 1])
    expect(new Set(projects.flatMap((own) => [...own]))).toEqual(new Set(['Showing', 'Showing · 2']))
  })
})
