import { beforeEach, describe, expect, test } from 'vitest'
import { beginLeaving } from '../../src/activities/connect.ts'
import { planDeal } from '../../src/activities/deals/plan-deal.ts'
import { connectionById } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { BOTH, type ChecklistDesk, ONCE, openChecklistDesk } from './checklist-desk.ts'
import { cleanHere } from './cleaning.ts'

let at: ChecklistDesk

beforeEach(async () => {
  at = await openChecklistDesk()
  return () => at[Symbol.asyncDispose]()
})

describe('nothing is doubled or lost', () => {
  /** From the move on, as far as all answers are there or not. */
  async function moved(): Promise<void> {
    await at.say()
    await at.move(12)
    await at.hear()
  }
  async function work(): Promise<void> {
    await at.bridge.worker.work().catch(() => undefined)
  }
  test.each([
    ['todoist', 1, 'reply-lost'],
    ['fub', 2, 'reply-lost'],
  ] as const)('by an answer of %s, request %i: %s', async (side, nth, trouble) => {
    await moved()
    at.bridge.weather[side].on(trouble, { nth })
    await work()
    // What is there is seen before its answer is repeated.
    await at.bridge.worker.pull('right', 'incremental')
    await at.bridge.settle()
    await at.expectEach(1)
    expect(await at.desk.book()).toEqual(BOTH)
  })

  test('where a worker is killed with its request under way, and its answer never comes', async () => {
    await moved()
    const { deps } = at.bridge
    const { pairIds } = await planDeal(deps, { connectionId: at.bridge.leftId, dealId: at.deal })
    expect(pairIds).toHaveLength(2)
    at.bridge.weather.todoist.on('reply-lost', { times: 3 })
    await at.bridge.worker.settle(pairIds).catch(() => undefined)
    at.bridge.weather.todoist.clear()
    // Long after: Todoist has forgotten the key, and the marker alone tells.
    await at.bridge
      .db`update op set sent_at = sent_at - interval '1 hour', deadline_at = deadline_at - interval '1 hour'`
    await at.bridge.todoist.call('POST', '/__sim/clock', { advanceMs: 3_600_000 })
    await at.bridge.settle()
    await at.expectEach(1)
  })

  test('by plans that run at once, again and again', async () => {
    await moved()
    const input = { connectionId: at.bridge.leftId, dealId: at.deal }
    const plans = await Promise.all([1, 2, 3].map(() => planDeal(at.bridge.deps, input)))
    expect(new Set(plans.flatMap(({ pairIds }) => pairIds)).size).toBe(2)
    await at.bridge.settle()
    await at.expectEach(1)
  })

  test('what its user deletes before its other task is made is not made again', async () => {
    await moved()
    at.bridge.weather.fub.on({ status: 503 }, { times: 100 })
    await work()
    await at.bridge.todoist.call('DELETE', `/api/v1/tasks/${(await at.desk.item('Book the closing')).id}`)
    at.bridge.weather.fub.clear()
    await at.bridge.settle()
    const left = ['Order the inspection']
    expect(await at.titles()).toEqual({ fub: left, todoist: left })
    await at.bridge.settle()
    expect(await at.titles()).toEqual({ fub: left, todoist: left })
  })

  test('a copy that its user makes of one is a task of its own', async () => {
    await moved()
    at.bridge.weather.fub.on({ status: 503 }, { times: 100 })
    await work()
    const { content, description, section_id } = await at.desk.item('Book the closing')
    expect(description).toMatch(/dealbridge: checklist\/task\//u)
    await at.bridge.todoist.call('POST', '/api/v1/tasks', {
      content: `${content} 2`,
      description,
      section_id,
    })
    at.bridge.weather.fub.clear()
    await at.bridge.settle()
    const all = ['Book the closing', 'Book the closing 2', 'Order the inspection']
    expect(await at.titles()).toEqual({ fub: all, todoist: all })
  })

  test('what a lost write has made is cleaned with the rest, when its connection leaves', async () => {
    await moved()
    at.bridge.weather.todoist.on('reply-lost', { times: 100 })
    await work()
    at.bridge.weather.todoist.clear()
    expect((await at.titles()).todoist).toEqual(ONCE)
    const { db, deps } = at.bridge
    const [row] = await db<{ id: string }[]>`select id from connection where provider = 'todoist'`
    const id = row?.id ?? ''
    await inTransaction(db, async (tx) => beginLeaving(tx, await connectionById(tx, id)))
    await cleanHere(deps, id)
    const descriptions = (await at.bridge.items()).map(({ description }) => description)
    expect(descriptions.map((text) => text.trim()).toSorted()).toEqual(['', 'Ask for the crawl space, too.'])
  })
})
