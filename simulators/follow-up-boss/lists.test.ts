import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { basicKey } from '../kit/client.ts'
import { testSim } from './test-sim.ts'

type Row = Record<string, unknown> & { id: number; name: string }
type Listed = Record<string, Row[]> & { _metadata: Record<string, unknown>; errorMessage?: string }

const sim = testSim()
beforeAll(sim.start)
afterAll(sim.stop)
beforeEach(sim.reset)

const get = async (path: string, headers: Record<string, string> = {}) =>
  (await sim.api.call<Listed>('GET', path, undefined, headers)).body
const ids = (rows: Row[] | undefined) => rows?.map((row) => row.id) ?? []

describe('every list', () => {
  test.each([
    ['tasks', 'tasks'],
    ['people', 'people'],
    ['deals', 'deals'],
    ['pipelines', 'pipelines'],
    ['stages', 'stages'],
    ['users', 'users'],
    ['notes', 'notes'],
    ['webhooks', 'webhooks'],
    ['customFields', 'customfields'],
    ['dealCustomFields', 'dealCustomfields'],
  ])('/%s keeps its rows under %s', async (path, collection) => {
    const body = await get(`/v1/${path}`)
    expect(body._metadata).toMatchObject({ collection, offset: 0, limit: 10 })
    expect(Array.isArray(body[collection])).toBe(true)
  })

  test('total is a text for custom fields always, for all by the switch', async () => {
    expect((await get('/v1/dealCustomFields'))._metadata.total).toBe('6')
    expect((await get('/v1/customFields'))._metadata).toMatchObject({
      total: '0',
      next: null,
      nextLink: null,
    })
    expect((await get('/v1/deals'))._metadata.total).toBe(67)
    await sim.set({ totalAsText: true })
    expect((await get('/v1/deals'))._metadata.total).toBe('67')
  })

  test('nextLink may have && in it and works all the same', async () => {
    const link = async () => String((await get('/v1/tasks?limit=2'))._metadata.nextLink)
    expect(await link()).not.toContain('&&')
    await sim.set({ doubleAmpersand: true })
    const double = await link()
    expect(double).toContain('&&next=')
    const { pathname, search } = new URL(double)
    expect(ids((await get(pathname + search)).tasks)).toEqual([4298, 4297])
  })

  test('updatedAfter has nothing to act on in deals, and is ignored', async () => {
    expect((await get('/v1/deals?updatedAfter=2199-01-01T00:00:00Z'))._metadata.total).toBe(67)
    expect((await get('/v1/deals?createdAfter=2199-01-01T00:00:00Z'))._metadata.total).toBe(0)
  })

  test('a bad date in a window is a 400', async () => {
    expect((await get('/v1/people?updatedAfter=soon')).errorMessage).toContain('date')
  })
})

describe('fields', () => {
  test.each([
    ['people', 'id,name,tags', ['id', 'name', 'tags']],
    ['deals', 'name,stageId', ['id', 'name', 'stageId']],
    ['users', 'email', ['email', 'id']],
  ])('/%s?fields=%s', async (path, fields, keys) => {
    const row = (await get(`/v1/${path}?fields=${fields}&limit=1`))[path]?.[0]
    expect(Object.keys(row ?? {}).toSorted()).toEqual(keys)
  })

  test('a bad name is a 400; allFields is for people and users', async () => {
    for (const path of ['people', 'deals', 'users', 'tasks'])
      expect((await get(`/v1/${path}?fields=id,nonsense`)).errorMessage).toBe(
        'Invalid field(s) in the fields parameter: [nonsense]',
      )
    for (const path of ['deals', 'tasks'])
      expect((await get(`/v1/${path}?fields=allFields`)).errorMessage).toContain('[allFields]')
    expect((await get('/v1/people?fields=allFields&limit=1')).people?.[0]).toHaveProperty('dealName')
    expect((await get('/v1/users?fields=allFields&limit=1')).users?.[0]).toHaveProperty('timezone')
    expect(Object.keys(await get('/v1/people/5001?fields=stage')).toSorted()).toEqual(['id', 'stage'])
  })
})

