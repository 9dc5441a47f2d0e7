import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { NudgeTopic } from '../providers/contract.ts'
import { createMemory } from '../providers/memory/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { storeDelivery } from '../store/deliveries.ts'
import type { Deps } from './deps.ts'
import { type PullOutput, pull } from './pull.ts'

let record: TestRecord
let world: World
let deps: Deps
let calls: string[]
let deliveries = 0

beforeAll(async () => {
  record = await openTestRecord()
})

/** The left has no feed of changes: what deliveries name is looked at itself. */
beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  calls = []
  world.faults.next = (call) => {
    calls.push(call)
    return null
  }
  deps = plainDeps(world)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const addTask = (title: string) => addLeft(world, title)

const announce = (
  remoteId: string,
  given: { about?: NudgeTopic; made?: boolean; deleted?: boolean } = {},
) => {
  deliveries += 1
  return storeDelivery(record.db, {
    connectionId: world.leftId,
    deliveryId: `d${deliveries}`,
    about: given.about ?? 'tasks',
    remoteIds: [remoteId],
    made: given.made === true,
    deleted: given.deleted === true,
  })
}

async function nudged(): Promise<PullOutput> {
  calls.length = 0
  const input = { connectionId: world.leftId, mode: 'nudge', priority: 'change' } as const
  return pull(deps, input, new AbortController().signal)
}

async function waiting(): Promise<number> {
  const rows = await record.db`
    select from delivery where connection_id = ${world.leftId} and consumed_at is null`
  return rows.length
}

/** Follows the left by polls until nothing is left to do. */
const settleAll = () => settleIn(world, record.clock)

describe('the announcement that a task was made', () => {
  it('of one that nobody knows is looked at', async () => {
    const id = addTask('New')
    await announce(id, { made: true })
    expect(await nudged()).toMatchObject({ more: false, idle: false })
    expect(calls).toEqual(['read'])
    expect(await waiting()).toBe(0)
  })

  it('of one that the mirror holds costs no request', async () => {
    const id = addTask('Known')
    await settleAll()
    await announce(id, { made: true })
    expect(await nudged()).toEqual({ found: 0, more: false, idle: true })
    expect(calls).toEqual([])
    expect(await waiting()).toBe(0)
  })

  it('waits a moment while it may be that of a create under way, and no longer', async () => {
    const id = addTask('Perhaps ours')
    await record.db`
      insert into pair (route_id, origin) values (${world.routeId}, 'right')`
    const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
    await record.db`
      insert into op (route_id, subject, subject_id, side, connection_id, verb, after, sources, cause, steps,
        status, plan_id, planned_version)
      values (${world.routeId}, 'pair', ${pair?.id ?? ''}, 'left', ${world.leftId}, 'create', '{}', '{}', 'new',
        '[]', 'sent', gen_random_uuid(), 0)`
    await announce(id, { made: true })
    expect(await nudged()).toEqual({ found: 0, more: false, idle: true, postponed: true })
    expect([calls, await waiting()]).toEqual([[], 1])
    await record.clock.advance(1_000)
    expect(await nudged()).not.toHaveProperty('postponed')
    expect([calls, await waiting()]).toEqual([['read'], 0])
  })
})

describe('the announcement of an edit', () => {
  it('is looked at, also when it comes with the one that the task was made', async () => {
    const id = addTask('One')
    await settleAll()
    world.left.edit(id, { title: 'Two' })
    await announce(id, { made: true })
    await announce(id)
    expect(await nudged()).toMatchObject({ found: 1, idle: false })
    expect(calls).toEqual(['read'])
  })
})

describe('the announcement of something else than a task', () => {
  it('names no task, whatever its ids look like, and is a look at what changed', async () => {
    const id = addTask('Of the same number')
    await settleAll()
    world.left.edit(id, { title: 'Edited' })
    await announce(id, { about: 'deals', deleted: true })
    await announce(id, { about: 'people', made: true })
    expect(await nudged()).toMatchObject({ found: 1, more: false })
    expect(calls).toEqual(['pull'])
    expect(await waiting()).toBe(0)
  })

  it('does not keep a named task from being looked at', async () => {
    const id = addTask('One')
    await settleAll()
    world.left.edit(id, { title: 'Two' })
    await announce('77', { about: 'stages' })
    await announce(id)
    expect(await nudged()).toMatchObject({ found: 1 })
    expect(calls).toEqual(['read', 'pull'])
    expect(await waiting()).toBe(0)
  })
})

