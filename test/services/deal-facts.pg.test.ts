import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { storeDelivery } from '../../src/store/deliveries.ts'
import { type Bridge, openBridge } from './bridge.ts'

let bridge: Bridge

beforeEach(async () => {
  bridge = await openBridge({
    policy: {
      deals: {
        ...DEFAULT_DEALS,
        fields: { ...DEFAULT_DEALS.fields, city: 'customPropertyCity', type: 'customPropertyType' },
        counties: { Asheville: 'buncombe', Sylva: 'jackson' },
      },
    },
  })
  return () => bridge[Symbol.asyncDispose]()
})

async function person(name: string): Promise<number> {
  const { body } = await bridge.fub.call<{ id: number }>('POST', '/v1/people', { name })
  return body.id
}

async function deal(fields: Record<string, unknown>): Promise<number> {
  const { body, status } = await bridge.fub.call<{ id: number }>('POST', '/v1/deals', {
    stageId: 11,
    ...fields,
  })
  if (status >= 300) throw new Error(JSON.stringify(body))
  return body.id
}

const changeDeal = (id: number, fields: Record<string, unknown>) =>
  bridge.fub.call('PUT', `/v1/deals/${id}`, fields)

async function item(content: string) {
  const found = (await bridge.items()).find((one) => one.content === content)
  if (found === undefined) throw new Error(`there is no task ${content} in Todoist`)
  return found
}

