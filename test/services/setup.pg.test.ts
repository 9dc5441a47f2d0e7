import { beforeEach, expect, it } from 'vitest'
import { configureSetup, confirmSetup } from '../../src/activities/setup/configure.ts'
import { makeLabels } from '../../src/activities/setup/make-labels.ts'
import { openSetup } from '../../src/activities/setup/open.ts'
import { previewSetup } from '../../src/activities/setup/preview.ts'
import { proposeSetup, type SetupShown } from '../../src/activities/setup/propose.ts'
import { survey } from '../../src/activities/setup/survey.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { propose } from '../../src/starter/commands/deal-proposal.ts'
import { add as addRoute, remove as removeRoute } from '../../src/starter/commands/route-admin.ts'
import { edit } from '../../src/starter/commands/route-edit.ts'
import { routeFileChange } from '../../src/starter/route-file.ts'
import { allRoutes, type RouteRow, setRouteState } from '../../src/store/routes.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  for (const name of ['🤝 Offer', 'Showings']) {
    const { body } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/projects', { name })
    await bridge.todoist.call('POST', '/api/v1/tasks', { content: `Mine in ${name}`, project_id: body.id })
  }
  await bridge.addFubTask({ name: 'Call', personId: await desk.person('Tom Baker'), type: 'Call' })
  await bridge.pullFresh()
  await setRouteState(bridge.db, bridge.routeId, 'draft')
  await bridge.worker.pullDeals('complete')
  return () => bridge[Symbol.asyncDispose]()
})

async function route(): Promise<RouteRow> {
  const [row] = await allRoutes(bridge.db)
  if (row === undefined) throw new Error('there is no route')
  return row
}

/** As the workflow does it. */
async function look(): Promise<SetupShown> {
  const { leftId, rightId, id: routeId } = await route()
  for (const connectionId of [leftId, rightId])
    await survey(bridge.deps, { connectionId, routeId }, desk.deciding.signal)
  const { shown } = await proposeSetup(bridge.deps, { routeId })
  await bridge.worker.pull('left', 'complete')
  await bridge.worker.pull('right', 'complete')
  return shown
}

it('a proposal is taken into the draft once, and what is said after it stays', async () => {
  const shown = await look()
  expect(shown).toMatchObject({
    layout: 'stage',
    stages: { 12: expect.stringMatching(/^use /u), 25: 'none' },
    fields: { address: 'customPropertyAddress' },
    firstSync: 'open',
  })
  // Ids and words of ours: no name of a stage or project.
  expect(JSON.stringify(shown)).not.toMatch(/Offer|Showing|Withdrawn/u)
  const { routeId } = bridge
  expect(await previewSetup(bridge.deps, { routeId })).toMatchObject({
    creates: { left: 0, right: 1 },
    setAside: 1,
  })

  const say = (said: unknown) => configureSetup(bridge.deps, { routeId, said })
  expect(await say({ stages: { 12: 'none' }, dealFields: { address: null }, makeLabels: false })).toEqual({
    refused: null,
  })
  expect(await look()).toMatchObject({ stages: { 12: 'none' }, labelsToMake: 0 })
  expect((await route()).policy.deals?.fields.address).toBeNull()
})

it('what was said before stays as it was said', async () => {
  await edit(desk.deciding, 'main', {
    stage: [{ stage: 'Offer', home: { create: 'Offers out' } }],
    dealField: [{ fact: 'city', field: 'customPropertyState' }],
  })
  expect(await look()).toMatchObject({
    stages: { 12: 'create', 25: 'none' },
    fields: { city: 'customPropertyState', address: 'customPropertyAddress' },
  })
})

