import { beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, openBridge } from '../../../test/services/bridge.ts'
import { type DealDesk, deskOf } from '../../../test/services/deal-desk.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { planDeal, retryDeal } from './plan-deal.ts'
import { tendHome } from './tend-home.ts'

const NEVER = new AbortController().signal

let bridge: Bridge
let desk: DealDesk
let deal: number
let other: number

/** Two deals with a task each, in two stages. */
beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  const [baker, second] = [await desk.person('Baker'), await desk.person('Other')]
  deal = await desk.deal('Baker: Lot 4', 11, [baker])
  other = await desk.deal('Other: Lot 5', 12, [second])
  for (const name of ['Call', 'Sign']) await bridge.addFubTask({ name, personId: baker })
  await bridge.addFubTask({ name: 'Visit', personId: second })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

async function change(dealId: number, fields: Readonly<Record<string, unknown>>): Promise<void> {
  await desk.change(dealId, fields)
  await bridge.worker.pullDeals('complete')
}

const input = (dealId: number) => ({ connectionId: bridge.leftId, dealId: String(dealId) })
const planned = (dealId: number) => planDeal(bridge.deps, input(dealId))

/** Plans the next write of a deal and gives it to `attempts` workers at once. */
async function tend(dealId: number, attempts = 1) {
  const { writes } = await planned(dealId)
  return Promise.allSettled(
    writes.flatMap(({ connectionId, opId }) =>
      Array.from({ length: attempts }, () =>
        tendHome(bridge.deps, { connectionId, opId, priority: 'change' }, NEVER),
      ),
    ),
  )
}

type Change = {
  readonly name: string
  readonly begin: () => Promise<void>
  readonly done: Readonly<Record<string, string>>
  readonly sections: readonly string[]
}
const FILED = {
  Call: 'Showing / Baker: Lot 4',
  Sign: 'Showing / Baker: Lot 4',
  Visit: 'Offer / Other: Lot 5',
}
const BOTH = ['Baker: Lot 4', 'Other: Lot 5']
const general = { Call: '📌 General CRM Tasks / ', Sign: '📌 General CRM Tasks / ' }
const CHANGES: readonly Change[] = [
  {
    name: 'a move',
    begin: () => change(deal, { stageId: 12 }),
    done: { ...FILED, Call: 'Offer / Baker: Lot 4', Sign: 'Offer / Baker: Lot 4' },
    sections: BOTH,
  },
  {
    name: 'a project that is made, and a move into it',
    begin: () => change(deal, { stageId: 13 }),
    done: {
      ...FILED,
      Call: 'Buyers · Under Contract / Baker: Lot 4',
      Sign: 'Buyers · Under Contract / Baker: Lot 4',
    },
    sections: BOTH,
  },
  {
    name: 'a new name',
    begin: () => change(deal, { name: 'Baker: Elm St' }),
    done: { ...FILED, Call: 'Showing / Baker: Elm St', Sign: 'Showing / Baker: Elm St' },
    sections: ['Baker: Elm St', 'Other: Lot 5'],
  },
  {
    name: 'the archive',
    begin: () => change(deal, { status: 'Archived' }),
    done: { ...FILED, ...general },
    sections: ['Other: Lot 5'],
  },
  {
    name: 'the way back',
    begin: async () => {
      await change(deal, { status: 'Archived' })
      await bridge.settle()
      await change(deal, { status: 'Active' })
    },
    done: FILED,
    sections: BOTH,
  },
]

async function expectDone({ done, sections }: Change): Promise<void> {
  await bridge.settle()
  expect(await desk.book()).toEqual(done)
  expect((await desk.sections()).map(({ name }) => name).sort()).toEqual(sections)
  const names = (await desk.projects()).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const before = (await desk.asked()).writes
  await bridge.db`update deal_home set wake_at = clock()`
  await bridge.settle()
  expect((await desk.asked()).writes).toBe(before)
}

