import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { AS_USER, type SimClient, simClient } from '../kit/client.ts'
import { type FakeElement, type OpenPage, openPage } from '../kit/page-browser.ts'
import type { RunningSim } from '../kit/service.ts'
import type { FubTask } from './records.ts'
import { startFollowUpBoss } from './start.ts'

let sim: RunningSim
let user: SimClient
let page: OpenPage

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
  user = simClient(sim.url, AS_USER)
})
afterAll(() => sim.close())
beforeEach(async () => {
  await user.call('POST', '/__sim/reset')
  page = await openPage(sim.url)
  await vi.waitFor(() => expect(page.find('add-target').children).toHaveLength(10), { interval: 5 })
})

const rows = (): FakeElement[] => page.find('groups').all('task')
const shown = (): string[][] =>
  rows().map((row) => [row.all('title')[0]?.value ?? '', row.all('due')[0]?.value ?? ''])
const tasks = async () => (await user.call<{ tasks: FubTask[] }>('GET', '/v1/tasks?limit=100')).body.tasks
const seen = (expected: string[][]) => vi.waitFor(() => expect(shown()).toEqual(expected), { interval: 5 })

function add(title: string, due: string): void {
  page.find('add-title').value = title
  page.find('add-due').value = due
  page.find('add-target').value = '5003'
  page.find('add').onsubmit?.({ preventDefault: () => {} })
}

function change(field: FakeElement | undefined, value: string): void {
  if (field === undefined) throw new Error('The row has no such field.')
  field.value = value
  field.onchange?.()
}

test('add, edit, complete and delete', async () => {
  add('Order survey', '2026-03-05 14:30')
  await seen([['Order survey', '2026-03-05 14:30']])
  expect(await tasks()).toMatchObject([{ personId: 5003, dueDateTime: '2026-03-05T14:30:00Z' }])

  change(rows()[0]?.all('due')[0], '2026-03-06')
  await seen([['Order survey', '2026-03-06']])
  change(rows()[0]?.all('title')[0], 'Order appraisal')
  await seen([['Order appraisal', '2026-03-06']])
  expect(await tasks()).toMatchObject([{ name: 'Order appraisal', dueDate: '2026-03-06', dueDateTime: null }])

  const check = rows()[0]?.children[0]
  if (check) check.checked = true
  check?.onchange?.()
  await vi.waitFor(() => expect(rows()[0]?.classes.has('done')).toBe(true), { interval: 5 })
  rows()[0]?.all('remove')[0]?.onclick?.()
  await seen([])
  expect(await tasks()).toEqual([])
})

test('shows what others change, without touching the field being typed in', async () => {
  add('Order survey', '')
  await seen([['Order survey', '']])
  const title = rows()[0]?.all('title')[0]
  if (title === undefined) throw new Error('no title')
  title.value = 'Order sur'
  page.focus(title)
  const id = (await tasks())[0]?.id
  await user.call('PUT', `/v1/tasks/${id}`, { dueDate: '2026-04-01' })
  page.tick()
  await seen([['Order sur', '2026-04-01']])
})

test('search, and a complaint about a date that is none', async () => {
  add('Order survey', '')
  await seen([['Order survey', '']])
  add('Call the bank', 'someday')
  await vi.waitFor(() => expect(page.find('problem').textContent).toContain('Type a due date as'), {
    interval: 5,
  })
  add('Call the bank', '')
  await vi.waitFor(() => expect(rows()).toHaveLength(2), { interval: 5 })
  page.find('search').value = 'bank'
  page.find('search').oninput?.()
  await seen([['Call the bank', '']])
})

test('a deal goes to another stage, and a task to somebody else', async () => {
  const made = await user.call<{ id: number }>('POST', '/v1/deals', {
    name: 'Baker: 123 Main St',
    stageId: 11,
    peopleIds: [5003],
  })
  page.tick()
  const choices = (value: string) =>
    page
      .find('groups')
      .all('choice')
      .filter((select) => select.value === value)
  await vi.waitFor(() => expect(choices('11')).toHaveLength(1), { interval: 5 })
  change(choices('11')[0], '13')
  const deal = async () => (await user.call('GET', `/v1/deals/${made.body.id}`)).body
  await vi.waitFor(async () => expect(await deal()).toMatchObject({ stageId: 13 }), { interval: 5 })

  add('Order survey', '')
  await vi.waitFor(() => expect(choices('1')).toHaveLength(1), { interval: 5 })
  change(choices('1')[0], '7')
  await vi.waitFor(async () => expect(await tasks()).toMatchObject([{ assignedUserId: 7 }]), { interval: 5 })
})
