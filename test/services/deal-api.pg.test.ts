import { beforeEach, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { createApi } from '../../src/receiver/api/api.ts'
import { type ApiBed, callsOf } from '../receiver/api.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

type Page = { readonly deals: { readonly id: string }[]; readonly nextCursor: string | null }

let bridge: Bridge
let desk: Desk
let told: string[]
let api: ReturnType<typeof createApi>
let described: ApiBed['call']

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  told = desk.woken
  const administration = {
    ...desk.deciding,
    startSync: async () => ({ workflowId: '', runId: '' }),
    isRunning: async () => false,
  }
  api = createApi({ db: bridge.db, nudge: () => undefined, administration }, 'http://127.0.0.1/api/v1')
  described = callsOf(api)
  return () => bridge[Symbol.asyncDispose]()
})

async function call<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const response = await api.request(path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return { status: response.status, body: (await response.json()) as T }
}

test('deals are given page by page, each with where its tasks lie, and tried again', async () => {
  const [tom, ann] = [await desk.person('Tom Baker'), await desk.person('Ann Other')]
  const first = await desk.deal('Baker: 123 Main St', 11, [tom])
  const others = [await desk.deal('Other: Lot 4', 12, [ann]), await desk.deal('Other: Lot 5', 11, [ann])]
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  const one = await call<Page>('GET', '/deals?limit=2')
  expect(one.body.deals.map(({ id }) => id)).toEqual([first, others[0]])
  expect(one.body.deals[0]).toMatchObject({
    route: bridge.routeId,
    stage: { id: '11', name: 'Showing' },
    sections: [{ name: 'Baker: 123 Main St', project: 'Showing', state: 'active' }],
    inGeneral: null,
    tasks: 1,
    state: 'ok',
    pending: false,
  })
  const two = await call<Page>('GET', `/deals?limit=2&cursor=${one.body.nextCursor}`)
  expect([two.body.deals.map(({ id }) => id), two.body.nextCursor]).toEqual([[others[1]], null])
  const ids = async (query: string) =>
    (await call<Page>('GET', `/deals?${query}`)).body.deals.map(({ id }) => id)
  expect(await ids(`person=${ann}`)).toEqual(others)
  expect(await ids('stage=11')).toEqual([first, others[1]])
  expect(await ids('route=999')).toEqual([])
  expect((await call('GET', '/deals?cursor=nonsense')).status).toBe(400)

  const again = await call('POST', `/deals/${first}/retry`)
  expect([again.status, again.body]).toMatchObject([202, { workflowId: expect.stringMatching(/^deal\/.+/u) }])
  expect(told).toEqual([`deal ${first}`])
  expect((await call('POST', '/deals/999/retry')).status).toBe(404)
})

test('a section that is gone is asked about behind other conflicts, and brought back once', async () => {
  const tom = await desk.person('Tom Baker')
  const deal = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  const pair = await desk.pairOf('Call')
  await desk.command('section_delete', { id: (await desk.section('Baker: 123 Main St')).id })
  await bridge.settle()
  await bridge.db`insert into conflict (pair_id, field, base, "left", "right") values (${pair}, 'title', 'null', '"A"', '"B"')`
  type Conflicts = { readonly conflicts: { readonly id: string }[]; readonly nextCursor: string | null }
  const one = await described<Conflicts>('GET', '/conflicts?limit=1')
  const two = await described<Conflicts>('GET', `/conflicts?limit=1&cursor=${one.body.nextCursor}`)
  expect([...one.body.conflicts, ...two.body.conflicts]).toMatchObject([
    { kind: 'field', pair, left: 'A', right: 'B', title: 'Call' },
    {
      id: `home-${deal}`,
      kind: 'home',
      pair: null,
      deal,
      section: 'Baker: 123 Main St',
      tasks: 1,
      decision: null,
    },
  ])
  expect(two.body.nextCursor).toBe(null)

  const restore = () => described('POST', `/conflicts/home-${deal}/resolve`, { body: { choice: 'restore' } })
  const odd = await described('POST', `/conflicts/home-${deal}/resolve`, { body: { choice: 'left' } })
  expect(odd.status).toBe(422)
  expect((await restore()).body).toMatchObject({
    workflowId: `deal/${bridge.leftId}/${deal}`,
    pairs: [pair],
    decision: 'restore',
    changed: true,
  })
  expect(told).toEqual(expect.arrayContaining([`deal ${deal}`, pair]))
  await bridge.settle()
  expect((await restore()).body).toMatchObject({ changed: false, pairs: [] })
  await bridge.fub.call('PUT', `/v1/deals/${deal}`, { stageId: 12 })
  await bridge.settle()
  const written = await described('GET', `/ops?since=2026-01-01T00:00:00Z`)
  expect(written.body).toMatchObject({
    ops: expect.arrayContaining([
      expect.objectContaining({
        container: 'section',
        deal,
        pair: null,
        cause: 'stage',
        status: 'confirmed',
      }),
      expect.objectContaining({ pair, verb: 'create' }),
    ]),
  })
})

test('what a route says of deals is changed over the API, and refused as on the command line', async () => {
  await desk.deal('Baker: 123 Main St', 11, [await desk.person('Tom Baker')])
  await bridge.settle()
  const path = `/routes/${bridge.routeId}`
  const done = await call('PATCH', path, {
    deals: { general: 'The rest', stages: { Offer: { 'same-as': 'Showing' } } },
  })
  expect([done.status, done.body]).toMatchObject([
    200,
    { deals: { general: 'The rest', stages: { 12: { kind: 'same-as', stage: '11' } } } },
  ])
  const wrong = await call<{ detail: string }>('PATCH', path, { deals: { stages: { Ofer: 'none' } } })
  expect([wrong.status, wrong.body.detail]).toEqual([422, expect.stringContaining('Do you mean Offer?')])
  expect((await call('PATCH', path, { deals: { layout: 'rows' } })).status).toBe(422)
  expect(await call('PATCH', path, { deals: null })).toMatchObject({ body: { deals: null } })
})

test('a route takes its tables of labels and facts over the API, and shows them', async () => {
  const path = `/routes/${bridge.routeId}`
  const patch = (deals: object) => call<{ deals: object; code?: string }>('PATCH', path, { deals })
  const labels = { counties: { Asheville: 'buncombe' }, dealTypes: null }
  const { status, body } = await patch({ labels, propertyFacts: { file: '/srv/facts.csv' } })
  expect([status, body.deals]).toMatchObject([
    200,
    { labels, propertyFacts: { file: '/srv/facts.csv', show: null } },
  ])
  expect((await patch({ labels: { counties: { Asheville: 'no-sync' } } })).status).toBe(422)
  expect((await call<{ deals: object }>('GET', path)).body.deals).toEqual(body.deals)
})
