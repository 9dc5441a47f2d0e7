import { beforeEach, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let deal: string

async function told(content: string): Promise<string> {
  return (await desk.item(content)).description.split('---\n')[1] ?? ''
}

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  const tom = await desk.person('Tom Baker')
  deal = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  let parent_id = (await desk.item('Call')).id
  for (const content of ['Bring keys', 'Polish them']) {
    const { body } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', {
      content,
      parent_id,
    })
    parent_id = body.id
  }
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

test('a sub-task tells of the deal of the task above it, however deep, and goes along with its changes', async () => {
  for (const content of ['Call', 'Bring keys', 'Polish them'])
    expect(await told(content)).toContain('Baker: 123 Main St · Showing')
  const before = await desk.writes()
  await bridge.settle()
  expect(await desk.writes()).toBe(before)

  await desk.change(Number(deal), { stageId: 12 })
  await bridge.settle()
  for (const content of ['Call', 'Bring keys', 'Polish them']) {
    expect(await told(content)).toContain('Baker: 123 Main St · Offer')
    expect((await desk.book())[content]).toBe('Offer / Baker: 123 Main St')
  }
})

test('it tells of another deal once the task above it is linked to that', async () => {
  const tom = (await bridge.fubTasks()).find(({ name }) => name === 'Call')?.personId ?? 0
  const second = await desk.deal('Baker: 9 Elm St', 12, [tom])
  await bridge.settle()
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}`, {
    labels: [`deal-${second}`],
  })
  await bridge.settle()
  for (const content of ['Bring keys', 'Polish them'])
    expect(await told(content)).toContain('Baker: 9 Elm St · Offer')
})
