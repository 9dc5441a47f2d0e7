import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { settleIn } from '../../../test/activities/in-world.ts'
import { testWorker } from '../../../test/histories/worker.ts'
import type { World } from '../../../test/histories/world.ts'
import { linkedTask, pairNow, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { plan } from '../../activities/plan.ts'
import { read } from '../../activities/read.ts'
import { openOpsOf } from '../../store/ops.ts'
import { override } from './override.ts'

let record: TestRecord
let world: World
let deciding: TestDeciding
let leftId: string
let rightId: string
let pair: string

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

beforeEach(async () => {
  ;({ world, deciding, leftId, rightId, pair } = await linkedTask(record))
})

const settle = () => settleIn(world, record.clock)
const titles = () => [world.left.get(leftId)?.task.title, world.right.get(rightId)?.task.title]

it('leaves a field as it is on each side, until it is given free again', async () => {
  const { lines, outcome } = await override(deciding, pair, 'title', {})
  expect([outcome, lines[0]]).toEqual([0, `pair ${pair} “One”: title is left as it is on each side.`])
  expect(lines.join('\n')).toMatch(/Bare: “One”\n {2}Feed: “One”/)
  world.left.edit(leftId, { title: 'Two', completed: true })
  await settle()
  expect(titles()).toEqual(['Two', 'One'])
  expect(world.right.get(rightId)?.task.completed).toBe(true)

  await override(deciding, pair, 'title', { clear: true })
  expect(deciding.woken).toEqual([pair, pair])
  await settle()
  expect(titles()).toEqual(['Two', 'Two'])
})

it('takes back a write that has not left yet', async () => {
  world.left.edit(leftId, { title: 'Two' })
  await testWorker(world, async () => undefined).pull('left', 'incremental')
  const deps = {
    ...deciding.deps,
    secretKey: await deciding.secretKey(),
    wakeTasks: async () => undefined,
    wakeDeals: async () => undefined,
  }
  const { since, reads } = await plan(deps, { pairIds: [pair] })
  for (const call of reads) await read(deps, { ...call, priority: 'change' }, deciding.signal)
  await plan(deps, { pairIds: [pair], since })
  expect(await openOpsOf(record.db, [pair])).toHaveLength(1)
  await override(deciding, pair, 'title', {})
  expect(await openOpsOf(record.db, [pair])).toEqual([])
  await settle()
  expect(titles()).toEqual(['Two', 'One'])
})

it('answers a conflict about the field: each side keeps its own', async () => {
  await record.db`update route set policy = policy || '{"conflicts":"manual"}' where id = ${world.routeId}`
  world.left.edit(leftId, { title: 'Left' })
  world.right.edit(rightId, { title: 'Right' })
  await settle()
  await override(deciding, pair, 'title', {})
  await settle()
  const rows = await record.db`select decision, decided_by from conflict where pair_id = ${pair}`
  expect(rows).toEqual([{ decision: 'both', decided_by: 'person' }])
  expect(await pairNow(deciding, pair)).toMatchObject({ state: 'ok', overrides: ['title'] })
})

it('of what is so already says so, and wakes nobody', async () => {
  const { lines } = await override(deciding, pair, 'title', { clear: true })
  expect(lines[0]).toBe(`pair ${pair} “One”: title was kept in step already.`)
  expect(deciding.woken).toEqual([])
})

it('of a field that the two do not share names those that they do', async () => {
  await expect(override(deciding, pair, 'labels', {})).rejects.toMatchObject({
    exitCode: 2,
    hints: ['They share: title, due, type, completed.'],
  })
})