describe.each(CHANGES)('$name', (what) => {
  test('is done in the end when answers are lost and calls refused', async () => {
    await what.begin()
    const faults = ['reply-lost', 'refused', 'status:500'].map((word, n) => ({
      match: 'POST *',
      do: word,
      nth: n + 1,
    }))
    await bridge.fault('todoist', faults)
    for (let n = 0; n < 3; n += 1) await tend(deal)
    await bridge.fault('todoist', [])
    await bridge.db`update op set deadline_at = clock() where status = 'sent'`
    await expectDone(what)
  })
})

test('a look that shows a section in the archive, just after it came out of it, is no word of its user’s', async () => {
  await change(deal, { status: 'Archived' })
  await bridge.settle()
  await bridge.todoist.call('POST', '/__sim/clock', { advanceMs: 60_000 })
  await change(deal, { status: 'Active' })
  await bridge.fault('todoist', [{ match: '*', do: 'stale-read:5000', times: 2 }])
  await tend(deal)
  const [section] = await bridge.db`
    select state, put_away as "putAway" from container where role = 'deal' and subject = ${String(deal)}`
  expect(section).toEqual({ state: 'active', putAway: false })
  await bridge.settle()
  expect(await desk.book()).toEqual(FILED)
  expect((await desk.sections()).map(({ name }) => name).sort()).toEqual(BOTH)
})

/** One that makes something first: the rest of the way is the same for all. */
const MAKING = CHANGES.filter(({ name }) => name.includes('made'))

describe.each(MAKING)('$name', (what) => {
  test('is done once by two at once', async () => {
    await what.begin()
    await tend(deal, 2)
    await expectDone(what)
  })

  test('goes on when its worker dies before its call, or before he has heard of it', async () => {
    await what.begin()
    const { writes } = await planned(deal)
    const claimed = `update op set status = 'sent', attempts = attempts + 1, sent_at = clock(), deadline_at = clock() where id = `
    for (const { opId } of writes) await bridge.db.unsafe(`${claimed}${opId}`)
    await expectDone(what)
  })
})

test('another attempt that is under way is left alone', async () => {
  await change(deal, { stageId: 12 })
  const [write] = (await planned(deal)).writes
  await bridge.db`update op set status = 'sent', deadline_at = clock() + interval '1 minute' where id = ${write?.opId ?? ''}`
  const call = {
    connectionId: write?.connectionId ?? '',
    opId: write?.opId ?? '',
    priority: 'change',
  } as const
  expect(await tendHome(bridge.deps, call, NEVER)).toEqual({ done: false, busy: true })
  // One that was put off says for how long.
  await bridge.db`update op set status = 'unknown' where id = ${call.opId}`
  const { waitMs, ...rest } = await tendHome(bridge.deps, call, NEVER)
  expect(rest).toEqual({ done: false, busy: true })
  expect(waitMs).toBeGreaterThan(0)
})