describe('people', () => {
  test.each([
    'name=ok',
    'firstName=a',
    'lastName=e',
    'source=Zillow',
    'contacted=true',
    'priceAbove=500000',
    'priceBelow=500000',
    'assignedTo=Sam%20Agent',
    'stage=Nurture',
    'lastActivityAfter=2199-01-01T00:00:00Z',
  ])('?%s narrows the list', async (query) => {
    const total = Number((await get(`/v1/people?${query}`))._metadata.total)
    const without = Number((await get('/v1/people'))._metadata.total)
    if (query === 'contacted=true') expect(total).toBe(without)
    else expect(total).toBeLessThan(without)
  })

  test('names that are no parameters are ignored', async () => {
    expect((await get('/v1/people?query=x&q=x'))._metadata.total).toBe(
      (await get('/v1/people'))._metadata.total,
    )
  })

  test('sorting by name, then back', async () => {
    const names = (await get('/v1/people?sort=name&limit=100')).people?.map((row) => row.name) ?? []
    expect(names).toEqual(names.toSorted())
    const back = (await get('/v1/people?sort=-name&limit=100')).people?.map((row) => row.name) ?? []
    expect(back).toEqual(back.toSorted().toReversed())
  })

  test('deduplicate finds a person by address; mergeTags adds', async () => {
    const email = 'twin@example.com'
    const make = (query = '') =>
      sim.api.call<Row>('POST', `/v1/people${query}`, {
        firstName: 'Ann',
        emails: [{ value: email }],
        tags: ['a'],
      })
    const first = await make()
    const twin = await make('?deduplicate=true')
    expect([first.status, twin.status, twin.body.id]).toEqual([201, 200, first.body.id])
    expect((await make()).body.id).not.toBe(first.body.id)
    const put = async (query: string) =>
      (await sim.api.call<Row>('PUT', `/v1/people/${first.body.id}${query}`, { tags: ['b'] })).body.tags
    expect(await put('?mergeTags=true')).toEqual(['a', 'b'])
    expect(await put('')).toEqual(['b'])
  })
})

describe('what hangs together', () => {
  test('a note does not move `updated` of its person', async () => {
    const { updated } = await get('/v1/people/5001')
    await sim.wait(60_000)
    await sim.api.call('POST', '/v1/notes', { personId: 5001, body: 'x' })
    expect((await get('/v1/people/5001')).updated).toBe(updated)
    await sim.api.call('PUT', '/v1/people/5001', { price: 1 })
    expect((await get('/v1/people/5001')).updated).not.toBe(updated)
  })

  test('a person mirrors one of its active deals; a deal has none, one or two people', async () => {
    const { deals = [] } = await get('/v1/deals?limit=100')
    const sizes = new Set(deals.map((deal) => (deal.people as Row[]).length))
    expect([...sizes].toSorted()).toEqual([0, 1, 2])
    const [person] = deals.flatMap((deal) => deal.people as Row[])
    const theirs = deals.filter((deal) => (deal.people as Row[]).some(({ id }) => id === person?.id))
    const { dealName, dealStatus } = await get(`/v1/people/${person?.id}`)
    expect(theirs.map(({ name }) => name)).toContain(dealName)
    expect(dealStatus).toBe('Active')
  })
})

