import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AS_USER, basicKey, type SimAnswer, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim } from '../kit/service.ts'
import type { FubPerson, FubTask } from './records.ts'
import { startFollowUpBoss } from './start.ts'

let sim: RunningSim
let plain: SimClient
let user: SimClient
const owner = basicKey('owner-key')
const agent = basicKey('agent-key')

beforeAll(async () => {
  sim = await startFollowUpBoss({
    port: 0,
    data: 'demo',
    seed: 1,
    keys: { 'owner-key': 1, 'agent-key': 7, admin: '2' },
  })
  plain = simClient(sim.url)
  user = simClient(sim.url, AS_USER)
})
afterAll(() => sim.close())
beforeEach(() => user.call('POST', '/__sim/reset'))

const limits = (answer: SimAnswer<unknown>) =>
  ['limit', 'remaining', 'window', 'context'].map((name) => answer.headers.get(`x-ratelimit-${name}`))

describe('keys', () => {
  test.each([{}, basicKey(''), basicKey('wrong'), { authorization: 'Bearer owner-key' }])(
    '401 with %j',
    async (headers) => {
      const answer = await plain.call<{ errorMessage: string }>('GET', '/v1/identity', undefined, headers)
      expect(answer.status).toBe(401)
      expect(answer.body.errorMessage).toContain('Authentication')
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Follow Up Boss API"')
      expect(limits(answer)).toEqual([null, null, null, null])
    },
  )

  test('a key is revoked and restored while running; the user is not concerned', async () => {
    await user.call('POST', '/__sim/keys', { keys: ['other'] })
    expect((await plain.call('GET', '/v1/tasks', undefined, owner)).status).toBe(401)
    expect((await user.call('GET', '/v1/tasks')).status).toBe(200)
    await user.call('POST', '/__sim/keys', { keys: null })
    const answer = await plain.call<object>('GET', '/v1/identity', undefined, basicKey('whatever'))
    expect(answer.body).toEqual({
      account: {
        id: 987654321,
        domain: 'example',
        name: 'Blue Ridge Realty',
        owner: { name: 'Dana Owner', email: 'dana@example.com' },
      },
      user: {
        id: 1,
        name: 'Dana Owner',
        email: 'dana@example.com',
        role: 'Broker',
        isOwner: true,
        isAdmin: true,
        isLender: false,
      },
    })
    expect([answer.headers.get('fub-account-id'), answer.headers.get('fub-user-id')]).toEqual([
      '987654321',
      '1',
    ])
  })

  test('a lapsed account answers 403', async () => {
    await user.call('POST', '/__sim/settings', { lapsed: true })
    expect((await plain.call('GET', '/v1/tasks', undefined, owner)).status).toBe(403)
    expect((await plain.call('GET', '/v1/identity', undefined, owner)).status).toBe(200)
  })

  test('an unknown path has a 404 of its own', async () => {
    const answer = await plain.call('GET', '/v1/nonsense', undefined, owner)
    expect([answer.status, answer.body]).toEqual([
      404,
      { errorMessage: 'Collection name "nonsense" in the URL is not valid.' },
    ])
  })
})

describe('visibility', () => {
  test('an agent sees the people assigned to it and their tasks only', async () => {
    const people = await plain.call<{ people: FubPerson[] }>('GET', '/v1/people?limit=100', undefined, agent)
    const mine = new Set(people.body.people.map((person) => person.id))
    expect(mine.size).toBeGreaterThan(0)
    expect(people.body.people.every((person) => person.assignedUserId === 7)).toBe(true)
    const tasks = await plain.call<{ tasks: FubTask[]; _metadata: { total: number } }>(
      'GET',
      '/v1/tasks?limit=100',
      undefined,
      agent,
    )
    expect(tasks.body.tasks.length).toBeGreaterThan(0)
    expect(tasks.body.tasks.every((task) => mine.has(task.personId))).toBe(true)
    expect(tasks.body._metadata.total).toBeLessThan(100)

    const all = await plain.call<{ tasks: FubTask[] }>(
      'GET',
      '/v1/tasks?limit=100',
      undefined,
      basicKey('admin'),
    )
    const foreign = all.body.tasks.find((task) => !mine.has(task.personId))
    for (const [method, path] of [
      ['GET', `/v1/tasks/${foreign?.id}`],
      ['PUT', `/v1/tasks/${foreign?.id}`],
      ['DELETE', `/v1/tasks/${foreign?.id}`],
      ['GET', `/v1/people/${foreign?.personId}`],
    ] as const) {
      const body = method === 'PUT' ? { name: 'x' } : undefined
      expect((await plain.call(method, path, body, agent)).status).toBe(404)
    }
  })

  test('reassigning a person takes its tasks out of sight', async () => {
    const { body } = await plain.call<{ tasks: FubTask[] }>('GET', '/v1/tasks?limit=1', undefined, agent)
    const task = body.tasks[0]
    await user.call('PUT', `/v1/people/${task?.personId}`, { assignedUserId: 1 })
    expect((await plain.call('GET', `/v1/tasks/${task?.id}`, undefined, agent)).status).toBe(404)
    expect((await plain.call('GET', `/v1/tasks/${task?.id}`, undefined, owner)).status).toBe(200)
  })
})

describe('rate limits', () => {
  test('the headers, the doubled limit of a registered system, and the notes context', async () => {
    expect(limits(await plain.call('GET', '/v1/tasks', undefined, owner))).toEqual([
      '125',
      '124',
      '10',
      'global',
    ])
    const system = { ...owner, 'x-system': 'Dealbridge', 'x-system-key': 'k' }
    expect(limits(await plain.call('GET', '/v1/tasks', undefined, system))).toEqual([
      '250',
      '248',
      '10',
      'global',
    ])
    expect(limits(await plain.call('GET', '/v1/notes', undefined, system))).toEqual([
      '10',
      '9',
      '10',
      'notes',
    ])
  })

  test('429 with Retry-After, not processed; the user is free; the window slides', async () => {
    await user.call('POST', '/__sim/settings', { rateLimit: 2 })
    const post = () => plain.call('POST', '/v1/tasks', { personId: 5001, name: 'x' }, owner)
    expect([(await post()).status, (await post()).status]).toEqual([200, 200])
    const refused = await post()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
    const { body } = await user.call<{ _metadata: { total: number } }>('GET', '/v1/tasks')
    expect(body._metadata.total).toBe(302)
    await user.call('POST', '/__sim/clock', { advanceMs: 10_001 })
    expect((await post()).status).toBe(200)
    await user.call('POST', '/__sim/settings', { rateLimit: 0 })
    const free = await post()
    expect([free.status, free.headers.get('x-ratelimit-limit')]).toEqual([200, null])
  })
})
