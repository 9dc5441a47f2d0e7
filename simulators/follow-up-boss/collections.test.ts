import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim } from '../kit/service.ts'
import { startFollowUpBoss } from './start.ts'

type Row = Record<string, unknown> & { id: number }
type Listed = Record<string, Row[]> & { _metadata: Record<string, unknown> }

let sim: RunningSim
let api: SimClient
let user: SimClient

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 'demo', seed: 1 })
  api = simClient(sim.url, basicKey('k'))
  user = simClient(sim.url, AS_USER)
})
afterAll(() => sim.close())
beforeEach(() => user.call('POST', '/__sim/reset'))

async function rows(path: string, key: string): Promise<Row[]> {
  return (await api.call<Listed>('GET', path)).body[key] ?? []
}

describe('people', () => {
  test('ids= looks names up in one call; lists are a subset of the single answer', async () => {
    const people = await rows('/v1/people?ids=5003,5001&limit=100', 'people')
    expect(people.map((person) => person.id)).toEqual([5003, 5001])
    expect(people[0]).toHaveProperty('emails')
    for (const name of ['stageId', 'type', 'background', 'dealName'])
      expect(people[0]).not.toHaveProperty(name)
    const { body } = await api.call('GET', '/v1/people/5003')
    expect(body).toMatchObject({ name: people[0]?.name, stageId: expect.any(Number), background: '' })
    expect(body).toHaveProperty('dealName')
  })

  test('people in the trash vanish from lists by default', async () => {
    await user.call('PUT', '/v1/people/5001', { stage: 'Trash' })
    expect(await rows('/v1/people?ids=5001', 'people')).toEqual([])
    expect(await rows('/v1/people?ids=5001&includeTrash=true', 'people')).toHaveLength(1)
    expect((await api.call('GET', '/v1/people/5001')).status).toBe(200)
  })

  test('a person is made, renamed, found by name and deleted', async () => {
    const { body, status } = await user.call<Row>('POST', '/v1/people', { name: 'Ada Byron' })
    expect([status, body.firstName]).toEqual([201, 'Ada'])
    await user.call('PUT', `/v1/people/${body.id}`, { lastName: 'Lovelace', firstName: 'Ada' })
    expect((await rows('/v1/people?name=lovelace', 'people')).map((row) => row.id)).toEqual([body.id])
    expect((await user.call('PUT', `/v1/people/${body.id}`, { colour: 'red' })).status).toBe(400)
    await user.call('DELETE', `/v1/people/${body.id}`)
    expect((await api.call('GET', `/v1/people/${body.id}`)).status).toBe(404)
  })
})