describe('deals', () => {
  test('POST wants a name and a stage, and refuses what is not documented', async () => {
    const post = (body: object) => sim.api.call<Listed>('POST', '/v1/deals', body)
    expect((await post({ stageId: 11 })).body.errorMessage).toContain('name')
    expect((await post({ name: 'x' })).body.errorMessage).toContain('stageId')
    for (const name of ['pipelineId', 'personId', 'value', 'agentCommision', 'teamComission'])
      expect((await post({ name: 'x', stageId: 11, [name]: 1 })).body.errorMessage).toBe(
        `Invalid fields in the request body: ${name}.`,
      )
    expect((await post({ name: 'x', stageId: 11, price: 'much' })).body.errorMessage).toContain('data type')
  })

  test('without users a deal is hidden from agents', async () => {
    await sim.user.call('POST', '/__sim/keys', { keys: { k: 1, agent: 7 } })
    const made = await sim.api.call<Row>('POST', '/v1/deals', { name: 'x', stageId: 11, userIds: [7] })
    const seen = async () =>
      (await sim.api.call('GET', `/v1/deals/${made.body.id}`, undefined, basicKey('agent'))).status
    expect(await seen()).toBe(200)
    await sim.api.call('PUT', `/v1/deals/${made.body.id}`, { userIds: [] })
    expect(await seen()).toBe(404)
  })

  test('custom fields in the list are for all keys, or for brokers (U23)', async () => {
    await sim.user.call('POST', '/__sim/keys', { keys: { k: 1, agent: 7 } })
    const body = { name: 'x', stageId: 11, userIds: [7], customCounty: 'Macon' }
    await sim.api.call('POST', '/v1/deals', body)
    const county = async (key: string) =>
      (await get('/v1/deals?limit=1', basicKey(key))).deals?.map((deal) => deal.customCounty)
    expect([await county('k'), await county('agent')]).toEqual([['Macon'], ['Macon']])
    await sim.set({ dealCustomFor: 'brokers' })
    expect([await county('k'), await county('agent')]).toEqual([['Macon'], [undefined]])
  })

  test('DELETE marks a deal, or removes it; PUT of status works, is refused, or ignored (U21)', async () => {
    const status = (id: number) => sim.api.call<Row>('GET', `/v1/deals/${id}`)
    const archive = (id: number) => sim.api.call<Row>('PUT', `/v1/deals/${id}`, { status: 'Archived' })
    await sim.api.call('DELETE', '/v1/deals/5501')
    expect((await status(5501)).body.status).toBe('Deleted')
    await sim.set({ dealDelete: 'remove' })
    await sim.api.call('DELETE', '/v1/deals/5502')
    expect((await status(5502)).status).toBe(404)
    expect((await archive(5503)).body.status).toBe('Archived')
    await sim.set({ putDealStatus: 'ignore' })
    expect((await archive(5504)).body.status).toBe('Active')
    await sim.set({ putDealStatus: 'reject' })
    expect((await archive(5504)).status).toBe(400)
  })
})

describe('stages, custom fields, users', () => {
  test('people stages come by weight; one is read by its id', async () => {
    const { stages = [] } = await get('/v1/stages')
    expect(ids(stages)).toEqual([1, 2, 3, 4, 5, 6, 8])
    expect(await get('/v1/stages/3')).toEqual(stages[2])
    expect((await sim.api.call('GET', '/v1/stages/11')).status).toBe(404)
  })

  test('a custom field by its label and by its id', async () => {
    const { dealCustomfields = [] } = await get('/v1/dealCustomFields?label=County')
    expect(dealCustomfields).toHaveLength(1)
    expect(await get(`/v1/dealCustomFields/${dealCustomfields[0]?.id}`)).toEqual(dealCustomfields[0])
  })

  test('a user is found by the whole name only, by address, by role', async () => {
    expect(ids((await get('/v1/users?name=Sam')).users)).toEqual([])
    expect(ids((await get('/v1/users?name=Sam%20Agent')).users)).toEqual([7])
    expect(ids((await get('/v1/users?email=sam@example.com')).users)).toEqual([7])
    expect(ids((await get('/v1/users?role=Lender')).users)).toEqual([9])
  })
})

describe('notes', () => {
  test('a note of people that an agent does not see is not there for it', async () => {
    await sim.user.call('POST', '/__sim/keys', { keys: { k: 1, agent: 7 } })
    await sim.user.call('PUT', '/v1/people/5001', { assignedUserId: 1 })
    const { body } = await sim.api.call<Row>('POST', '/v1/notes', {
      personId: 5001,
      body: '<b>x</b>',
      isHtml: 1,
      mentions: { user: [7] },
    })
    expect(body).toMatchObject({ isHtml: true, subject: '', createdBy: 'Dana Owner' })
    const agent = basicKey('agent')
    expect((await sim.api.call('GET', `/v1/notes/${body.id}`, undefined, agent)).status).toBe(404)
    expect((await get('/v1/notes', agent)).notes).toEqual([])
    expect((await sim.api.call('POST', '/v1/notes', { body: 'x' })).status).toBe(400)
  })
})
