import { beforeEach, describe, expect, test } from 'vitest'
import { beginLeaving } from '../../src/activities/connect.ts'
import { planDeal } from '../../src/activities/deals/plan-deal.ts'
import { discardPair, retryPair } from '../../src/activities/person-decides.ts'
import { editRoute } from '../../src/activities/route-admin.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { checklists, stampDeal } from '../../src/starter/commands/checklists.ts'
import { list as conflicts } from '../../src/starter/commands/conflicts.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { undo } from '../../src/starter/commands/undo.ts'
import { routeFileChange } from '../../src/starter/route-file.ts'
import { connectionById } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { cleanHere } from './cleaning.ts'
import { type Desk, deskAt } from './deal-office.ts'

const FILE = `
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
const BOTH = { 'Order the inspection': 'Offer / Baker: Lot 4', 'Book the closing': 'Offer / Baker: Lot 4' }

let bridge: Bridge
let desk: Desk
let tom: number
let deal: string

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  tom = await desk.person('Tom Baker')
  deal = await desk.deal('Baker: Lot 4', 11, [tom])
  await hear()
  return () => bridge[Symbol.asyncDispose]()
})

async function say(file = FILE): Promise<void> {
  const change = routeFileChange(file, 'route.yaml')
  await inTransaction(bridge.db, (tx) =>
    editRoute(tx, bridge.deps, { id: bridge.routeId, name: 'main' }, change, null),
  )
}
const move = (stageId: number) => desk.change(Number(deal), { stageId })
/** Nothing pulled but deals, and nothing written. */
const hear = () => bridge.worker.pullDeals('complete')
async function titles(): Promise<{ fub: string[]; todoist: string[] }> {
  const sorted = (all: readonly string[]) => [...all].sort()
  return {
    fub: sorted((await bridge.fubTasks()).map(({ name }) => name)),
    todoist: sorted((await bridge.items()).map(({ content }) => content)),
  }
}
const ONCE = ['Book the closing', 'Order the inspection']
/** As many of each on both sides. */
async function expectEach(times: number): Promise<void> {
  const all = ONCE.flatMap((title) => Array.from({ length: times }, () => title))
  expect(await titles()).toEqual({ fub: all, todoist: all })
}

describe('a checklist', () => {
  test('is stamped when a deal comes into its stage: in its section, in the CRM too, and nothing more happens', async () => {
    await say()
    await move(12)
    await bridge.settle()
    expect(await desk.book()).toEqual(BOTH)
    await expectEach(1)
    const fub = await bridge.fubTasks()
    expect(fub.map(({ personId }) => personId)).toEqual([tom, tom])
    const call = fub.find(({ name }) => name === 'Order the inspection')
    const item = await desk.item('Order the inspection')
    expect(call?.type).toBe('Call')
    expect(item.labels.toSorted()).toEqual(['call', 'inspection'])
    expect(item.description.split('\n').at(0)).toBe('Ask for the crawl space, too.')
    expect(item.description).toContain('\nBaker: Lot 4 · Offer\n')
    expect(item.description.split('\n').at(-1)).toBe(`dealbridge: follow-up-boss/task/${call?.id}`)
    expect(item.due).not.toBeNull()
    // The CRM does not know the day on which this one hangs.
    expect((await desk.item('Book the closing')).due).toBeNull()
    const [row] = await bridge.db<{ pairs: number }[]>`
      select count(*)::int as pairs from pair where deal = ${deal} and memory = 'linked' and decrees = '[]'`
    expect(row?.pairs).toBe(2)
    const writes = await desk.writes()
    await bridge.settle()
    expect(await desk.writes()).toBe(writes)
  })

  test('is stamped for a deal that is made in its stage, and not for one that was there before it', async () => {
    await move(12)
    await bridge.settle()
    await say()
    await bridge.settle()
    await expectEach(0)
    const ann = await desk.person('Ann Other')
    await desk.deal('Other: Lot 5', 12, [ann])
    await bridge.settle()
    await expectEach(1)
    expect(new Set(Object.values(await desk.book()))).toEqual(new Set(['Offer / Other: Lot 5']))
  })

  test('set before deals were ever listed leaves alone those that are in its stage by then', async () => {
    await move(12)
    await bridge.db`truncate deal_cache, deal_home, stamp, checklist`
    await bridge.db`update connection set deals_listed_at = null`
    await bridge.worker.pullDeals('complete')
    await bridge.db`update connection set deals_listed_at = null`
    await say()
    await bridge.settle()
    await expectEach(0)
    await move(11)
    await bridge.settle()
    await move(12)
    await bridge.settle()
    await expectEach(1)
  })

  test('comes again with a new entry, and not by the change of anything else', async () => {
    await say()
    await move(12)
    await bridge.settle()
    await desk.change(Number(deal), { name: 'Baker: Lot 5', projectedCloseDate: '2026-12-31' })
    await bridge.settle()
    await expectEach(1)
    expect((await desk.item('Book the closing')).due).toBeNull()
    await move(13)
    await hear()
    await move(12)
    await bridge.settle()
    await expectEach(2)
    const dues = (await bridge.items()).flatMap(({ content, due }) =>
      content === 'Book the closing' ? [due?.date] : [],
    )
    expect(dues.toSorted()).toEqual(['2026-12-24', undefined])
  })

  test('of a stage that a deal has left before anybody saw it is not stamped', async () => {
    await say()
    await move(12)
    await hear()
    await move(13)
    await bridge.settle()
    await expectEach(0)
  })

  test('that is renamed, removed or set anew is stamped for later entries alone', async () => {
    await say()
    await move(12)
    await bridge.settle()
    await say(FILE.replace('Offer made:', 'Offer signed:').concat('  Offer made:\n'))
    await bridge.settle()
    await say(`templates: {Offer signed: null}`)
    await bridge.settle()
    await say()
    await bridge.settle()
    await expectEach(1)
  })

  test('lies in General where the stage has no project, and in the section of a closed stage', async () => {
    await say(`stages: {Offer: none}\n${FILE}`)
    await move(12)
    await bridge.settle()
    expect(new Set(Object.values(await desk.book()))).toEqual(new Set(['📌 General CRM Tasks / ']))
    await say(FILE.replace('Buyers · Offer', 'Closed'))
    await move(14)
    await bridge.settle()
    await bridge.settle()
    await expectEach(2)
    expect(new Set(Object.values(await desk.book()))).toEqual(new Set(['Closed / Baker: Lot 4']))
  })

  test('of a deal without people waits in Todoist for one', async () => {
    await desk.change(Number(deal), { peopleIds: [] })
    await say()
    await move(12)
    await bridge.settle()
    expect(await titles()).toEqual({ fub: [], todoist: ONCE })
    expect((await desk.item('Book the closing')).labels).toContain('needs-person')
    await desk.change(Number(deal), { peopleIds: [tom] })
    await bridge.settle()
    await expectEach(1)
  })
})

describe('by hand', () => {
  test('a checklist is listed, and stamped for a deal of any stage, once as long as it is where it is', async () => {
    expect((await checklists(desk.deciding, 'main')).lines[0]).toMatch(/^Route main has no checklist; /u)
    await say()
    expect((await checklists(desk.deciding, 'main')).lines).toEqual([
      'Offer made  when a deal comes into Offer  stamped 0 times',
      '  - Order the inspection  due entry+3d',
      '  - Book the closing  due close-7d',
    ])
    const trial = await stampDeal(desk.deciding, deal, 'offer made', { dryRun: true })
    expect(trial.lines.slice(1, 3)).toEqual([
      `Checklist Offer made is stamped for deal ${deal} “Baker: Lot 4”: 2 tasks.`,
      expect.stringMatching(/^ {2}- Order the inspection {2}due \d{4}-\d\d-\d\d$/u),
    ])
    await bridge.settle()
    await expectEach(0)
    await stampDeal(desk.deciding, deal, 'Offer made', {})
    expect(desk.woken).toHaveLength(2)
    await bridge.settle()
    await expectEach(1)
    expect(new Set(Object.values(await desk.book()))).toEqual(new Set(['Showing / Baker: Lot 4']))
    expect((await checklists(desk.deciding, 'main')).json).toMatchObject({
      checklists: [{ name: 'Offer made', stage: 'Offer', stageId: '12', counts: true, stamped: 1 }],
    })
    await expect(stampDeal(desk.deciding, deal, 'Offer made', {})).rejects.toMatchObject({
      code: 'STAMPED_BEFORE',
    })
    // What it has by itself is another entry.
    await move(12)
    await bridge.settle()
    await expectEach(2)
  })

  test('one that was refused is shown with its reason, and made when it is tried again', async () => {
    await say()
    await stampDeal(desk.deciding, deal, 'Offer made', {})
    const [first = '', second = ''] = desk.woken
    expect((await explain(desk.deciding, `pair/${first}`)).lines.join('\n')).toContain(
      'a checklist of the route says so: the task is to be made in Todoist',
    )
    await bridge.db`
      update pair set state = 'error', reason = 'refused', last_error = 'No room', wake_at = null where id = ${first}`
    await discardPair(bridge.deps, { pairId: second })
    await bridge.settle()
    await expectEach(0)
    expect((await conflicts(desk.deciding, {})).lines.join('\n')).toContain('No room')
    await retryPair(bridge.deps, { pairId: first })
    await bridge.settle()
    expect(await titles()).toEqual({ fub: ['Order the inspection'], todoist: ['Order the inspection'] })
  })

  test('what there is not is refused, and so is a route that writes nothing into the task app', async () => {
    await say()
    await expect(stampDeal(desk.deciding, deal, 'Offer mad', {})).rejects.toMatchObject({
      exitCode: 2,
      hints: ['Do you mean Offer made? There are: Offer made.'],
    })
    await expect(stampDeal(desk.deciding, '999', 'Offer made', {})).rejects.toMatchObject({
      code: 'NO_SUCH_DEAL',
    })
    await expect(say(FILE.replace('Buyers · Offer', 'Ofer'))).rejects.toMatchObject({
      hints: [expect.stringContaining('Do you mean')],
    })
    await say('direction: toLeft')
    await expect(stampDeal(desk.deciding, deal, 'Offer made', {})).rejects.toMatchObject({ code: 'ONE_WAY' })
    await move(12)
    await bridge.settle()
    await say('direction: both')
    await bridge.settle()
    await expectEach(0)
  })

  test('what was stamped is taken back on both sides, and is not stamped again', async () => {
    await say()
    await move(12)
    await bridge.settle()
    const edited = await desk.item('Book the closing')
    await bridge.todoist.call('POST', `/api/v1/tasks/${edited.id}`, { content: 'Book the closing today' })
    await bridge.settle()
    const made = await bridge.db<{ id: string }[]>`select id from op where verb = 'create' order by id`
    await undo(
      desk.deciding,
      made.map(({ id }) => id),
      { yes: true },
    )
    await bridge.settle()
    const left = ['Book the closing today']
    expect(await titles()).toEqual({ fub: left, todoist: left })
    await bridge.settle()
    expect(await titles()).toEqual({ fub: left, todoist: left })
  })
})

describe('nothing is doubled or lost', () => {
  /** From the move on, as far as all answers are there or not. */
  async function moved(): Promise<void> {
    await say()
    await move(12)
    await hear()
  }
  async function work(): Promise<void> {
    await bridge.worker.work().catch(() => undefined)
  }
  test.each([
    ['todoist', 1, 'reply-lost'],
    ['fub', 2, 'reply-lost'],
  ] as const)('by an answer of %s, request %i: %s', async (side, nth, trouble) => {
    await moved()
    bridge.weather[side].on(trouble, { nth })
    await work()
    // What is there is seen before its answer is repeated.
    await bridge.worker.pull('right', 'incremental')
    await bridge.settle()
    await expectEach(1)
    expect(await desk.book()).toEqual(BOTH)
  })

  test('where a worker is killed with its request under way, and its answer never comes', async () => {
    await moved()
    const { deps } = bridge
    const { pairIds } = await planDeal(deps, { connectionId: bridge.leftId, dealId: deal })
    expect(pairIds).toHaveLength(2)
    bridge.weather.todoist.on('reply-lost', { times: 3 })
    await bridge.worker.settle(pairIds).catch(() => undefined)
    bridge.weather.todoist.clear()
    // Long after: Todoist has forgotten the key, and the marker alone tells.
    await bridge.db`update op set sent_at = sent_at - interval '1 hour', deadline_at = deadline_at - interval '1 hour'`
    await bridge.todoist.call('POST', '/__sim/clock', { advanceMs: 3_600_000 })
    await bridge.settle()
    await expectEach(1)
  })

  test('by plans that run at once, again and again', async () => {
    await moved()
    const input = { connectionId: bridge.leftId, dealId: deal }
    const plans = await Promise.all([1, 2, 3].map(() => planDeal(bridge.deps, input)))
    expect(new Set(plans.flatMap(({ pairIds }) => pairIds)).size).toBe(2)
    await bridge.settle()
    await expectEach(1)
  })

  test('what its user deletes before its other task is made is not made again', async () => {
    await moved()
    bridge.weather.fub.on({ status: 503 }, { times: 100 })
    await work()
    await bridge.todoist.call('DELETE', `/api/v1/tasks/${(await desk.item('Book the closing')).id}`)
    bridge.weather.fub.clear()
    await bridge.settle()
    const left = ['Order the inspection']
    expect(await titles()).toEqual({ fub: left, todoist: left })
    await bridge.settle()
    expect(await titles()).toEqual({ fub: left, todoist: left })
  })

  test('a copy that its user makes of one is a task of its own', async () => {
    await moved()
    bridge.weather.fub.on({ status: 503 }, { times: 100 })
    await work()
    const { content, description, section_id } = await desk.item('Book the closing')
    expect(description).toMatch(/dealbridge: checklist\/task\//u)
    await bridge.todoist.call('POST', '/api/v1/tasks', { content: `${content} 2`, description, section_id })
    bridge.weather.fub.clear()
    await bridge.settle()
    const all = ['Book the closing', 'Book the closing 2', 'Order the inspection']
    expect(await titles()).toEqual({ fub: all, todoist: all })
  })

  test('what a lost write has made is cleaned with the rest, when its connection leaves', async () => {
    await moved()
    bridge.weather.todoist.on('reply-lost', { times: 100 })
    await work()
    bridge.weather.todoist.clear()
    expect((await titles()).todoist).toEqual(ONCE)
    const { db, deps } = bridge
    const [row] = await db<{ id: string }[]>`select id from connection where provider = 'todoist'`
    const id = row?.id ?? ''
    await inTransaction(db, async (tx) => beginLeaving(tx, await connectionById(tx, id)))
    await cleanHere(deps, id)
    const descriptions = (await bridge.items()).map(({ description }) => description)
    expect(descriptions.map((text) => text.trim()).toSorted()).toEqual(['', 'Ask for the crawl space, too.'])
  })
})
