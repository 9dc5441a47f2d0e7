import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { FubPipeline } from './records.ts'
import { testReceiver } from './test-receiver.ts'
import { testSim } from './test-sim.ts'

const sim = testSim()
const receiver = testReceiver(sim)
beforeAll(() => Promise.all([sim.start(), receiver.start()]))
afterAll(async () => {
  receiver.stop()
  await sim.stop()
})
beforeEach(async () => {
  await sim.reset()
  await receiver.renew()
})
const told = () => receiver.received.map(({ event, resourceIds }) => `${event} ${resourceIds}`)
const hears = (events: string[]) =>
  vi.waitFor(() => expect(told().toSorted()).toEqual(events.toSorted()), { interval: 5 })

test('a pipeline is made with its stages, which have new ids', async () => {
  const { body, status } = await sim.user.call<FubPipeline>('POST', '/v1/pipelines', {
    name: 'Rentals',
    stages: [
      { name: 'Open', closedStage: false },
      { name: 'Let', closedStage: true, color: '#000000' },
    ],
  })
  expect(status).toBe(201)
  expect(body).toEqual({
    id: 3,
    name: 'Rentals',
    description: null,
    orderWeight: 3000,
    stages: [
      { id: 26, name: 'Open', closedStage: false, color: '#8a8a8a', description: null, orderWeight: 1000 },
      { id: 27, name: 'Let', closedStage: true, color: '#000000', description: null, orderWeight: 2000 },
    ],
  })
  expect((await sim.api.call('GET', '/v1/pipelines/3')).body).toEqual(body)
  await hears(['pipelineCreated 3'])
})

test('stages are renamed, added and removed; deals of a removed stage move on', async () => {
  const { body: before } = await sim.api.call<FubPipeline>('GET', '/v1/pipelines/1')
  await sim.user.call('PUT', '/v1/deals/5501', { stageId: 12 })
  const [first, second, ...rest] = before.stages
  receiver.received = []
  const stages = [{ ...first, name: 'Tours' }, ...rest, { name: 'Lost', closedStage: true }]
  const { body } = await sim.user.call<FubPipeline>('PUT', '/v1/pipelines/1', { stages })
  expect(body.stages.map(({ id, name }) => [id, name])).toEqual([
    [11, 'Tours'],
    [13, 'Under Contract'],
    [14, 'Closed'],
    [26, 'Lost'],
  ])
  const deal = (await sim.api.call('GET', '/v1/deals/5501')).body
  expect(deal).toMatchObject({ stageId: 11, stageName: 'Tours' })
  await vi.waitFor(() =>
    expect(told()).toEqual(
      expect.arrayContaining([
        'pipelineUpdated 1',
        'pipelineStageUpdated 11',
        'pipelineStageCreated 26',
        `pipelineStageDeleted ${second?.id}`,
        'dealsUpdated 5501',
      ]),
    ),
  )
})

test('what changes nothing is silent; what is wrong is a 400', async () => {
  const { body } = await sim.api.call<FubPipeline>('GET', '/v1/pipelines/1')
  await sim.user.call('PUT', '/v1/pipelines/1', { name: body.name, stages: body.stages })
  for (const wrong of [{ colour: 'red' }, { stages: [{ id: 21, name: 'x' }] }, { stages: [{}] }, { name: 5 }])
    expect((await sim.user.call('PUT', '/v1/pipelines/1', wrong)).status).toBe(400)
  await sim.user.call('PUT', '/v1/pipelines/1', { name: 'Buying' })
  await hears(['pipelineUpdated 1'])
})

test('a pipeline goes when no deals are left in it, and its ids are never given again', async () => {
  expect((await sim.user.call('DELETE', '/v1/pipelines/1')).status).toBe(400)
  const { body } = await sim.user.call<FubPipeline>('POST', '/v1/pipelines', {
    name: 'x',
    stages: [{ name: 'y' }],
  })
  expect((await sim.user.call('DELETE', `/v1/pipelines/${body.id}`)).status).toBe(200)
  expect((await sim.api.call('GET', `/v1/pipelines/${body.id}`)).status).toBe(404)
  const next = await sim.user.call<FubPipeline>('POST', '/v1/pipelines', {
    name: 'z',
    stages: [{ name: 'y' }],
  })
  expect([next.body.id, next.body.stages[0]?.id]).toEqual([body.id + 1, 27])
  await hears([`pipelineCreated ${body.id}`, `pipelineDeleted ${body.id}`, `pipelineCreated ${body.id + 1}`])
})
