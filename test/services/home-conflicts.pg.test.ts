import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { list, resolve } from '../../src/starter/commands/conflicts.ts'
import { list as dealList, retry } from '../../src/starter/commands/deals.ts'
import { readStatus } from '../../src/starter/status-report.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let tom: number
let deal: string

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  tom = await desk.person('Tom Baker')
  deal = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.addFubTask({ name: 'Visit', personId: tom })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

const AS_IT_WAS = {
  Call: 'Showing / Baker: 123 Main St',
  Visit: 'Showing / Baker: 123 Main St',
}
const titles = async () => (await bridge.fubTasks()).map(({ name }) => name).sort()

async function lose(how: 'section_delete' | 'section_archive' | 'project_delete' | 'project_archive') {
  const { id, project_id } = await desk.section('Baker: 123 Main St')
  await desk.command(how, { id: how.startsWith('section') ? id : project_id })
  await bridge.settle()
}

describe.each(['section_delete', 'section_archive', 'project_delete', 'project_archive'] as const)(
  'after %s',
  (how) => {
    test('it is asked about once, and restored with all tasks', async () => {
      await lose(how)
      expect(await titles()).toEqual(['Call', 'Visit'])
      expect(await desk.book()).toEqual({})
      const { json, lines, outcome } = await list(desk.deciding, {})
      expect(json).toMatchObject({
        conflicts: [
          { id: `home-${deal}`, kind: 'home', deal, section: 'Baker: 123 Main St', decision: null },
        ],
      })
      expect([outcome, lines[1]]).toEqual([3, expect.stringContaining('waits for you')])
      expect(await readStatus(bridge.db)).toMatchObject({
        settled: true,
        routes: [{ deals: { waiting: 1, reasons: [{ reason: 'home-gone', count: 1 }] } }],
      })

      await resolve(desk.deciding, `home-${deal}`, { choice: 'restore' }, { dryRun: true })
      expect(desk.woken).toEqual([])
      await resolve(desk.deciding, `home-${deal}`, { choice: 'restore' }, {})
      expect(desk.woken).toContain(`deal ${deal}`)
      await bridge.settle()
      expect(await desk.book()).toEqual(AS_IT_WAS)
      expect((await desk.sections()).length).toBe(1)
      expect(await titles()).toEqual(['Call', 'Visit'])
      expect((await list(desk.deciding, {})).lines).toEqual(['Nothing waits for your decision.'])
      expect((await list(desk.deciding, { all: true })).json).toMatchObject({
        conflicts: [{ id: `home-${deal}`, decision: 'restore' }],
      })
      // In step again: what is done there comes back.
      const call = (await bridge.items()).find(({ content }) => content === 'Call')?.id
      await bridge.todoist.call('POST', `/api/v1/tasks/${call}`, { content: 'Call Tom' })
      await bridge.settle()
      expect(await titles()).toEqual(['Call Tom', 'Visit'])
    })

    test('let go, its tasks stay in the CRM alone, later ones lie in General, and it may be restored yet', async () => {
      await lose(how)
      await resolve(desk.deciding, `home-${deal}`, { choice: 'let-go' }, {})
      await expect(resolve(desk.deciding, `home-${deal}`, { choice: 'let-go' }, {})).rejects.toMatchObject({
        message: `You have let the section of deal ${deal} go already; nothing is changed.`,
      })
      await bridge.settle()
      expect(await titles()).toEqual(['Call', 'Visit'])
      expect(await desk.book()).toEqual({})
      await bridge.addFubTask({ name: 'Later', personId: tom })
      const call = (await bridge.fubTasks()).find(({ name }) => name === 'Call')?.id
      await bridge.fub.call('PUT', `/v1/tasks/${call}`, { name: 'Call Tom' })
      await bridge.settle()
      expect(await desk.book()).toEqual({ Later: '📌 General CRM Tasks / ' })
      expect(await readStatus(bridge.db)).toMatchObject({
        settled: true,
        routes: [{ pending: 0, waiting: 0 }],
      })

      await resolve(desk.deciding, `home-${deal}`, { choice: 'restore' }, {})
      await bridge.settle()
      expect(Object.values(await desk.book())).toEqual(Array(3).fill('Showing / Baker: 123 Main St'))
      expect(Object.keys(await desk.book()).sort()).toEqual(['Call Tom', 'Later', 'Visit'])
    })
  },
)

test('a choice that is none, and a deal of which nothing is gone, are refused', async () => {
  await expect(resolve(desk.deciding, `home-${deal}`, { choice: 'restore' }, {})).rejects.toMatchObject({
    code: 'NOTHING_GONE',
  })
  await lose('section_delete')
  await expect(resolve(desk.deciding, `home-${deal}`, { choice: 'left' }, {})).rejects.toMatchObject({
    hints: ['Answer restore or let-go.'],
  })
})

test('a restore that the task app refuses is told, and done when it is tried again', async () => {
  await lose('section_archive')
  await resolve(desk.deciding, `home-${deal}`, { choice: 'restore' }, {})
  await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', do: 'status:400', times: 50 }])
  await bridge.worker.work()
  await bridge.fault('todoist', [])
  expect(await desk.home(Number(deal))).toMatchObject({ state: 'error', reason: 'refused' })
  const told = (await dealList(desk.deciding, { waiting: true })).lines.join('\n')
  expect(told).toContain('has failed: the task app refused a change of its section')
  expect(told).toContain(`deals retry ${deal}`)
  await retry(desk.deciding, deal, {})
  await bridge.settle()
  expect(await desk.book()).toEqual(AS_IT_WAS)
})
