import { beforeEach, describe, expect, test } from 'vitest'
import { retryDeal } from '../../src/activities/deals/plan-deal.ts'
import { discardPair } from '../../src/activities/person-decides.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type DealDesk, deskOf } from './deal-desk.ts'

let bridge: Bridge
let desk: DealDesk

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  return () => bridge[Symbol.asyncDispose]()
})

/** A person with one deal and some tasks, filed. */
async function filed(name: string, stage: number, tasks: readonly string[]): Promise<number> {
  const person = await desk.person(name)
  const id = await desk.deal(`${name}: Lot 4`, stage, [person])
  for (const task of tasks) await bridge.addFubTask({ name: task, personId: person })
  return id
}

async function takeUpDeal(dealId: number): Promise<void> {
  await bridge.worker.pullDeals('complete')
  await bridge.db`update deal_home set dispatched_at = null where deal_id = ${String(dealId)}`
  while (await bridge.worker.work());
}

test('a stage change with 12 open tasks costs 4 requests until it is done, and all of it again none that writes', async () => {
  const tasks = Array.from({ length: 12 }, (_, n) => `Task ${n}`)
  const id = await filed('Baker', 11, tasks)
  const other = await filed('Other', 12, ['There'])
  await bridge.settle()
  const before = await desk.asked()
  await desk.change(id, { stageId: 12 })
  await takeUpDeal(id)
  const after = await desk.asked()
  expect(after.requests - before.requests).toBeLessThanOrEqual(4)
  expect(new Set(Object.values(await desk.book()))).toEqual(
    new Set(['Offer / Baker: Lot 4', 'Offer / Other: Lot 4']),
  )
  await bridge.settle()
  const settled = await desk.asked()
  for (const deal of [id, other])
    await retryDeal(bridge.deps, { connectionId: bridge.leftId, dealId: String(deal) })
  await bridge.db`update pair set wake_at = clock()`
  await bridge.settle()
  expect((await desk.asked()).writes).toBe(settled.writes)
  expect(settled.writes).toBe(after.writes)
})

