import { expect } from 'vitest'
import { editRoute } from '../../src/activities/route-admin.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { routeFileChange } from '../../src/starter/route-file.ts'
import { inTransaction } from '../../src/store/database.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

export const FILE = `
templates:
  Offer made:
    stage: Buyers · Offer
    weekend: after
    items:
      - title: Order the inspection
        type: Call
        priority: 1
        labels: [inspection]
        notes: |
          Ask for the crawl space, too.
        due: entry+3d
      - title: Book the closing
        due: close-7d
`
export const BOTH = {
  'Order the inspection': 'Offer / Baker: Lot 4',
  'Book the closing': 'Offer / Baker: Lot 4',
}

export const ONCE = ['Book the closing', 'Order the inspection']

/** A deal of Tom Baker's in stage 11, of which Dealbridge has heard, and what is asked of its checklist. */
export type ChecklistDesk = {
  readonly bridge: Bridge
  readonly desk: Desk
  readonly tom: number
  readonly deal: string
  /** The file of the route says so. */
  say(file?: string): Promise<void>
  move(stageId: number): Promise<void>
  /** Nothing is pulled but deals, and nothing written. */
  hear(): Promise<number>
  /** Of the tasks on each side, sorted. */
  titles(): Promise<{ readonly fub: string[]; readonly todoist: string[] }>
  /** Both tasks are there so often, and nothing else. */
  expectEach(times: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function openChecklistDesk(): Promise<ChecklistDesk> {
  const bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  const desk = deskAt(bridge)
  const tom = await desk.person('Tom Baker')
  const deal = await desk.deal('Baker: Lot 4', 11, [tom])
  const at: ChecklistDesk = {
    bridge,
    desk,
    tom,
    deal,
    async say(file = FILE) {
      const change = routeFileChange(file, 'route.yaml')
      const which = { id: bridge.routeId, name: 'main' }
      await inTransaction(bridge.db, (tx) => editRoute(tx, bridge.deps, which, change, null))
    },
    async move(stageId) {
      // Follow Up Boss tells entries to the second.
      await bridge.fub.call('POST', '/__sim/clock', { advanceMs: 1_000 })
      await desk.change(Number(deal), { stageId })
    },
    hear: () => bridge.worker.pullDeals('complete'),
    async titles() {
      return {
        fub: (await bridge.fubTasks()).map(({ name }) => name).toSorted(),
        todoist: (await bridge.items()).map(({ content }) => content).toSorted(),
      }
    },
    async expectEach(times) {
      const all = ONCE.flatMap((title) => Array.from({ length: times }, () => title))
      expect(await at.titles()).toEqual({ fub: all, todoist: all })
    },
    [Symbol.asyncDispose]: () => bridge[Symbol.asyncDispose](),
  }
  await at.hear()
  return at
}
