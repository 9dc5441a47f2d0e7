import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainDeps } from '../../test/activities/in-world.ts'
import { GENERAL, makeWorld } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { Deps } from './deps.ts'
import { pull } from './pull.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

it('a pull that dies at any step leaves nothing out that its cursor is past', async () => {
  const world = await makeWorld(record.db, record.clock)
  const pullRight = (deps: Deps) =>
    pull(
      deps,
      { connectionId: world.rightId, mode: 'incremental', priority: 'poll' },
      new AbortController().signal,
    )
  let deaths = 0
  for (let finished = false; !finished; ) {
    const remoteId = world.right.create({
      fields: { title: `One more person:p${deaths}` },
      person: null,
      container: world.right.container(GENERAL),
      marker: null,
      madeBy: 'user',
    })
    let steps = deaths
    const dies = async () => {
      if (steps === 0) throw new Error('died')
      steps -= 1
    }
    const dying = world.depsFor(dies, async () => undefined)
    finished = await pullRight(dying).then(
      () => true,
      () => false,
    )
    if (!finished) deaths += 1
    await record.clock.advance(1_000)
    await pullRight(plainDeps(world))
    const seen = await record.db`
      select from remote_task where connection_id = ${world.rightId} and remote_id = ${remoteId}`
    expect([deaths, seen.length]).toEqual([deaths, 1])
  }
  expect(deaths).toBeGreaterThan(3)
})
