import { beforeEach, expect, test } from 'vitest'
import { finishFill } from '../../src/activities/fill.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type DealDesk, deskOf } from './deal-desk.ts'

let bridge: Bridge
let desk: DealDesk
let deal: number

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  deal = await desk.deal('Baker: Lot 4', 11, [await desk.person('Baker')])
  await bridge.worker.pullDeals('complete')
  return () => bridge[Symbol.asyncDispose]()
})

/** The end of a first sync. */
async function filled(): Promise<void> {
  await bridge.db`update route set filled_at = null`
  await finishFill(bridge.deps, { routeId: bridge.routeId })
  await bridge.db`update deal_home set dispatched_at = null`
  await bridge.settle()
}

const names = async () => (await desk.projects()).map(({ name }) => name)

test('with the end of a first sync each stage has its project, once, and a closed one, too', async () => {
  await filled()
  const stages = ['Showing', 'Offer', 'Buyers · Under Contract', 'Closed', 'Withdrawn', 'Sold']
  expect(await names()).toEqual(expect.arrayContaining(stages))
  const before = await desk.asked()
  await bridge.db`update deal_home set wake_at = clock()`
  await bridge.settle()
  expect((await desk.asked()).writes).toBe(before.writes)
})

test('one that its user deletes is not made again before it is needed', async () => {
  await filled()
  const offer = (await desk.projects()).find(({ name }) => name === 'Offer')
  await bridge.todoist.call('DELETE', `/api/v1/projects/${offer?.id}`)
  await bridge.settle()
  await filled()
  expect(await names()).not.toContain('Offer')
})

test('an account that takes no more of them: no deal is in trouble', async () => {
  await bridge.todoist.call('POST', '/__sim/settings', { projects: 3 })
  await filled()
  expect(await names()).toHaveLength(4)
  expect(await desk.home(deal)).toMatchObject({ state: 'ok', lastError: null })
})

test('a stage that is renamed, in which no deal lies, has its project renamed', async () => {
  await filled()
  await desk.stages({ 12: { name: 'Bid' } })
  await bridge.settle()
  expect(await names()).toContain('Bid')
  expect(await names()).not.toContain('Offer')
})
