import { beforeEach, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { fields } from '../../src/starter/commands/deal-fields.ts'
import { list } from '../../src/starter/commands/deals.ts'
import { list as routes } from '../../src/starter/commands/route.ts'
import { edit } from '../../src/starter/commands/route-edit.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let deal: string

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  const tom = await desk.person('Tom Baker')
  deal = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

test('a stage without a project has its deals’ tasks in General, and back in a project of that name', async () => {
  const stage = (home: 'none' | { create: string }) => [{ stage: 'Showing', home }]
  const dry = await edit(desk.deciding, 'main', { stage: stage('none'), dryRun: true })
  expect(dry.lines.join('\n')).toMatch(/Showing \(11\): in General/)
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })

  await edit(desk.deciding, 'main', { stage: stage('none') })
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: '📌 General CRM Tasks / ' })
  expect((await list(desk.deciding, {})).lines[0]).toContain(
    'in General: the route says that its stage has no project',
  )

  await edit(desk.deciding, 'main', { stage: stage({ create: 'Viewings 🎉' }) })
  await bridge.settle()
  await bridge.settle()
  expect(Object.keys(await desk.book())).toEqual(['Call'])
  expect((await desk.book()).Call).toMatch(/ \/ Baker: 123 Main St$/)
})

test('a project that its user has already takes the section of a deal', async () => {
  await bridge.todoist.call('POST', '/api/v1/projects', { name: 'My viewings' })
  await bridge.settle()
  await expect(
    edit(desk.deciding, 'main', { stage: [{ stage: 'Showing', home: { use: 'My viewing' } }] }),
  ).rejects.toMatchObject({ hints: [expect.stringContaining('Do you mean My viewings?')] })
  const { lines } = await edit(desk.deciding, 'main', {
    stage: [{ stage: 'Showing', home: { use: 'My viewings' } }],
  })
  expect(lines).toContainEqual(expect.stringMatching(/Showing \(11\): your project “My viewings”/))
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: 'My viewings / Baker: 123 Main St' })
})

test('deals are turned off and on again; route list says how it is', async () => {
  await edit(desk.deciding, 'main', { deals: 'off' })
  expect((await routes(desk.deciding)).json).toMatchObject({ routes: [{ deals: null }] })
  expect((await list(desk.deciding, {})).lines[0]).toContain('No route files its tasks by deals')
  await bridge.settle()
  await edit(desk.deciding, 'main', { deals: 'on', general: 'Everything else' })
  expect((await routes(desk.deciding)).json).toMatchObject({
    routes: [{ deals: { ...DEFAULT_DEALS, general: 'Everything else' } }],
  })
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })
})

test('fields of deals are proposed from the account, and what is chosen is in the name of the section', async () => {
  const shown = await fields(desk.deciding, 'main', {})
  expect(shown.json).toMatchObject({
    proposed: { address: 'customPropertyAddress', city: 'customPropertyCity', zip: 'customPropertyZip' },
    applied: false,
  })
  expect(shown.lines).toContainEqual(
    expect.stringMatching(/^Property City \(customPropertyCity, \w+\): 0 samples, no value yet {2}<- city/u),
  )
  await expect(
    edit(desk.deciding, 'main', { dealField: [{ fact: 'city', field: 'Property Citi' }] }),
  ).rejects.toMatchObject({ hints: [expect.stringContaining('Do you mean Property City?')] })

  await fields(desk.deciding, 'main', { apply: true })
  expect((await routes(desk.deciding)).json).toMatchObject({
    routes: [{ deals: { fields: { city: 'customPropertyCity' } } }],
  })
  await bridge.fub.call('PUT', `/v1/deals/${deal}`, { customPropertyCity: 'Asheville' })
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: 'Showing / Baker: 123 Main St — Asheville' })
  expect((await fields(desk.deciding, 'main', {})).lines.join('\n')).toContain('e.g. “Asheville”')
})

test('General is called otherwise when the route says so, unless its user has named it', async () => {
  await bridge.addFubTask({ name: 'Write', personId: await desk.person('Ann') })
  await bridge.settle()
  await edit(desk.deciding, 'main', { general: 'Everything else' })
  await bridge.settle()
  expect((await desk.book()).Write).toBe('Everything else / ')
  const [mine] = (await desk.projects()).filter(({ name }) => name === 'Everything else')
  await bridge.todoist.call('POST', `/api/v1/projects/${mine?.id}`, { name: 'Mine' })
  await bridge.settle()
  await edit(desk.deciding, 'main', { general: 'The rest' })
  await bridge.settle()
  expect((await desk.book()).Write).toBe('Mine / ')
})
