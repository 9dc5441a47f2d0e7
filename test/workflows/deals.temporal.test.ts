import { afterAll, beforeAll, expect, test } from 'vitest'
import { workflowIds } from '../../src/config/temporal-names.ts'
import type { Deal } from '../../src/core/deal.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import type { Db } from '../../src/store/database.ts'
import { json } from '../../src/store/json.ts'
import { keepHistory, wordsOf } from './histories.ts'
import { type OpenWorld, openWorld, type RunningWorld, until } from './running-world.ts'

let open: OpenWorld
let db: Db
let world: RunningWorld

const DEAL: Deal = {
  id: 'd1',
  name: 'Secret Lane 4',
  status: 'active',
  pipeline: 'p',
  stage: 's1',
  people: [{ id: 'p1', name: 'Ann Secret' }],
  price: null,
  closesOn: null,
  enteredStageAt: null,
  values: {},
}

beforeAll(async () => {
  open = await openWorld()
  db = open.db
  world = open.world
  await db`update route set policy = policy || ${json(db, { deals: DEFAULT_DEALS })}`
  world.left.stages = ['Showing', 'Offer', 'Closing'].map((name, place) => ({
    id: `s${place + 1}`,
    name,
    pipeline: 'p',
    pipelineName: 'Buyers',
    place,
    closed: false,
  }))
  world.left.deals.set('d1', DEAL)
  world.left.create({
    fields: { title: 'Call' },
    person: 'p1',
    container: null,
    marker: null,
    madeBy: 'user',
  })
  await world.startConnection('left')
  await world.startConnection('right')
})

afterAll(() => open[Symbol.asyncDispose]())

const connection = () => world.client.workflow.getHandle(workflowIds.connection(world.leftId))
const pullAll = () => connection().executeUpdate('pull', { args: [{ mode: 'complete' }] })
const comesInto = async (stage: string) => {
  world.left.deals.set('d1', { ...DEAL, stage })
  await pullAll()
}

/** The project in which the deal's section lies at the service. */
function project(): string | undefined {
  const section = [...world.right.containers.values()].find(({ kind }) => kind === 'section')
  return [...world.right.containers.values()].find(({ remoteId }) => remoteId === section?.parent)?.name
}

test('a deal that comes into another stage has a workflow, which ends; what is refused waits in it until a retry', async () => {
  await pullAll()
  await until('the task is in its deal’s section', () => project() === 'Showing')
  const deal = world.client.workflow.getHandle(workflowIds.deal(world.leftId, 'd1'))

  await comesInto('s2')
  await until('the section has followed', () => project() === 'Offer')
  await deal.result()
  const { status, searchAttributes } = await deal.describe()
  expect(status.name).toBe('COMPLETED')
  expect(searchAttributes.SyncSubject).toEqual(['deal-d1'])
  expect(await wordsOf(deal)).not.toContain('Secret')
  await keepHistory('deal-settled', deal)

  world.faults.next = (call) => (call === 'containers' ? 'refused-for-good' : null)
  await comesInto('s3')
  const told = async () => (await deal.query<{ state: string }>('status')).state
  await until('the deal waits for a person', async () => (await told()) === 'failed')
  expect((await deal.describe()).searchAttributes.SyncState).toEqual(['failed'])
  expect(await deal.query('__temporal_workflow_metadata')).toMatchObject({
    currentDetails: expect.stringMatching(/^Failed: the task app refused a change of its section/u),
  })
  expect((await deal.describe()).searchAttributes.SyncRoute).toEqual([expect.stringMatching(/^route-/u)])
  expect(project()).toBe('Offer')
  const { runId } = await deal.describe()
  world.faults.next = () => null
  await deal.signal('retry')
  await until('the section has followed', () => project() === 'Closing')
  await deal.result()
  const refused = world.client.workflow.getHandle(deal.workflowId, runId)
  await keepHistory('deal-retried', refused)
  await keepHistory('deal-refused', refused)
  await keepHistory('connection-with-deals', connection())
})

test('deals that cannot be listed keep no task waiting', async () => {
  world.faults.next = (call) => (call === 'stages' ? 'auth' : null)
  await db`update connection set deals_listed_at = clock() - interval '1 day' where id = ${world.leftId}`
  world.left.create({
    fields: { title: 'Visit' },
    person: 'p1',
    container: null,
    marker: null,
    madeBy: 'user',
  })
  await connection().signal('nudge')
  await until('the task has arrived', () =>
    [...world.right.view().tasks.values()].some(({ task }) => task.title === 'Visit'),
  )
  world.faults.next = () => null
})