/** The lines of its block, without fence, marker and link. */
async function told(content: string): Promise<string[]> {
  const { description } = await item(content)
  const [, block = ''] = description.split('---\n')
  return block.split('\n').filter((line) => line !== '' && !/^(dealbridge:|\[Open in)/u.test(line))
}

async function edit(content: string, fields: Record<string, unknown>): Promise<void> {
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await item(content)).id}`, fields)
}

async function writes(): Promise<number> {
  const [row] = await bridge.db<{ writes: number }[]>`select count(*)::int as writes from op`
  return row?.writes ?? 0
}

/** A task in the section of Tom Baker's deal. */
async function filedTask(fields: Record<string, unknown> = {}): Promise<{ tom: number; id: number }> {
  const tom = await person('Tom Baker')
  const id = await deal({ name: 'Baker: 123 Main St', peopleIds: [tom], price: 350_000, ...fields })
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  return { tom, id }
}

describe('the block of a task', () => {
  test('tells its deal, and is written again when that changes', async () => {
    const { id } = await filedTask()
    expect(await told('Call')).toEqual(['Tom Baker', 'Baker: 123 Main St · Showing · $350,000'])
    await changeDeal(id, { stageId: 12, price: 340_000 })
    await bridge.settle()
    expect(await told('Call')).toEqual(['Tom Baker', 'Baker: 123 Main St · Offer · $340,000'])
    const before = await writes()
    await bridge.settle()
    expect(await writes()).toBe(before)
  })

  test('stays away when its user has removed it, until there is something to write', async () => {
    const { id } = await filedTask()
    await edit('Call', { description: 'mine alone' })
    await bridge.settle()
    expect((await item('Call')).description).toBe('mine alone')
    // A change of the deal that the block does not tell of is no reason.
    await changeDeal(id, { description: 'Nothing of the block' })
    await bridge.settle()
    expect((await item('Call')).description).toBe('mine alone')
    await changeDeal(id, { price: 300_000 })
    await bridge.settle()
    expect(await told('Call')).toEqual(['Tom Baker', 'Baker: 123 Main St · Showing · $300,000'])
    expect((await item('Call')).description).toMatch(/^mine alone\n\n---\n/u)
  })

  test('keeps what its user types into it, when it is written again', async () => {
    const { id } = await filedTask()
    const { description } = await item('Call')
    await edit('Call', { description: description.replace('---\n', '---\ntyped inside\n') })
    await changeDeal(id, { name: 'Baker: 9 Elm St' })
    await bridge.settle()
    expect((await item('Call')).description).toMatch(/^typed inside\n\n---\nTom Baker\nBaker: 9 Elm St · /u)
  })

  test('of a completed task stays as it is', async () => {
    const { tom, id } = await filedTask()
    await bridge.addFubTask({ name: 'Visit', personId: tom })
    await bridge.settle()
    const done = await item('Call')
    await bridge.todoist.call('POST', `/api/v1/tasks/${done.id}/close`)
    await bridge.settle()
    await changeDeal(id, { price: 1 })
    await bridge.settle()
    const { body } = await bridge.todoist.call<{ description: string }>('GET', `/api/v1/tasks/${done.id}`)
    expect(body.description).toBe(done.description)
    expect(await told('Visit')).toEqual(['Tom Baker', 'Baker: 123 Main St · Showing · $1'])
  })

  test('is written for all tasks of a deal with one request', async () => {
    const { tom, id } = await filedTask()
    for (let n = 1; n < 12; n += 1) await bridge.addFubTask({ name: `Task ${n}`, personId: tom })
    await bridge.settle()
    await changeDeal(id, { price: 1 })
    await bridge.worker.pullDeals('complete')
    const before = await todoistRequests()
    await bridge.worker.work()
    const after = await todoistRequests()
    // One look at all of them, and one write.
    expect(after.all - before.all).toBe(2)
    expect(after.writes - before.writes).toBe(1)
    for (const one of await bridge.items()) expect(one.description).toContain('$1\n')
  })
})

/** Requests of ours to Todoist so far. */
async function todoistRequests(): Promise<{ all: number; writes: number }> {
  const { body } = await bridge.todoist.call<{
    counters: { client: Record<string, number> }
    writes: { client: number }
  }>('GET', '/__sim/requests')
  const all = Object.values(body.counters.client).reduce((sum, count) => sum + count, 0)
  return { all, writes: body.writes.client }
}

describe('labels of tables', () => {
  test('come with the task, follow the deal, and leave its user’s alone', async () => {
    const { id } = await filedTask({ customPropertyCity: 'Asheville', customPropertyType: 'Buyer' })
    expect((await item('Call')).labels).toEqual(['buncombe', 'buyer'])
    await edit('Call', { labels: ['buyer', 'buncombe', 'mine'] })
    await changeDeal(id, { customPropertyCity: 'sylva', customPropertyType: 'Seller; Investor' })
    await bridge.settle()
    expect([...(await item('Call')).labels].sort()).toEqual(['investor', 'jackson', 'mine', 'seller'])
    const before = await writes()
    await bridge.settle()
    expect(await writes()).toBe(before)
  })

  test('stay away when a user has taken them away', async () => {
    const { id } = await filedTask({ customPropertyCity: 'Asheville', customPropertyType: 'Buyer' })
    await edit('Call', { labels: ['buyer'] })
    await bridge.settle()
    expect((await item('Call')).labels).toEqual(['buyer'])
    await changeDeal(id, { price: 1 })
    await bridge.settle()
    expect((await item('Call')).labels).toEqual(['buyer'])
    await changeDeal(id, { customPropertyType: 'Investor' })
    await bridge.settle()
    expect((await item('Call')).labels).toEqual(['investor'])
  })

  test('that a user has given before stay when the deal is another kind', async () => {
    const { id } = await filedTask({ customPropertyType: 'Nothing known' })
    await edit('Call', { labels: ['buyer'] })
    await changeDeal(id, { customPropertyType: 'Buyer' })
    await bridge.settle()
    await changeDeal(id, { customPropertyType: 'Seller' })
    await bridge.settle()
    expect([...(await item('Call')).labels].sort()).toEqual(['buyer', 'seller'])
  })
})

test('a stage that is renamed, and a policy that says otherwise, are told in all blocks and labels', async () => {
  await filedTask({ customPropertyCity: 'Asheville' })
  const { body } = await bridge.fub.call<{ stages: { id: number; name: string }[] }>('GET', '/v1/pipelines/1')
  const stages = body.stages.map((one) => (one.id === 11 ? { ...one, name: 'On show' } : one))
  await bridge.fub.call('PUT', '/v1/pipelines/1', { stages })
  await bridge.settle()
  expect(await told('Call')).toEqual(['Tom Baker', 'Baker: 123 Main St · On show · $350,000'])
  const change = { currency: '€', counties: { asheville: 'home' } }
  await bridge.db`
    update route set policy = jsonb_set(policy, '{deals}', policy -> 'deals' || ${bridge.db.json(change)})`
  await bridge.settle()
  expect(await told('Call')).toEqual(['Tom Baker', 'Baker: 123 Main St · On show · €350,000'])
  expect((await item('Call')).labels).toEqual(['home'])
})

describe('a person who is renamed', () => {
  const rename = (id: number, name: string) => bridge.fub.call('PUT', `/v1/people/${id}`, { name })

  const announce = (id: number) =>
    storeDelivery(bridge.db, {
      connectionId: bridge.leftId,
      deliveryId: `about ${id}`,
      about: 'people',
      remoteIds: [String(id)],
      made: false,
      deleted: false,
    })

  test('is told at once in the blocks of their tasks, and in the name of their deal’s section', async () => {
    const { tom } = await filedTask({ name: '9 Elm St' })
    const ann = await person('Ann Other')
    await bridge.addFubTask({ name: 'Visit', personId: ann })
    await bridge.settle()
    expect(await sections()).toEqual(['Tom Baker — 9 Elm St'])
    await rename(tom, 'Thomas Baker')
    await rename(ann, 'Ann Baker')
    await announce(tom)
    await announce(ann)
    // Without a listing of deals: the delivery alone says it.
    await bridge.worker.pull('left', 'nudge')
    while (await bridge.worker.work());
    expect(await told('Call')).toEqual(['Thomas Baker', '9 Elm St · Showing · $350,000'])
    expect(await told('Visit')).toEqual(['Ann Baker'])
    expect(await sections()).toEqual(['Thomas Baker — 9 Elm St'])
  })

  test('is told where nobody announces it, when their deal is listed', async () => {
    const { tom } = await filedTask({ name: '9 Elm St' })
    await rename(tom, 'Thomas Baker')
    await bridge.settle()
    expect(await told('Call')).toEqual(['Thomas Baker', '9 Elm St · Showing · $350,000'])
    expect(await sections()).toEqual(['Thomas Baker — 9 Elm St'])
  })

  test('costs one request, and a write only where a task tells something else', async () => {
    const { tom } = await filedTask()
    const before = await writes()
    await bridge.fub.call('PUT', `/v1/people/${tom}`, { background: 'Likes gardens' })
    await announce(tom)
    await bridge.worker.pull('left', 'nudge')
    await bridge.worker.pull('left', 'nudge')
    while (await bridge.worker.work());
    expect(await writes()).toBe(before)
    const { body } = await bridge.fub.call<{ counters: { client: Record<string, number> } }>(
      'GET',
      '/__sim/requests',
    )
    // With the one for its first block.
    expect(body.counters.client['GET /v1/people']).toBe(2)
  })
})

async function sections(): Promise<string[]> {
  const { body } = await bridge.todoist.call<{ results: { name: string }[] }>(
    'GET',
    '/api/v1/sections?limit=200',
  )
  return body.results.map(({ name }) => name)
}

test('where a pipeline has one project, a label says the stage, and follows it; one that its user takes away stays away', async () => {
  await bridge[Symbol.asyncDispose]()
  bridge = await openBridge({ policy: { deals: { ...DEFAULT_DEALS, layout: 'pipeline' } } })
  const { id } = await filedTask({ name: 'Baker: 123 Main St' })
  expect((await item('Call')).labels).toEqual(['stage-showing'])
  // The label of a type is another one.
  const [task] = await bridge.fubTasks()
  expect(task?.type).toBe('Follow Up')
  await changeDeal(id, { stageId: 13 })
  await bridge.settle()
  expect((await item('Call')).labels).toEqual(['stage-under-contract'])
  await edit('Call', { labels: [] })
  await bridge.settle()
  expect((await item('Call')).labels).toEqual([])
  await changeDeal(id, { stageId: 12 })
  await bridge.settle()
  expect((await item('Call')).labels).toEqual(['stage-offer'])
})
