import { beforeEach, expect, test } from 'vitest'
import { retryPair } from '../../src/activities/person-decides.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type DealDesk, deskOf } from './deal-desk.ts'

/* Label `person-<id>` on a task that is in the CRM already. */

let bridge: Bridge
let desk: DealDesk
let tom: number
let ann: number
let eve: number

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  tom = await desk.person('Tom Baker')
  ann = await desk.person('Ann Baker')
  eve = await desk.person('Eve Cole')
  await desk.deal('Baker: Lot 4', 11, [tom, ann])
  await desk.deal('Cole: Elm St', 12, [eve])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

async function label(...labels: string[]): Promise<void> {
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}`, { labels })
  await bridge.settle()
}

async function stands() {
  const [task] = await bridge.fubTasks()
  const { labels, description } = await desk.item('Call')
  const [pair] = await bridge.db<{ id: string; state: string; error: string | null }[]>`
    select id, state, last_error as error from pair`
  return {
    person: task?.personId,
    lies: (await desk.book()).Call,
    labels,
    told: description.match(/(Tom|Ann|Eve) \w+/u)?.[0],
    pair: pair?.id ?? '',
    state: pair?.state,
    error: pair?.error,
  }
}

test('it goes to that person, and the label has done its work', async () => {
  await label(`person-${ann}`, 'mine')
  expect(await stands()).toMatchObject({
    person: ann,
    lies: 'Showing / Baker: Lot 4',
    labels: ['mine'],
    told: 'Ann Baker',
    state: 'ok',
  })
  const before = await desk.writes()
  await bridge.db`update pair set wake_at = clock()`
  await bridge.settle()
  expect(await desk.writes()).toBe(before)
})

test('it goes to the deal of a person who is not on its own', async () => {
  await label(`person-${eve}`)
  expect(await stands()).toMatchObject({
    person: eve,
    lies: 'Offer / Cole: Elm St',
    labels: [],
    told: 'Eve Cole',
  })
})

test('the label of whom it belongs to already is taken away', async () => {
  await label(`person-${tom}`)
  expect(await stands()).toMatchObject({
    person: tom,
    lies: 'Showing / Baker: Lot 4',
    labels: [],
    state: 'ok',
  })
})

test('a person whom the CRM does not have is asked for once: it waits with the reason, until somebody else is named', async () => {
  await label('person-99999')
  const there = { person: tom, lies: 'Showing / Baker: Lot 4', labels: ['person-99999'], state: 'error' }
  expect(await stands()).toMatchObject({ ...there, error: expect.stringContaining('Follow Up Boss') })
  const before = await desk.writes()
  await bridge.db`update pair set wake_at = clock()`
  await bridge.settle()
  expect(await stands()).toMatchObject(there)
  expect(await desk.writes()).toBe(before)
  await retryPair(bridge.deps, { pairId: (await stands()).pair })
  await bridge.settle()
  expect(await desk.writes()).toBe(before + 1)
  await label(`person-${ann}`)
  expect(await stands()).toMatchObject({ person: ann, labels: [], state: 'ok', error: null })
})

test('words in its title are its user’s by now, and change nothing', async () => {
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}`, {
    content: `Call fub:${ann}`,
  })
  await bridge.settle()
  expect((await bridge.fubTasks())[0]).toMatchObject({ personId: tom, name: `Call fub:${ann}` })
})