describe('deals, pipelines and stages', () => {
  test('a deal has people and users, inline custom fields and no `updated` of any spelling', async () => {
    const { body } = await api.call<Row>('GET', '/v1/deals/5501')
    expect(body).toMatchObject({
      status: 'Active',
      createdAt: expect.any(String),
      people: [{ id: expect.any(Number), name: expect.any(String), avatar: null }],
      users: [{ id: expect.any(Number) }],
      customPropertyState: 'NC',
      stageName: expect.any(String),
    })
    for (const name of ['updated', 'updatedAt', 'personId', 'dealValue', 'peopleIds'])
      expect(body).not.toHaveProperty(name)
  })

  test('archived and deleted deals show only when asked for; one has no person', async () => {
    const listed = await rows('/v1/deals?limit=100', 'deals')
    expect(listed).toHaveLength(67)
    expect(await rows('/v1/deals?limit=100&includeArchived=1&includeDeleted=1', 'deals')).toHaveLength(69)
    expect((await rows('/v1/deals?status=Deleted', 'deals')).map((deal) => deal.id)).toEqual([5530])
    expect(listed.filter((deal) => (deal.people as object[]).length === 0).map((deal) => deal.id)).toEqual([
      5510,
    ])
    const { body } = await api.call<Listed>('GET', '/v1/deals?pipelineId=1')
    const totals = Object.values(body._metadata.totalByStageId as Record<string, number>)
    expect(totals.reduce((sum, n) => sum + n, 0)).toBe(body._metadata.total)
    expect((await api.call('GET', '/v1/deals?fields=allFields')).status).toBe(400)
  })

  test('a user moves a deal to another stage', async () => {
    await user.call('PUT', '/v1/deals/5501', { stageId: 22 })
    const { body: before } = await api.call<Row>('GET', '/v1/deals/5501')
    await user.call('POST', '/__sim/clock', { advanceMs: 60_000 })
    const { body } = await user.call<Row>('PUT', '/v1/deals/5501', { stageId: 23 })
    expect(body).toMatchObject({
      stageId: 23,
      pipelineId: 2,
      pipelineName: 'Sellers',
      stageName: 'Under Contract',
    })
    expect(String(body.enteredStageAt) > String(before.enteredStageAt)).toBe(true)
    expect((await user.call('PUT', '/v1/deals/5501', { pipelineId: 1 })).status).toBe(400)
    expect((await user.call('PUT', '/v1/deals/5501', { stageId: 4 })).status).toBe(400)
  })

  test('a deal is made and deleted, and can still be listed', async () => {
    const { body } = await user.call<Row>('POST', '/v1/deals', {
      name: 'New',
      stageId: 11,
      peopleIds: [5001],
      userIds: [1],
    })
    expect(body).toMatchObject({ pipelineId: 1, people: [{ id: 5001 }] })
    expect((await rows('/v1/deals?personId=5001', 'deals')).map((deal) => deal.id)).toContain(body.id)
    await user.call('DELETE', `/v1/deals/${body.id}`)
    expect((await api.call('GET', `/v1/deals/${body.id}`)).body).toMatchObject({ status: 'Deleted' })
  })

  test('pipelines hold the deal stages; /stages are people stages with other ids', async () => {
    const pipelines = await rows('/v1/pipelines', 'pipelines')
    const dealStages = pipelines.flatMap(
      (pipeline) => pipeline.stages as { id: number; closedStage: boolean }[],
    )
    const peopleStages = await rows('/v1/stages?limit=100', 'stages')
    expect(dealStages.filter((stage) => stage.closedStage)).toHaveLength(3)
    expect(dealStages.filter((stage) => peopleStages.some(({ id }) => id === stage.id))).toEqual([])
    expect(peopleStages[0]).toHaveProperty('pipelineId', null)
    expect((await rows('/v1/pipelines?name=Sellers', 'pipelines')).map(({ id }) => id)).toEqual([2])
    expect((await api.call('GET', '/v1/pipelines/2')).body).toMatchObject({ name: 'Sellers' })
    expect(await rows('/v1/dealCustomFields', 'dealCustomfields')).toContainEqual(
      expect.objectContaining({ name: 'customPropertyAddress', type: 'text', choices: [] }),
    )
  })
})

test('users have roles and time zones', async () => {
  const users = await rows('/v1/users?sort=id', 'users')
  expect(users.map(({ id, role, isOwner, timezone }) => [id, role, isOwner, timezone])).toEqual([
    [1, 'Broker', true, 'America/New_York'],
    [2, 'Broker', false, 'America/New_York'],
    [7, 'Agent', false, 'America/New_York'],
    [9, 'Lender', false, 'America/New_York'],
  ])
  expect((await api.call('GET', '/v1/users/7')).body).toMatchObject({ name: 'Sam Agent' })
  expect((await api.call('GET', '/v1/users/8')).status).toBe(404)
  expect((await api.call<Row>('GET', '/v1/me')).body).toHaveProperty('apiKey')
})

test('notes hang off a person and are written by the key holder', async () => {
  const { body, status } = await api.call<Row>('POST', '/v1/notes', {
    personId: 5001,
    subject: 's',
    body: 'b',
  })
  expect([status, body.createdById]).toEqual([201, 1])
  expect((await api.call('POST', '/v1/notes', { personId: 5001, userId: 7 })).status).toBe(400)
  await api.call('PUT', `/v1/notes/${body.id}`, { body: 'c' })
  expect((await rows('/v1/notes?personId=5001', 'notes')).map((note) => note.body)).toEqual(['c'])
  await api.call('DELETE', `/v1/notes/${body.id}`)
  expect((await api.call('GET', `/v1/notes/${body.id}`)).status).toBe(404)
})