describe('tasks that a move leaves behind', () => {
  const MOVED = { ...FILED, Call: 'Offer / Baker: Lot 4', Sign: 'Offer / Baker: Lot 4' }
  const behind = async (settings: Readonly<Record<string, unknown>> = {}, stageId = 12) => {
    await bridge.todoist.call('POST', '/__sim/settings', { sectionMoveTakes: 'none', ...settings })
    await change(deal, { stageId })
  }
  /** The answer to the move is lost, and somebody else looks before it is asked again. */
  const answerIsLost = async () => {
    await bridge.fault('todoist', [{ match: 'POST *', do: 'reply-lost', nth: 1 }])
    await tend(deal)
    await bridge.fault('todoist', [])
    await bridge.worker.pull('right', 'incremental')
    await bridge.db`update op set deadline_at = clock() where status = 'sent'`
    await bridge.settle()
  }

  test('are fetched', async () => {
    await behind()
    await bridge.settle()
    expect(await desk.book()).toEqual(MOVED)
  })

  test('are fetched when no change tells of them', async () => {
    await behind({ cascadeRows: false })
    await bridge.settle()
    expect(await desk.book()).toEqual(MOVED)
  })

  test('are fetched when its answer is lost, and others look before it is asked again', async () => {
    await behind()
    await answerIsLost()
    expect(await desk.book()).toEqual(MOVED)
  })

  test('are fetched when the look that follows it is older than it', async () => {
    await behind()
    await bridge.todoist.call('POST', '/__sim/clock', { advanceMs: 60_000 })
    await bridge.fault('todoist', [{ match: '*', do: 'stale-read:5000', times: 3 }])
    await tend(deal)
    await bridge.fault('todoist', [])
    await bridge.settle()
    expect(await desk.book()).toEqual(MOVED)
  })

  test('are looked for again when that look is older than it, however long ago an attempt was turned away', async () => {
    await behind()
    await bridge.fault('todoist', [{ match: 'POST *', do: 'status:401', nth: 1 }])
    await tend(deal)
    // Whatever was counted from that one is over by now.
    await bridge.db`update op set sent_at = sent_at - interval '1 minute' where status = 'planned'`
    await bridge.todoist.call('POST', '/__sim/clock', { advanceMs: 60_000 })
    await bridge.fault('todoist', [{ match: 'GET *', do: 'stale-read:5000', times: 3 }])
    expect(await tend(deal)).toMatchObject([{ value: { done: false, busy: true } }])
  })

  test('are fetched when the look that follows it fails', async () => {
    await behind()
    await bridge.fault('todoist', [{ match: '*', do: 'status:500', nth: 2 }])
    await tend(deal)
    await bridge.fault('todoist', [])
    await bridge.settle()
    expect(await desk.book()).toEqual(MOVED)
  })

  test('are fetched when their user put them there since we looked', async () => {
    await behind()
    const { id } = await desk.section('Baker: Lot 4')
    await bridge.todoist.call('POST', '/api/v1/tasks', { content: 'Bring', section_id: id })
    for (let n = 0; n < 2; n += 1) await tend(deal)
    await bridge.settle()
    expect(await desk.book()).toEqual({ ...MOVED, Bring: 'Offer / Baker: Lot 4' })
    expect((await bridge.fubTasks()).map(({ name }) => name)).toContain('Bring')
  })

  test('are fetched from the project to which its user had taken their section', async () => {
    const contract = 'Buyers · Under Contract'
    await change(other, { stageId: 13 })
    await bridge.settle()
    const [{ id }, there] = [await desk.section('Baker: Lot 4'), await desk.projects()]
    await desk.command('section_move', { id, project_id: there.find(({ name }) => name === contract)?.id })
    await bridge.worker.pull('right', 'incremental')
    await behind()
    await answerIsLost()
    expect(await desk.book()).toEqual({ ...MOVED, Visit: `${contract} / Other: Lot 5` })
  })
})

