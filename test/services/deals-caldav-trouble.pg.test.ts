import { afterEach, beforeEach, expect, test } from 'vitest'
import { list as listConflicts } from '../../src/starter/commands/conflicts.ts'
import { list as listDeals } from '../../src/starter/commands/deals.ts'
import { resolveGone } from '../../src/starter/commands/home-conflict.ts'
import { type DavDesk, openDavDesk } from './dav-desk.ts'

let desk: DavDesk

beforeEach(async () => {
  desk = await openDavDesk()
}, 300_000)
afterEach(() => desk.close())

const GENERAL = '📌 General CRM Tasks'
const TASKS = ['One', 'Two', 'Three']

test('a worker that dies in the middle of a move, and a lost answer, leave no task in two lists or in none', async () => {
  const tom = await desk.person('Tom Baker')
  const id = await desk.deal('Baker: 123 Main St', 11, [tom])
  for (const name of TASKS) await desk.task(name, tom)
  // Also where the list is made, and its first tasks.
  desk.dieAfterWrites(1)
  await desk.settle()
  const labels = [`Baker: 123 Main St (${id})`]
  const allIn = (list: string) => Object.fromEntries(TASKS.map((name) => [name, { lists: [list], labels }]))
  expect(await desk.book()).toEqual(allIn('Showing'))

  desk.dieAfterWrites(2)
  await desk.change(id, { stageId: 12 })
  await desk.settle()
  expect(await desk.book()).toEqual(allIn('Offer'))

  // Every request of the move in turn: done, and its answer lost.
  for (const [nth, stageId, list] of [
    [4, 11, 'Showing'],
    [6, 12, 'Offer'],
    [8, 11, 'Showing'],
  ] as const) {
    desk.dav.weather.on('reply-lost', { nth, times: 2 })
    await desk.change(id, { stageId })
    await desk.settle()
    desk.dav.weather.clear()
    await desk.settle()
    expect(await desk.book()).toEqual(allIn(list))
  }
  const before = await desk.writes()
  await desk.settle()
  expect(await desk.writes()).toBe(before)
  expect(Object.keys(await desk.lists()).sort()).toEqual(['Offer', 'Showing'])
})

test('a deal that ends leaves its tasks in General with its label; names of lists are the stages’, but for a user’s own', async () => {
  const tom = await desk.person('Tom Baker')
  const id = await desk.deal('Baker: 123 Main St', 11, [tom])
  await desk.task('Call', tom)
  await desk.settle()
  await desk.change(id, { status: 'Archived' })
  await desk.settle()
  const labels = [`Baker: 123 Main St (${id})`]
  expect(await desk.book()).toEqual({ Call: { lists: [GENERAL], labels } })
  await desk.change(id, { status: 'Active' })
  await desk.settle()
  expect(await desk.book()).toEqual({ Call: { lists: ['Showing'], labels } })

  const stages = [11, 12, 13, 14].map((stage) => ({
    id: stage,
    name: stage === 11 ? 'Viewing' : `Stage ${stage}`,
  }))
  await desk.crm('PUT', '/v1/pipelines/1', { stages })
  await desk.settle()
  expect(await desk.book()).toEqual({ Call: { lists: ['Viewing'], labels } })
  await desk.rename('Viewing', 'Mine')
  await desk.crm('PUT', '/v1/pipelines/1', {
    stages: stages.map((one) => ({ ...one, name: `${one.name}!` })),
  })
  await desk.change(id, { name: 'Baker: 1 Oak St' })
  await desk.settle()
  expect(await desk.book()).toEqual({ Call: { lists: ['Mine'], labels: [`Baker: 1 Oak St (${id})`] } })
  expect((await listDeals(desk.accounts.deciding, {})).lines).toEqual([
    `deal ${id} “Baker: 1 Oak St”  Viewing!  in list “Mine”, label “Baker: 1 Oak St (${id})”  1 open task`,
  ])
  const before = await desk.writes()
  await desk.settle()
  expect(await desk.writes()).toBe(before)
})

test('a list that its user deletes is asked about once for each deal, and comes back with its tasks', async () => {
  const tom = await desk.person('Tom Baker')
  const id = await desk.deal('Baker: 123 Main St', 11, [tom])
  await desk.task('Call', tom)
  await desk.settle()
  await desk.dav.user('DELETE', await desk.list('Showing'))
  await desk.settle()
  const { deciding } = desk.accounts
  const { json } = await listConflicts(deciding, {})
  expect(json).toMatchObject({
    conflicts: [
      { id: `home-${id}`, kind: 'home', section: null, project: 'Showing', deleted: true, tasks: 1 },
    ],
  })
  expect(await desk.crm('GET', '/v1/tasks?limit=10')).toMatchObject({
    tasks: [{ name: 'Call', isCompleted: 0 }],
  })
  const home = { dealId: String(id), route: null }
  await resolveGone(deciding, home, { choice: 'restore' }, false)
  await desk.settle()
  expect(await desk.book()).toEqual({
    Call: { lists: ['Showing'], labels: [`Baker: 123 Main St (${id})`] },
  })
  expect((await listConflicts(deciding, {})).json).toMatchObject({ conflicts: [] })
})
