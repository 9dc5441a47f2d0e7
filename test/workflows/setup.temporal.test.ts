import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TASK_QUEUE } from '../../src/config/temporal-names.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'
import { openSetupLink } from '../../src/starter/setup/setup-link.ts'
import type { Db } from '../../src/store/database.ts'
import { json } from '../../src/store/json.ts'
import { routeById } from '../../src/store/routes.ts'
import { beginFirstSync } from '../../src/worker/first-syncs.ts'
import { startSetup } from '../../src/worker/workflow-calls.ts'
import type { SetupStatus } from '../../src/workflows/setup.ts'
import { detailsOf, keepHistory, wordsOf } from './histories.ts'
import { type OpenWorld, openWorld, type RunningWorld, until } from './running-world.ts'

let open: OpenWorld
let db: Db
let world: RunningWorld

beforeAll(async () => {
  open = await openWorld()
  db = open.db
  world = open.world
  await db`update route set state = 'draft', filled_at = null, policy = policy || ${json(db, { deals: DEFAULT_DEALS })}`
  world.left.stages = ['Secret Showing', 'Secret Lost'].map((name, place) => ({
    id: `s${place + 1}`,
    name,
    pipeline: 'p',
    pipelineName: 'Secret Buyers',
    place,
    closed: name.endsWith('Lost'),
  }))
  world.left.create({
    fields: { title: 'Secret call' },
    person: 'p1',
    container: null,
    marker: null,
    madeBy: 'user',
  })
})

afterAll(() => open[Symbol.asyncDispose]())

const statusOf = (handle: WorkflowHandle) => handle.query<SetupStatus>('status')
const reached = (handle: WorkflowHandle, stage: SetupStatus['stage']) =>
  until(`it is ${stage}`, async () => (await statusOf(handle)).stage === stage)

test('a refused key is told and waited for; names stay out of the history; confirmed twice, it begins once', async () => {
  const { name } = await routeById(db, world.routeId)
  world.faults.next = () => 'auth'
  const setup = await startSetup(world.client, name)
  await reached(setup, 'needs')
  expect((await statusOf(setup)).needs).toMatchObject([{ connectionId: world.leftId, kind: 'auth' }])
  expect(await detailsOf(setup)).toMatch(/^Waits: connection \d+: .*`retry`/su)
  const { needs } = await statusOf(setup)
  await expect(setup.executeUpdate('confirm')).rejects.toMatchObject({ cause: { message: needs[0]?.words } })

  world.faults.next = () => null
  await setup.signal('retry')
  await reached(setup, 'proposed')
  expect(await statusOf(setup)).toMatchObject({
    needs: [],
    setup: { firstSync: 'open', stages: { s2: 'none' } },
    firstSync: { creates: { left: 0, right: 1 } },
  })

  expect(await detailsOf(setup)).toMatch(/^Waits to be confirmed/u)

  const length = async () => (await setup.describe()).historyLength
  const before = await length()
  const named = { stages: { s1: { use: 'Secret project of Ann' } } }
  await expect(setup.executeUpdate('configure', { args: [named] })).rejects.toMatchObject({
    cause: { message: expect.stringContaining('dealbridge setup --config') },
  })
  expect(await length()).toBe(before)
  await expect(
    setup.executeUpdate('configure', { args: [{ stages: { s9: 'none' } }] }),
  ).rejects.toMatchObject({ cause: { message: expect.stringContaining('no stage of that id') } })
  const change = { stages: { s1: 'none' }, firstSync: 'none', makeLabels: false }
  expect(await setup.executeUpdate('configure', { args: [change] })).toMatchObject({
    stage: 'proposed',
    setup: { firstSync: 'none', stages: { s1: 'none', s2: 'none' } },
    firstSync: { creates: { left: 0, right: 0 }, leftOut: { left: 1, right: 0 } },
  })
  await setup.executeUpdate('configure', { args: [{ firstSync: 'open', makeLabels: true }] })

  // It goes on from the record, whatever became of the one before.
  await setup.terminate('the end of a workflow')
  const again = await startSetup(world.client, name)
  const link = await openSetupLink({ client: world.client, db, signal: new AbortController().signal }, name)
  await link.untilLooked(() => undefined)
  // Whoever has confirmed begins the first sync himself: by then the labels are there.
  let refused = 0
  world.faults.next = (call) => {
    if (call === 'labels') refused += 1
    if (call !== 'labels' || refused > 2) return null
    throw new ProviderError({ kind: 'transient', provider: 'test', message: 'Away', retryAfterMs: 10 })
  }
  await link.confirm()
  expect([...world.right.labels.keys()]).toContain('crm')
  await again.executeUpdate('confirm', { args: [{}] }).catch((error: unknown) => {
    // It may be over by then.
    expect(String(error)).toMatch(/not found|completed/iu)
  })
  expect(await again.result()).toMatchObject({ stage: 'done', progress: { filled: true, pairs: 1 } })
  expect(world.right.alive()).toHaveLength(1)
  const begun = world.client.workflow.getHandle(setup.workflowId, setup.firstExecutionRunId)
  await keepHistory('setup-configured', begun)
  await keepHistory('setup-confirmed', again)
  for (const handle of [again, begun]) expect(await wordsOf(handle)).not.toContain('Secret')

  const third = await startSetup(world.client, name)
  expect(await third.result()).toMatchObject({ stage: 'done', progress: { filled: true } })
})

test('a first sync that somebody else has begun ends the wait to be confirmed', async () => {
  await db`update route set state = 'draft', filled_at = null`
  await db`delete from setup`
  const route = await routeById(db, world.routeId)
  const setup = await startSetup(world.client, route.name)
  await reached(setup, 'proposed')
  await beginFirstSync(world.client, db, route)
  expect(await setup.result()).toMatchObject({ stage: 'done', progress: { filled: true } })
  expect(await detailsOf(setup)).toBe('')
  await keepHistory('setup-overtaken', setup)
})

test('a name that no route has, and an input that is none, are refused', async () => {
  const failed = async (args: readonly unknown[]) => {
    const handle = await world.client.workflow.start('setup', {
      workflowId: `setup/refused-${args.length}-${JSON.stringify(args).length}-${Date.now()}`,
      taskQueue: TASK_QUEUE,
      args: [...args],
    })
    return handle.result().catch((error: { cause?: Error }) => error.cause?.message)
  }
  expect(await failed([{ route: 'typo' }])).toContain('no route of this name')
  expect(await failed([{ rout: 'main' }])).toContain('{"route": "<name of the route>"}')
})