describe('a nudge for which nothing waits', () => {
  it('costs nothing when a pull has just taken in what it came for, and is a look when nobody has', async () => {
    await nudged()
    expect(calls).toEqual(['pull'])
    await announce(addTask('One'))
    await nudged()
    expect(await nudged()).toMatchObject({ idle: true })
    expect(calls).toEqual([])
    await record.clock.advance(5_001)
    await nudged()
    expect(calls).toEqual(['pull'])
  })
})

describe('announcements that the budget does not cover at once', () => {
  it('are ticked off as far as they were looked at, so that the next attempt goes on from there', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => addTask(`Task ${n}`))
    for (const id of ids) await announce(id)
    let reads = 0
    const provider = [...deps.providers.values()].find((one) => one.capabilities.changes === 'window')
    if (provider === undefined) throw new Error('there is no such provider')
    const usedUp = new ProviderError({ kind: 'rate-limited', provider: provider.kind, message: 'Used up' })
    const scarce = {
      ...provider,
      read: async (...args: Parameters<typeof provider.read>) => {
        reads += 1
        if (reads === 3) throw usedUp
        const result = await provider.read(...args)
        if (reads !== 2) return result
        return { ...result, observations: result.observations.slice(0, 60), unreached: usedUp }
      },
    }
    deps = { ...deps, providers: new Map([...deps.providers, [provider.kind, scarce]]) }
    await expect(nudged()).rejects.toBe(usedUp)
    expect(await waiting()).toBe(250 - 100 - 60)
    await expect(nudged()).rejects.toBe(usedUp)
    expect(await waiting()).toBe(90)
    expect(await nudged()).toMatchObject({ found: 180 })
    expect(await waiting()).toBe(0)
  })
})

describe('announcements that come during a walk of several pages', () => {
  /** The provider with a page size, so that a walk has several pages. */
  const inPagesOf = (pageSize: number) => {
    const [provider] = [...deps.providers.values()].filter((one) => one.capabilities.changes === 'window')
    if (provider === undefined) throw new Error('there is no such provider')
    const paged = createMemory({ kind: provider.kind, flavour: 'bare', service: world.left, pageSize })
    deps = { ...deps, providers: new Map([...deps.providers, [provider.kind, paged]]) }
  }
  const walk = (next: boolean): Promise<PullOutput> => {
    const input = { connectionId: world.leftId, mode: 'complete', priority: 'poll', next } as const
    return pull(deps, input, new AbortController().signal)
  }
  const named = (): Promise<PullOutput> => {
    const input = { connectionId: world.leftId, mode: 'named', priority: 'change' } as const
    return pull(deps, input, new AbortController().signal)
  }
  const titleOf = async (id: string) =>
    (
      await record.db`
        select seen -> 'task' ->> 'title' as title from remote_task
        where connection_id = ${world.leftId} and remote_id = ${id}`
    )[0]?.title

  beforeEach(() => inPagesOf(2))

  it('are not ticked off by its end: its pages may show what was there before', async () => {
    const ids = ['A', 'B', 'C', 'D'].map(addTask)
    expect(await walk(false)).toMatchObject({ more: true })
    world.left.edit(ids[0] ?? '', { title: 'A, edited' })
    await record.clock.advance(1)
    await announce(ids[0] ?? '')
    while ((await walk(true)).more) await record.clock.advance(1)
    expect(await waiting()).toBe(1)
    await nudged()
    expect([await titleOf(ids[0] ?? ''), await waiting()]).toEqual(['A, edited', 0])
  })

  it('are looked at between two pages, and the walk goes on where it was', async () => {
    const ids = ['A', 'B', 'C', 'D'].map(addTask)
    expect(await walk(false)).toMatchObject({ more: true })
    world.left.edit(ids[1] ?? '', { title: 'B, edited' })
    await announce(ids[1] ?? '')
    calls.length = 0
    expect(await named()).toMatchObject({ found: 1, more: false })
    expect(calls).toEqual(['read'])
    expect([await titleOf(ids[1] ?? ''), await waiting()]).toEqual(['B, edited', 0])
    expect(await walk(true)).toMatchObject({ more: false })
    const rows = await record.db`select from remote_task where connection_id = ${world.leftId}`
    expect(rows).toHaveLength(4)
  })

  it('and name nothing are left for the pull after it', async () => {
    addTask('A')
    deliveries += 1
    const general = { connectionId: world.leftId, deliveryId: `d${deliveries}`, remoteIds: [] }
    await storeDelivery(record.db, { ...general, about: 'tasks', made: false, deleted: false })
    calls.length = 0
    expect(await named()).toMatchObject({ found: 0, idle: true, postponed: true })
    expect([calls, await waiting()]).toEqual([[], 1])
    await nudged()
    expect([calls, await waiting()]).toEqual([['pull'], 0])
  })
})