describe('a closed stage', () => {
  test('keeps the section while tasks are open, then in the archive, until the next one', async () => {
    const id = await filed('Baker', 13, ['Call'])
    await bridge.settle()
    await desk.change(id, { stageId: 14 })
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: 'Closed / Baker: Lot 4' })
    const { id: section } = await desk.section('Baker: Lot 4')
    await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}/close`)
    await bridge.settle()
    expect(await desk.sections()).toEqual([])
    const [task] = await bridge.fubTasks()
    await bridge.addFubTask({ name: 'Send a card', personId: task?.personId })
    await bridge.settle()
    expect(await desk.book()).toEqual({ 'Send a card': 'Closed / Baker: Lot 4' })
    expect((await desk.section('Baker: Lot 4')).id).toBe(section)
    // Done at the CRM this time, and reopened there.
    const card = (await bridge.fubTasks()).find(({ name }) => name === 'Send a card')
    await bridge.fub.call('PUT', `/v1/tasks/${card?.id}`, { isCompleted: 1 })
    await bridge.settle()
    expect(await desk.sections()).toEqual([])
    await bridge.fub.call('PUT', `/v1/tasks/${card?.id}`, { isCompleted: 0 })
    await bridge.settle()
    expect(await desk.book()).toEqual({ 'Send a card': 'Closed / Baker: Lot 4' })
  })

  test.each(['planned', 'unknown'])(
    'does not keep the section for a task that a person gave up while its making was %s',
    async (status) => {
      await filed('Baker', 14, ['Call'])
      await bridge.settle()
      const call = await desk.item('Call')
      const [known] = await bridge.fubTasks()
      await bridge.fault('todoist', [{ match: 'POST *', do: 'refused', times: 50 }])
      await bridge.addFubTask({ name: 'Send a card', personId: known?.personId })
      await bridge.worker.pull('left', 'incremental')
      while (await bridge.worker.work());
      await bridge.fault('todoist', [])
      const [pair] = await bridge.db<{ id: string }[]>`
        update op set status = ${status}, attempts = ${status === 'planned' ? 0 : 1},
          deadline_at = case when ${status} = 'planned' then null else clock() end
        where verb = 'create' and status <> 'confirmed' returning subject_id as id`
      await discardPair(bridge.deps, { pairId: pair?.id ?? '' })
      await bridge.settle()
      await bridge.todoist.call('POST', `/api/v1/tasks/${call.id}/close`)
      await bridge.settle()
      expect((await bridge.items()).map(({ content }) => content)).toEqual([])
      expect(await desk.sections()).toEqual([])
    },
  )
})

describe('a section in which its user has a task that is not synced', () => {
  const ownTask = async () => {
    const { id } = await desk.section('Baker: Lot 4')
    const given = { content: 'Mine', section_id: id, labels: ['no-sync'] }
    await bridge.todoist.call('POST', '/api/v1/tasks', given)
  }

  test('stays when its deal is over, and goes into the archive when that is done', async () => {
    const id = await filed('Baker', 11, ['Call'])
    await bridge.settle()
    await ownTask()
    await desk.change(id, { status: 'Archived' })
    await bridge.settle()
    const [mine, call] = ['Showing / Baker: Lot 4', '📌 General CRM Tasks / ']
    expect(await desk.book()).toEqual({ Mine: mine, Call: call })
    expect(await desk.home(id)).toMatchObject({ state: 'ok', reason: null })
    const before = (await desk.asked()).writes
    await bridge.settle()
    expect((await desk.asked()).writes).toBe(before)
    await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Mine')).id}/close`)
    await bridge.db`update op set closed_at = closed_at - interval '2 hours' where subject = 'container'`
    await bridge.db`update deal_home set wake_at = wake_at - interval '2 hours'`
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: call })
    expect(await desk.sections()).toEqual([])
  })

  test('stays when the last task of a closed stage is done, and takes the next one', async () => {
    const id = await filed('Baker', 14, ['Call'])
    await bridge.settle()
    await ownTask()
    await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}/close`)
    await bridge.settle()
    expect(await desk.book()).toEqual({ Mine: 'Closed / Baker: Lot 4' })
    expect(await desk.home(id)).toMatchObject({ state: 'ok', reason: null })
    const [task] = await bridge.fubTasks()
    await bridge.addFubTask({ name: 'Send a card', personId: task?.personId })
    await bridge.settle()
    expect((await desk.book())['Send a card']).toBe('Closed / Baker: Lot 4')
  })
})

describe('a stage', () => {
  test('that is renamed has its project renamed, unless its user has', async () => {
    await filed('Baker', 11, ['Call'])
    await filed('Other', 12, ['Visit'])
    await bridge.settle()
    const offer = (await desk.projects()).find(({ name }) => name === 'Offer')
    await bridge.todoist.call('POST', `/api/v1/projects/${offer?.id}`, { name: 'My offers' })
    await bridge.settle()
    await desk.stages({ 11: { name: 'Touring' }, 12: { name: 'Bid' } })
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: 'Touring / Baker: Lot 4', Visit: 'My offers / Other: Lot 4' })
  })

  test('that the route does not know sends its tasks to General, and the section away', async () => {
    await bridge[Symbol.asyncDispose]()
    bridge = await openBridge({
      policy: {
        deals: { ...DEFAULT_DEALS, others: 'general', stages: { 11: { kind: 'create', name: null } } },
      },
    })
    desk = deskOf(bridge)
    const id = await filed('Baker', 11, ['Call'])
    await bridge.settle()
    await desk.change(id, { stageId: 12 })
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: '📌 General CRM Tasks / ' })
    expect(await desk.sections()).toEqual([])
  })
})

describe('what a user takes away', () => {
  test.each([
    ['deletes', 'section_delete'],
    ['archives', 'section_archive'],
  ])(
    'a section that he %s waits for him; the CRM is not touched, and what comes gets another',
    async (_, command) => {
      const id = await filed('Baker', 11, ['Call'])
      await bridge.settle()
      expect(await desk.command(command, { id: (await desk.section('Baker: Lot 4')).id })).toBe('ok')
      await bridge.settle()
      expect(await desk.home(id)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
      const [task] = await bridge.fubTasks()
      expect(task).toMatchObject({ name: 'Call', isCompleted: 0 })
      await bridge.addFubTask({ name: 'Visit', personId: task?.personId })
      await bridge.settle()
      expect((await desk.book()).Visit).toBe('Showing / Baker: Lot 4')
      expect((await bridge.fubTasks()).map(({ isCompleted }) => isCompleted)).toEqual([0, 0])
      await desk.change(id, { stageId: 12 })
      await bridge.settle()
      expect((await desk.book()).Visit).toBe('Offer / Baker: Lot 4')
      expect(await desk.home(id)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
    },
  )

  test('a section that he archives in the very moment in which a task is made in it: that gets another', async () => {
    await filed('Baker', 11, ['Call'])
    await bridge.settle()
    const [task] = await bridge.fubTasks()
    await bridge.addFubTask({ name: 'Visit', personId: task?.personId })
    await bridge.worker.pull('left', 'incremental')
    await desk.command('section_archive', { id: (await desk.section('Baker: Lot 4')).id })
    await bridge.worker.work()
    expect(await desk.book()).toEqual({})
    await bridge.settle()
    expect(await desk.book()).toEqual({ Visit: 'Showing / Baker: Lot 4' })
  })

  test('a stage’s project that he archives: its deals wait, and others get a further one', async () => {
    const id = await filed('Baker', 11, ['Call'])
    await bridge.settle()
    const [showing] = (await desk.projects()).filter(({ name }) => name === 'Showing')
    await bridge.todoist.call('POST', `/api/v1/projects/${showing?.id}/archive`)
    await bridge.settle()
    expect(await desk.home(id)).toMatchObject({ state: 'waiting', reason: 'home-gone' })
    expect((await bridge.fubTasks()).map(({ isCompleted }) => isCompleted)).toEqual([0])
    await filed('Other', 11, ['Visit'])
    await bridge.settle()
    expect((await desk.book()).Visit).toBe('Showing · 2 / Other: Lot 4')
  })
})

test('an account that takes no more projects: the deal waits with the reason, asks no more, and goes on by retry', async () => {
  const id = await filed('Baker', 11, ['Call'])
  await bridge.settle()
  const made = (await desk.projects()).length - 1
  await bridge.todoist.call('POST', '/__sim/settings', { projects: made })
  await desk.change(id, { stageId: 12 })
  await bridge.settle()
  expect(await desk.home(id)).toEqual({
    state: 'error',
    reason: 'refused',
    lastError: expect.stringMatching(/plan of the account does not allow it.*Archive projects/u),
  })
  expect(await desk.book()).toEqual({ Call: 'Showing / Baker: Lot 4' })
  const before = await desk.writes()
  await bridge.settle()
  expect(await desk.writes()).toBe(before)
  await bridge.todoist.call('POST', '/__sim/settings', { projects: 300 })
  await retryDeal(bridge.deps, { connectionId: bridge.leftId, dealId: String(id) })
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: 'Offer / Baker: Lot 4' })
  expect(await desk.home(id)).toMatchObject({ state: 'ok', lastError: null })
})

test('two people who become one: the tasks stay with their deal', async () => {
  const [tom, double] = [await desk.person('Tom Baker'), await desk.person('T. Baker')]
  const id = await desk.deal('Baker: Lot 4', 11, [double])
  const { id: task } = await bridge.addFubTask({ name: 'Call', personId: double })
  await bridge.settle()
  const { id: section } = await desk.section('Baker: Lot 4')
  // As Follow Up Boss merges: tasks and deals go to the one who stays, and the other is gone.
  await bridge.fub.call('PUT', `/v1/tasks/${task}`, { personId: tom })
  await desk.change(id, { peopleIds: [tom] })
  await bridge.fub.call('DELETE', `/v1/people/${double}`)
  await bridge.todoist.call('POST', `/api/v1/sections/${section}`, {
    description: `Mine too\n${(await desk.section('Baker: Lot 4')).description}`,
  })
  await bridge.settle()
  expect(Object.values(await desk.book())).toEqual(
    ['Showing / Tom Baker — Baker: Lot 4'].map(() => expect.stringMatching(/^Showing \/ .*Baker: Lot 4$/u)),
  )
  expect((await desk.sections()).map((one) => one.id)).toEqual([section])
  expect(await bridge.fubTasks()).toMatchObject([{ name: 'Call', personId: tom, isCompleted: 0 }])
  const [{ description = '' } = {}] = await desk.sections()
  expect(description).toMatch(new RegExp(`^Mine too\\n.*/people/view/${tom}\\)\\n.*deal:${id}$`, 'su'))
  expect(description).not.toContain(String(double))
})

test('a project in which its user has something of his own is not given up', async () => {
  const id = await filed('Baker', 11, ['Call'])
  await bridge.settle()
  const [showing] = (await desk.projects()).filter(({ name }) => name === 'Showing')
  await bridge.todoist.call('POST', '/__sim/settings', { sectionsPerProject: 1 })
  const other = await filed('Other', 11, ['Visit'])
  await bridge.db`
    update connection set facts = jsonb_set(facts, '{limits,sectionsPerProject}', '3') where provider = 'todoist'`
  await bridge.settle()
  expect((await desk.book()).Visit).toBe('Showing · 2 / Other: Lot 4')
  const second = (await desk.projects()).find(({ name }) => name === 'Showing · 2')
  await bridge.todoist.call('POST', '/__sim/settings', { sectionsPerProject: 20 })
  await bridge.todoist.call('POST', '/api/v1/sections', { name: 'My own', project_id: second?.id })
  await desk.change(id, { stageId: 12 })
  await desk.change(other, { stageId: 12 })
  await bridge.settle()
  expect((await desk.projects()).map(({ name }) => name)).toContain('Showing · 2')
  expect(showing).toBeDefined()
})

describe('a stage’s project that its user fills by hand', () => {
  const own = async (project: string, count: number) => {
    for (let made = 0; made < count; made += 1)
      await bridge.todoist.call('POST', '/api/v1/tasks', { content: `mine ${made}`, project_id: project })
  }
  const showing = async () => (await desk.projects()).find(({ name }) => name === 'Showing')?.id ?? ''

  test('with tasks: the deal of a later one goes to a further one as a whole, and his stay', async () => {
    const id = await filed('Baker', 11, ['Call'])
    await bridge.settle()
    await own(await showing(), 4)
    await bridge.todoist.call('POST', '/__sim/settings', { tasksPerProject: 5 })
    const [deal] = (await bridge.fubTasks()).filter(({ name }) => name === 'Call')
    await bridge.addFubTask({ name: 'Visit', personId: deal?.personId })
    await bridge.settle()
    expect(await desk.book()).toEqual({
      Call: 'Showing · 2 / Baker: Lot 4',
      Visit: 'Showing · 2 / Baker: Lot 4',
      ...Object.fromEntries([0, 1, 2, 3].map((made) => [`mine ${made}`, 'Showing / '])),
    })
    expect(await desk.home(id)).toMatchObject({ state: 'ok' })
    const before = await desk.writes()
    await bridge.settle()
    expect(await desk.writes()).toBe(before)
  })

  test('with sections: the next deal has its own in a further one', async () => {
    await filed('Baker', 11, ['Call'])
    await bridge.settle()
    for (const name of ['Mine', 'Mine too'])
      await bridge.todoist.call('POST', '/api/v1/sections', { name, project_id: await showing() })
    await bridge.todoist.call('POST', '/__sim/settings', { sectionsPerProject: 3 })
    await filed('Other', 11, ['Write'])
    await bridge.settle()
    expect(await desk.book()).toEqual({
      Call: 'Showing / Baker: Lot 4',
      Write: 'Showing · 2 / Other: Lot 4',
    })
  })
})

test('a deal whose last task is done, in a project that others have filled, goes on in a further one', async () => {
  await bridge.db`
    update connection set facts = jsonb_set(facts, '{limits,tasksPerProject}', '33') where provider = 'todoist'`
  await filed('Baker', 11, ['Visit'])
  await filed('Other', 11, ['Call', 'Sign'])
  await bridge.settle()
  const [visit, call] = ['Visit', 'Call'].map((title) =>
    bridge.fubTasks().then((all) => all.find(({ name }) => name === title)),
  )
  await bridge.fub.call('PUT', `/v1/tasks/${(await visit)?.id}`, { isCompleted: true })
  await bridge.addFubTask({ name: 'Mail', personId: (await call)?.personId })
  await bridge.settle()
  await bridge.addFubTask({ name: 'Write', personId: (await visit)?.personId })
  await bridge.settle()
  expect(await desk.book()).toEqual({
    Call: 'Showing / Other: Lot 4',
    Sign: 'Showing / Other: Lot 4',
    Mail: 'Showing / Other: Lot 4',
    Write: 'Showing · 2 / Baker: Lot 4',
  })
})

test('a further project that is nearly empty is given up when there is room before it again', async () => {
  await bridge.db`
    update connection set facts = jsonb_set(facts, '{limits,sectionsPerProject}', '10') where provider = 'todoist'`
  const deals: number[] = []
  for (let n = 1; n <= 9; n += 1) deals.push(await filed(`Baker ${n}`, 11, [`Call ${n}`]))
  await bridge.settle()
  expect((await desk.book())['Call 9']).toMatch(/^Showing · 2/u)
  for (const deal of deals.slice(0, 3)) await desk.change(deal, { stageId: 12 })
  await bridge.settle()
  expect((await desk.book())['Call 9']).toMatch(/^Showing \//u)
  await bridge.db`update op set closed_at = closed_at - interval '10 minutes' where subject = 'container'`
  await desk.change(deals[3] ?? 0, { stageId: 12 })
  await bridge.settle()
  expect((await desk.projects()).map(({ name }) => name)).not.toContain('Showing · 2')
})
