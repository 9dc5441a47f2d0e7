import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { basicKey, type SimAnswer } from '../kit/client.ts'
import { testSim } from './test-sim.ts'

const sim = testSim()
beforeAll(sim.start)
afterAll(sim.stop)
beforeEach(sim.reset)

const limits = ({ headers }: SimAnswer<unknown>) =>
  ['limit', 'remaining', 'context'].map((name) => headers.get(`x-ratelimit-${name}`))
const get = <T = { errorMessage?: string }>(path: string, headers: Record<string, string> = {}) =>
  sim.api.call<T>('GET', path, undefined, headers)

describe('registered systems (§2)', () => {
  const wrong = { 'x-system-key': 'wrong' }

  test('any name with any key is registered, until `systems` lists them', async () => {
    expect(limits(await get('/v1/tasks', wrong))[0]).toBe('250')
    await sim.set({ systems: 'Other=k2,Dealbridge=example-system-key' })
    expect(limits(await get('/v1/tasks'))[0]).toBe('250')
    expect(limits(await get('/v1/tasks', wrong))[0]).toBe('125')
    expect(limits(await get('/v1/tasks', { 'x-system': 'Other' }))[0]).toBe('125')
  })

  test('what needs a system says so with a wrong key as with none', async () => {
    await sim.set({ systems: 'Dealbridge=example-system-key' })
    for (const path of ['/v1/webhooks', '/v1/webhooks/31', '/v1/webhookEvents/x']) {
      const answer = await get(path, wrong)
      expect([answer.status, answer.body.errorMessage]).toEqual([
        400,
        'Missing required field in the request: system.',
      ])
    }
    expect((await get('/v1/webhooks')).status).toBe(200)
  })

  test('a wrong key gets the notice in lists too', async () => {
    await sim.set({ systems: 'Dealbridge=example-system-key' })
    type Page = { _metadata: { notice?: string } }
    expect((await get<Page>('/v1/tasks', wrong)).body._metadata.notice).toBeTruthy()
    expect((await get<Page>('/v1/tasks')).body._metadata.notice).toBeUndefined()
  })
})

describe('rate limits (§3)', () => {
  test('/rateLimit is for registered systems, and complains under the key `error`', async () => {
    for (const path of ['/v1/rateLimit/limits', '/v1/rateLimit/usage']) {
      const refused = await get<object>(path, { 'x-system-key': '' })
      expect(refused.status).toBe(403)
      expect(Object.keys(refused.body)).toEqual(['error'])
      expect((await get(path)).status).toBe(200)
    }
    await get('/v1/notes')
    const { body } = await get<{ usage: object[] }>('/v1/rateLimit/usage')
    expect(body.usage).toContainEqual({ context: 'notes', limit: 10, used: 1 })
  })

  test('notes and PUT of people have limits of their own; the others go on', async () => {
    const put = () => sim.api.call('PUT', '/v1/people/5001', { price: 1 })
    expect(limits(await put())).toEqual(['25', '24', 'people'])
    for (let i = 0; i < 24; i += 1) await put()
    expect((await put()).status).toBe(429)
    for (let i = 0; i < 10; i += 1) await get('/v1/notes?limit=1')
    const refused = await get('/v1/notes')
    expect([refused.status, ...limits(refused)]).toEqual([429, '10', '0', 'notes'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await get('/v1/tasks')).headers.get('retry-after')).toBeNull()
  })

  test('one budget for the account, a key, or a system (U18)', async () => {
    const remaining = async (headers: Record<string, string>) =>
      Number(limits(await get('/v1/users', headers))[1])
    const other = { 'x-system': 'Other' }
    expect([await remaining({}), await remaining(basicKey('k2')), await remaining(other)]).toEqual([
      249, 248, 247,
    ])
    await sim.set({ rateLimitScope: 'key' })
    expect([await remaining({}), await remaining(basicKey('k2')), await remaining(other)]).toEqual([
      249, 249, 248,
    ])
    await sim.set({ rateLimitScope: 'system' })
    expect([await remaining({}), await remaining(basicKey('k2')), await remaining(other)]).toEqual([
      249, 248, 249,
    ])
  })

  test('load shedding: 429 while places remain, and not processed', async () => {
    await sim.set({ shedEvery: 2 })
    const post = () => sim.api.call('POST', '/v1/tasks', { personId: 5001, name: 'x' })
    const [first, second] = [await post(), await post()]
    expect([first.status, second.status, second.headers.get('retry-after')]).toEqual([200, 429, '1'])
    expect(Number(limits(second)[1])).toBeGreaterThan(200)
    await sim.set({ shedEvery: 0 })
    const { body } = await get<{ _metadata: { total: number } }>('/v1/tasks')
    expect(body._metadata.total).toBe(301)
  })
})

describe('bodies of errors (§5, U24)', () => {
  test.each([
    ['message', 'application/json', { errorMessage: expect.any(String) }],
    ['error', 'application/json', { error: expect.any(String) }],
    ['html', 'text/html', expect.stringContaining('<html>')],
    ['empty', null, undefined],
  ])('errorBody %s', async (errorBody, type, body) => {
    await sim.set({ errorBody })
    await sim.user.call('POST', '/__sim/faults', [{ match: 'GET /v1/tasks', do: 'status:503' }])
    const answer = await get('/v1/tasks')
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([503, type, body])
  })

  test('a body that is no JSON object is a 400', async () => {
    for (const body of ['{', '[]', '5'])
      expect((await sim.api.call('POST', '/v1/tasks', body)).status).toBe(400)
  })
})

describe('users and keys (§2, §11)', () => {
  test('a deleted user shows on demand only, its key stops, its people go to another', async () => {
    await sim.user.call('POST', '/__sim/keys', { keys: { k: 1, agent: 7 } })
    const agent = basicKey('agent')
    expect((await get('/v1/identity', agent)).status).toBe(200)
    const refused = await sim.api.call('DELETE', '/v1/users/7?assignTo=1', undefined, agent)
    expect(refused.status).toBe(403)
    expect((await sim.api.call('DELETE', '/v1/users/7')).status).toBe(400)
    expect((await sim.api.call('DELETE', '/v1/users/7?assignTo=1')).status).toBe(200)
    expect((await get('/v1/identity', agent)).status).toBe(401)
    type Users = { users: { id: number; status: string }[] }
    const ids = async (query: string) =>
      (await get<Users>(`/v1/users?sort=id${query}`)).body.users.map((u) => u.id)
    expect(await ids('')).toEqual([1, 2, 9])
    expect(await ids('&includeDeleted=true')).toEqual([1, 2, 7, 9])
    type People = { _metadata: { total: number } }
    expect((await get<People>('/v1/people?assignedUserId=7')).body._metadata.total).toBe(0)
    const task = { personId: 5001, name: 'x', assignedUserId: 7 }
    expect((await sim.api.call('POST', '/v1/tasks', task)).status).toBe(400)
  })

  test('an admin may do everything but webhooks and users; an agent may not touch pipelines', async () => {
    await sim.user.call('POST', '/__sim/keys', { keys: { admin: 2, agent: 7 } })
    const admin = basicKey('admin')
    expect((await get('/v1/webhooks', admin)).status).toBe(403)
    expect((await sim.api.call('PUT', '/v1/pipelines/1', { name: 'B' }, admin)).status).toBe(200)
    expect((await sim.api.call('PUT', '/v1/pipelines/1', { name: 'C' }, basicKey('agent'))).status).toBe(403)
    const { body } = await get<{ user: object }>('/v1/identity', admin)
    expect(body.user).toMatchObject({ isAdmin: true, isOwner: false })
  })
})
