import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addTestRoute,
  openTestRecord,
  type TestRecord,
  type TestRoute,
  waitForLocks,
} from '../../test/store/record.ts'
import type { DbTime } from '../core/db-time.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { clockNow } from './clock.ts'
import {
  addContainer,
  adoptContainer,
  type ContainerRow,
  changeContainer,
  containersById,
  lockGeneral,
  markFull,
  observeContainer,
  scopeContainers,
  setRemoteId,
} from './containers.ts'
import { inTransaction } from './database.ts'

let record: TestRecord
let route: TestRoute

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  route = await addTestRoute(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const add = (shard: number, marker = `general/${shard}`) =>
  inTransaction(record.db, (tx) =>
    addContainer(tx, {
      routeId: route.routeId,
      connectionId: route.right,
      role: 'general',
      shard,
      name: `General ${shard}`,
      marker,
    }),
  )
const made = (id: string, remoteId: string) => inTransaction(record.db, (tx) => setRemoteId(tx, id, remoteId))
const now = async (id: string): Promise<ContainerRow | undefined> =>
  (await containersById(record.db, [id]))[0]
const observe = async (
  seen: Partial<RemoteContainer> & Pick<RemoteContainer, 'remoteId'>,
  askedAt?: DbTime,
) => {
  const at = askedAt ?? (await clockNow(record.db))
  const shown = { kind: 'project', name: 'Any name', parent: null, state: 'active', marker: null } as const
  return inTransaction(record.db, (tx) => observeContainer(tx, route.right, { ...shown, ...seen }, at))
}

const adopt = (shard: number, remoteId: string) =>
  inTransaction(record.db, (tx) =>
    adoptContainer(tx, {
      routeId: route.routeId,
      connectionId: route.right,
      role: 'general',
      shard,
      name: `General ${shard}`,
      marker: `general/${shard}`,
      remoteId,
    }),
  )

describe('a container', () => {
  it('is written down before it is made', async () => {
    const given = await add(1)
    expect(given).toMatchObject({
      role: 'general',
      shard: 1,
      remoteId: null,
      state: 'active',
      marker: 'general/1',
    })
    expect(given.key).toMatch(/^[0-9a-f-]{36}$/u)
    expect(await now(given.id)).toEqual(given)
    expect((await scopeContainers(record.db, route.routeId, route.right)).containers).toEqual(new Set())
  })

  it('is in the scope of its route on its side once it is made, and the first to say so is believed', async () => {
    const { id } = await add(1)
    await made(id, 'p1')
    await made(id, 'p2')
    expect((await scopeContainers(record.db, route.routeId, route.right)).containers).toEqual(new Set(['p1']))
    expect((await scopeContainers(record.db, route.routeId, route.left)).containers).toEqual(new Set())
  })

  it('exists once for each shard', async () => {
    await add(1)
    await expect(add(1)).rejects.toMatchObject({ code: '23505' })
  })

  it('is listed with its shards in order', async () => {
    for (const shard of [2, 1, 3]) await add(shard)
    const shards = await inTransaction(record.db, (tx) => lockGeneral(tx, route.routeId))
    expect(shards.map((one) => one.shard)).toEqual([1, 2, 3])
  })
})

describe('what a service says of its containers', () => {
  it('takes the place that its marker names, written down before or not', async () => {
    const { id } = await add(1)
    await adopt(1, 'p9')
    expect(await now(id)).toMatchObject({ remoteId: 'p9', state: 'active' })
    await adopt(2, 'p10')
    expect((await scopeContainers(record.db, route.routeId, route.right)).containers).toEqual(
      new Set(['p9', 'p10']),
    )
  })

  it('takes no place that is taken, and no two places', async () => {
    const { id } = await add(1)
    await made(id, 'p1')
    await adopt(1, 'p6')
    expect((await now(id))?.remoteId).toBe('p1')
    await adopt(2, 'p1')
    expect((await scopeContainers(record.db, route.routeId, route.right)).containers).toEqual(new Set(['p1']))
  })

  it.each(['archived', 'gone'] as const)('tells that one is %s, and that it is back', async (state) => {
    const { id } = await add(1)
    await made(id, 'p1')
    await observe({ remoteId: 'p1', state })
    expect((await now(id))?.state).toBe(state)
    await observe({ remoteId: 'p1' })
    expect((await now(id))?.state).toBe('active')
  })

  it('is no news of the state of one that we have put away since, and is of one that its user takes out again', async () => {
    const { id } = await add(1)
    await made(id, 'r1')
    const before = await clockNow(record.db)
    await record.clock.advance(1_000)
    await inTransaction(record.db, (tx) => changeContainer(tx, id, { state: 'archived', putAway: true }))
    await observe({ remoteId: 'r1', state: 'active' }, before)
    expect(await now(id)).toMatchObject({ state: 'archived', putAway: true, shownName: 'Any name' })
    await record.clock.advance(1_000)
    await observe({ remoteId: 'r1', state: 'archived' })
    expect(await now(id)).toMatchObject({ state: 'archived', putAway: true })
    await observe({ remoteId: 'r1', state: 'active' })
    expect(await now(id)).toMatchObject({ state: 'active', putAway: false })
  })

  it('does not make room in one that is full', async () => {
    const { id } = await add(1)
    await made(id, 'p1')
    await inTransaction(record.db, (tx) => markFull(tx, id))
    await observe({ remoteId: 'p1' })
    expect((await now(id))?.state).toBe('full')
    await observe({ remoteId: 'p1', state: 'archived' })
    await inTransaction(record.db, (tx) => markFull(tx, id))
    expect((await now(id))?.state).toBe('archived')
  })
})

it('two who give out places wait for each other', async () => {
  const order: string[] = []
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let begun: () => void = () => undefined
  const first = new Promise<void>((resolve) => {
    begun = resolve
  })
  const one = inTransaction(record.db, async (tx) => {
    await lockGeneral(tx, route.routeId)
    begun()
    await held
    order.push('first')
  })
  await first
  const two = inTransaction(record.db, async (tx) => {
    await lockGeneral(tx, route.routeId)
    order.push('second')
  })
  await waitForLocks(record.db, 1)
  release()
  await Promise.all([one, two])
  expect(order).toEqual(['first', 'second'])
})