it('an update that does not go is refused in words that a history may hold', async () => {
  await look()
  const before = (await route()).policy
  const cases: readonly (readonly [unknown, string])[] = [
    [{ stages: { 99: 'none' } }, 'no stage of that id'],
    [{ stages: { 12: { use: '99' } } }, 'no project of that id'],
    [{ dealFields: { city: 'customTown' } }, 'no field of deals'],
    [{ stages: { 11: { 'same-as': '12' }, 12: { 'same-as': '11' } } }, 'circle'],
    [{ firstSync: 'all' }, 'firstSync: is open'],
    [{ zone: 'Mars' }, 'no such time zone'],
  ]
  for (const [said, words] of cases) {
    const { refused } = await configureSetup(bridge.deps, { routeId: bridge.routeId, said })
    expect(refused).toContain(words)
    expect(refused).not.toMatch(/Offer|Showing/u)
  }
  expect((await route()).policy).toEqual(before)
})

it('once begun nothing is configured any more; a route that was removed is to be confirmed anew', async () => {
  await look()
  const { routeId } = bridge
  expect(await confirmSetup(bridge.deps, { routeId })).toEqual({ again: false })
  expect(await confirmSetup(bridge.deps, { routeId })).toEqual({ again: true })
  await setRouteState(bridge.db, routeId, 'matching')
  const { refused } = await configureSetup(bridge.deps, { routeId, said: { firstSync: 'none' } })
  expect(refused).toContain('route edit')

  await removeRoute(desk.deciding, 'main', {})
  await addRoute(desk.deciding, { name: 'main', left: 'fub', right: 'todoist' }, {})
  const started: string[] = []
  const settingUp = {
    connectConfigured: async () => ['FUB_API_KEY is not set for the worker'],
    startConnections: async (ids: readonly string[]) => void started.push(...ids),
    beginFirstSync: async () => undefined,
  }
  const { leftId, rightId } = await route()
  expect(await openSetup(bridge.deps, settingUp, { route: 'main' })).toMatchObject({
    routeId,
    confirmed: false,
    begun: false,
  })
  expect(started).toEqual([leftId, rightId])
  // A name that is mistyped connects nothing and makes no route.
  expect(await openSetup(bridge.deps, settingUp, { route: 'other' })).toMatchObject({
    routeId: null,
    needs: [{ words: 'there is no route of this name' }],
    unknown: true,
  })
  await bridge.db`update route set name = 'office'`
  expect(await openSetup(bridge.deps, settingUp, { route: 'main' })).toMatchObject({
    routeId: null,
    needs: [{ words: 'FUB_API_KEY is not set for the worker' }],
  })
})

it('labels that are missing are made once, of types only those that tasks have', async () => {
  await look()
  const { rightId, id: routeId } = await route()
  const make = () => makeLabels(bridge.deps, { connectionId: rightId, routeId }, desk.deciding.signal)
  const { made } = await make()
  const { body } = await bridge.todoist.call<{ results: { name: string }[] }>('GET', '/api/v1/labels')
  const names = body.results.map(({ name }) => name)
  expect(names).toHaveLength(made)
  expect(names).toEqual(expect.arrayContaining(['call', 'crm', 'buyer']))
  expect(names).not.toContain('closing')
  expect(await make()).toEqual({ made: 0 })
})

it('a proposal is printed as a file that the route takes', async () => {
  const { lines, json } = await propose(desk.deciding, 'main')
  const text = lines.join('\n')
  expect(text).toContain('# Buyers · Showing: you have Showings')
  expect(json).toMatchObject({ route: 'main' })
  expect((json as { projects: { name: string }[] }).projects.map(({ name }) => name).sort()).toEqual([
    'Inbox',
    'Showings',
    '🤝 Offer',
  ])
  expect(routeFileChange(text, 'proposal.yaml')).toMatchObject({
    firstSync: { kind: 'open' },
    deals: {
      stages: {
        'Buyers · Showing': 'create',
        'Buyers · Offer': { use: '🤝 Offer' },
        'Sellers · Withdrawn': 'none',
      },
      dealFields: { address: 'customPropertyAddress', description: null },
    },
  })
  expect((await route()).policy.deals).toEqual(DEFAULT_DEALS)
})