test('a task that its user puts elsewhere during the move is no straggler', async () => {
  await change(deal, { stageId: 12 })
  const { writes } = await planned(deal)
  const project_id = (await desk.projects()).find(({ name }) => name === 'Inbox')?.id
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}/move`, { project_id })
  for (const { connectionId, opId } of writes)
    await tendHome(bridge.deps, { connectionId, opId, priority: 'change' }, NEVER)
  await bridge.settle()
  expect(await desk.book()).toMatchObject({ Call: 'Inbox / ', Sign: 'Offer / Baker: Lot 4' })
})

describe('a move that is refused', () => {
  test.each([
    ['sections', { sectionsPerProject: 1 }],
    ['tasks', { tasksPerProject: 2 }],
  ])('by the limit of %s goes into a further project', async (_, settings) => {
    await bridge.todoist.call('POST', '/__sim/settings', settings)
    await change(deal, { stageId: 12 })
    await bridge.settle()
    expect(await desk.book()).toMatchObject({
      Call: 'Offer · 2 / Baker: Lot 4',
      Sign: 'Offer · 2 / Baker: Lot 4',
    })
    expect(await desk.home(deal)).toMatchObject({ state: 'ok' })
  })

  test.each([
    ['archived', 'POST', '/archive'],
    ['deleted', 'DELETE', ''],
  ])(
    'because its project was %s in this moment goes into another; the section is not taken for lost',
    async (_, method, verb) => {
      await change(deal, { stageId: 12 })
      const { writes } = await planned(deal)
      const offer = (await desk.projects()).find(({ name }) => name === 'Offer')
      await bridge.todoist.call(method, `/api/v1/projects/${offer?.id}${verb}`)
      for (const { connectionId, opId } of writes)
        await tendHome(bridge.deps, { connectionId, opId, priority: 'change' }, NEVER)
      await bridge.settle()
      expect(await desk.book()).toEqual({
        Call: 'Offer · 2 / Baker: Lot 4',
        Sign: 'Offer · 2 / Baker: Lot 4',
      })
      expect(await desk.home(deal)).toMatchObject({ state: 'ok' })
      expect(await desk.home(other)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
    },
  )

  test('because its section is gone waits for its user', async () => {
    await change(deal, { stageId: 12 })
    const { writes } = await planned(deal)
    await desk.command('section_delete', { id: (await desk.section('Baker: Lot 4')).id })
    for (const { connectionId, opId } of writes)
      await tendHome(bridge.deps, { connectionId, opId, priority: 'change' }, NEVER)
    await bridge.settle()
    expect(await desk.home(deal)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
    expect((await bridge.fubTasks()).map(({ isCompleted }) => isCompleted)).toEqual([0, 0, 0])
  })

  test('back to where a user took it from is tried again where there is room, and counts once', async () => {
    const { id, project_id } = await desk.section('Baker: Lot 4')
    const to = (await desk.section('Other: Lot 5')).project_id
    expect(await desk.command('section_move', { id, project_id: to })).toBe('ok')
    await bridge.todoist.call('POST', '/api/v1/sections', { name: 'Mine', project_id })
    await bridge.todoist.call('POST', '/__sim/settings', { sectionsPerProject: 1 })
    await bridge.settle()
    expect(await desk.book()).toMatchObject({ Call: 'Showing · 2 / Baker: Lot 4' })
    expect(await desk.home(deal)).toMatchObject({ state: 'ok' })
  })
})

test('a refusal that nobody foresaw stops until the deal changes', async () => {
  await bridge.todoist.call('POST', '/__sim/settings', { projects: 2 })
  await change(deal, { stageId: 13 })
  await bridge.settle()
  expect(await desk.home(deal)).toMatchObject({ state: 'error', reason: 'refused' })
  const before = (await desk.asked()).requests
  expect(await planned(deal)).toEqual({ writes: [], pairIds: [], state: 'error' })
  expect((await desk.asked()).requests).toBe(before)
  await change(deal, { stageId: 12 })
  await bridge.settle()
  expect(await desk.book()).toMatchObject({ Call: 'Offer / Baker: Lot 4' })
  await retryDeal(bridge.deps, input(deal))
  await bridge.settle()
  expect(await desk.home(deal)).toMatchObject({ state: 'ok', lastError: null })
})

test('a service that refuses one project after another is asked a few times, and then the deal says so', async () => {
  await bridge.todoist.call('POST', '/__sim/settings', { sectionsPerProject: 0 })
  await change(deal, { stageId: 12 })
  const before = (await desk.asked()).writes
  await bridge.settle()
  expect(await desk.home(deal)).toMatchObject({ state: 'error', reason: 'refused' })
  expect((await desk.home(deal)).lastError).not.toBeNull()
  // A project and an attempt for each place, and no more.
  const tried = (await desk.asked()).writes - before
  expect(tried).toBeLessThanOrEqual(12)
  await bridge.settle()
  expect((await desk.asked()).writes - before).toBe(tried)
  expect(await desk.book()).toEqual(FILED)
  await bridge.todoist.call('POST', '/__sim/settings', { sectionsPerProject: 20 })
  await retryDeal(bridge.deps, input(deal))
  await bridge.settle()
  expect((await desk.book()).Call).toMatch(/^Offer.* \/ Baker: Lot 4$/u)
})
