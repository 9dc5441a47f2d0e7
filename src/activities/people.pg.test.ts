import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { GENERAL, makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { Deps } from './deps.ts'
import { people } from './people.ts'
import { plan } from './plan.ts'

let record: TestRecord
let world: World
let pairId: string
let remoteId: string

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

/** A task of the right names p1, and nobody has looked for them yet. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  const container = world.right.container(GENERAL)
  const fields = { title: 'Call person:p1' }
  remoteId = world.right.create({ fields, person: null, container, marker: null, madeBy: 'user' })
  await pullRight()
  const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  pairId = pair?.id ?? ''
})

const pullRight = () => testWorker(world, async () => undefined).pull('right', 'incremental')

async function retitle(title: string): Promise<void> {
  await record.clock.advance(500)
  world.right.edit(remoteId, { title })
  await pullRight()
}

/** Plans, and looks for the person whom the words name. */
async function lookForPerson(deps: Deps): Promise<void> {
  const planned = await plan(deps, { pairIds: [pairId] })
  expect(planned.people).toHaveLength(1)
  for (const call of planned.people)
    await people(deps, { ...call, priority: 'change' }, new AbortController().signal)
}

/** Deps with which something happens while a service looks for a person. */
function meanwhile(happens: () => Promise<void>): Deps {
  const deps = plainDeps(world)
  const providers = [...deps.providers].map(([kind, provider]) => {
    const search = provider.people
    if (search === undefined) return [kind, provider] as const
    const slow: typeof search = async (connection, query) => {
      const found = await search(connection, query)
      await happens()
      return found
    }
    return [kind, { ...provider, people: slow }] as const
  })
  return { ...deps, providers: new Map(providers) }
}

const made = () => world.left.alive().map(({ person, task }) => [person, task.title])

const storedPerson = async () => {
  const [row] = await record.db`select person, person_by, state, reason from pair where id = ${pairId}`
  return row
}

describe('the person whom a task names', () => {
  it('is the one of its words now, when they change while somebody looks', async () => {
    await lookForPerson(meanwhile(() => retitle('Call person:p2')))
    expect(await storedPerson()).toMatchObject({ person: null, person_by: null })
    await settleIn(world, record.clock)
    expect(made()).toEqual([['p2', 'Call']])
  })

  it('may be corrected until a task is made for it', async () => {
    await lookForPerson(plainDeps(world))
    expect(await storedPerson()).toMatchObject({ person: 'p1' })
    await retitle('Call person:p2')
    await settleIn(world, record.clock)
    expect(made()).toEqual([['p2', 'Call']])
  })

  it('is nobody when it is taken out before a task is made for it', async () => {
    await lookForPerson(plainDeps(world))
    await retitle('Call')
    await settleIn(world, record.clock)
    expect(made()).toEqual([])
    expect(await storedPerson()).toMatchObject({ person: null, state: 'waiting', reason: 'needs-person' })
  })

  it('stays when other words change', async () => {
    await lookForPerson(plainDeps(world))
    await retitle('Call soon person:p1')
    await settleIn(world, record.clock)
    expect(made()).toEqual([['p1', 'Call soon']])
  })

  it('stays when its task is made again, though the words have done their work', async () => {
    await settleIn(world, record.clock)
    expect(world.right.alive().map(({ task }) => task.title)).toEqual(['Call'])
    await record.clock.advance(60_000)
    for (const { id } of world.left.alive()) world.left.delete(id)
    await retitle('Call today')
    for (let round = 0; round < 3; round += 1) {
      await record.clock.advance(60_000)
      await settleIn(world, record.clock)
    }
    expect(made()).toEqual([['p1', 'Call today']])
  })
})
