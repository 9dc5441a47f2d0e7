import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type DealDesk, deskOf } from './deal-desk.ts'

let bridge: Bridge
let desk: DealDesk
let deal: number
let other: number

/** Two deals of a stage with a task each. Whatever is deleted in Todoist is deleted in the CRM. */
beforeEach(async () => {
  bridge = await openBridge({
    policy: { deals: DEFAULT_DEALS, deletes: { left: 'propagate', right: 'propagate' } },
  })
  desk = deskOf(bridge)
  const [baker, second] = [await desk.person('Baker'), await desk.person('Other')]
  deal = await desk.deal('Baker: Lot 4', 11, [baker])
  other = await desk.deal('Other: Lot 5', 12, [second])
  await bridge.addFubTask({ name: 'Call', personId: baker })
  await bridge.addFubTask({ name: 'Visit', personId: second })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

/** Titles of the open tasks of the CRM. */
async function open(): Promise<string[]> {
  const all = await bridge.fubTasks()
  return all.flatMap(({ name, isCompleted }) => (isCompleted === 0 ? name : [])).sort()
}

type Requests = { readonly requests: readonly { readonly actor: string; readonly path: string }[] }

/** How often we have looked at a section or project by itself. */
async function looks(): Promise<number> {
  const { body } = await bridge.todoist.call<Requests>('GET', '/__sim/requests')
  const own = body.requests.filter(({ actor }) => actor === 'client')
  return own.filter(({ path }) => /\/(?:sections|projects)\/./u.test(path)).length
}

/** As after a cursor that the service does not know any more: nothing tells what has gone. */
async function loseTheCursor(): Promise<void> {
  await bridge.db`delete from sync_state`
  await bridge.worker.pull('right', 'complete')
  await bridge.settle()
}

describe.each(['section_delete', 'section_archive', 'project_delete', 'project_archive'] as const)(
  '%s while the cursor was lost',
  (how) => {
    test('is found out by a complete walk, asked about, and costs the CRM nothing', async () => {
      const { id, project_id } = await desk.section('Baker: Lot 4')
      await desk.command(how, { id: how.startsWith('section') ? id : project_id })
      await loseTheCursor()
      expect(await desk.home(deal)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
      expect(await desk.home(other)).toMatchObject({ state: 'ok' })
      expect(await open()).toEqual(['Call', 'Visit'])
      const before = await looks()
      expect(before).toBeGreaterThan(0)
      await bridge.worker.pull('right', 'complete')
      expect(await looks()).toBe(before)
    })
  },
)

test('what is there, and was not shown, is looked at once and left alone', async () => {
  await bridge.db`update container set seen_at = null, tended_at = null`
  await loseTheCursor()
  expect(await desk.home(deal)).toMatchObject({ state: 'ok' })
  expect(await desk.book()).toEqual({ Call: 'Showing / Baker: Lot 4', Visit: 'Offer / Other: Lot 5' })
})

test('tasks that were not shown are not looked at before their section is', async () => {
  const { id } = await desk.section('Baker: Lot 4')
  await desk.command('section_delete', { id })
  await bridge.db`delete from sync_state`
  await bridge.fault('todoist', [{ match: 'GET /api/v1/sections*', do: 'status:429', times: 1 }])
  const before = (await desk.asked()).requests
  await bridge.worker.pull('right', 'complete')
  await bridge.fault('todoist', [])
  expect((await desk.asked()).requests - before).toBe(3)
  await bridge.db`delete from quota`
  await loseTheCursor()
  expect(await desk.home(deal)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
  expect(await open()).toEqual(['Call', 'Visit'])
})
