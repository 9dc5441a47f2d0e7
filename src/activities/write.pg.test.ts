import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { Deps } from './deps.ts'
import { plan } from './plan.ts'
import { read } from './read.ts'
import { write } from './write.ts'

let record: TestRecord
let world: World
let deps: Deps
let leftId: string
let rightId: string

beforeAll(async () => {
  record = await openTestRecord()
})

/** One task on both sides, in step. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  deps = plainDeps(world)
  leftId = addLeft(world, 'One')
  await work()
  rightId = world.right.alive()[0]?.id ?? ''
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const work = () => settleIn(world, record.clock)

describe('an edit that waited for the request budget', () => {
  it('is not written on an old look: what a person typed meanwhile is a conflict, and not gone', async () => {
    const { signal } = new AbortController()
    world.right.edit(rightId, { title: 'Typed on the right' })
    await testWorker(world, async () => undefined).pull('right', 'incremental')
    const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
    const pairIds = [pair?.id ?? '']
    const first = await plan(deps, { pairIds })
    for (const call of first.reads) await read(deps, { ...call, priority: 'change' }, signal)
    const { writes } = await plan(deps, { pairIds, since: first.since })
    const [call] = writes
    if (call === undefined) throw new Error('nothing is to be written')
    expect(call.opIds).toHaveLength(1)

    world.left.edit(leftId, { title: 'Typed on the left' })
    await record.clock.advance(5_000)
    expect(await write(deps, { ...call, priority: 'change' }, signal)).toEqual({
      pending: pairIds,
      unsettled: [],
      stale: true,
    })
    expect(world.left.get(leftId)?.task.title).toBe('Typed on the left')

    await record.db`update pair set dispatched_at = null`
    await work()
    const titles = [world.left.get(leftId)?.task.title, world.right.get(rightId)?.task.title]
    expect(titles[0]).toBe(titles[1])
    const conflicts =
      await record.db`select "left", "right" from conflict where pair_id = ${pairIds[0] ?? ''}`
    expect(conflicts).toEqual([{ left: 'Typed on the left', right: 'Typed on the right' }])
  })
})

describe('a pair', () => {
  const pairIs = async () => {
    const [row] = await record.db`
      select state, attempts, last_error as "lastError" from pair where route_id = ${world.routeId}`
    return row
  }
  const rename = async (title: string) => {
    world.left.edit(leftId, { title })
    await record.db`update pair set dispatched_at = null`
    await work()
  }

  it('whose edits are refused tells of the last refusal however many they are, and the next edit is tried', async () => {
    world.faults.next = (call) => (call === 'write' ? 'refused-for-good' : null)
    for (let n = 0; n < 6; n += 1) await rename(`Refused ${n}`)
    const ops = await record.db`select from op where status = 'refused' and route_id = ${world.routeId}`
    expect(ops).toHaveLength(6)
    expect(await pairIs()).toMatchObject({ state: 'error' })
    world.faults.next = () => null
    await rename('Taken')
    expect(world.right.get(rightId)?.task.title).toBe('Taken')
    expect(await pairIs()).toMatchObject({ state: 'ok', lastError: null })
  })

  it('whose edits were taken five times and never shown is not written again, and says where', async () => {
    await record.db`update pair set attempts = 5 where route_id = ${world.routeId}`
    await rename('Never shown')
    expect(world.right.get(rightId)?.task.title).toBe('One')
    expect(await pairIs()).toMatchObject({
      state: 'error',
      attempts: 0,
      lastError: expect.stringMatching(/^feed-\d+ took title 5 times and never showed it$/u),
    })
  })
})
