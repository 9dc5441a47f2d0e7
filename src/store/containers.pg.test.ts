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
import { adoptContainer, containersUnseen, observeContainer } from './container-looks.ts'
import {
  addContainer,
  type ContainerRow,
  changeContainer,
  containersById,
  lockGeneral,
  markFull,
  resetContainer,
  scopeContainers,
  setRemoteId,
  tellOfWrite,
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

const STALE_READ_MS = 30_000
const adopt = async (shard: number, remoteId: string, askedAt?: DbTime) => {
  const at = askedAt ?? (await clockNow(record.db))
  const given = {
    routeId: route.routeId,
    connectionId: route.right,
    role: 'general',
    shard,
    name: `General ${shard}`,
    marker: `general/${shard}`,
    remoteId,
  } as const
  await inTransaction(record.db, (tx) =>
    adoptContainer(tx, given, { askedAt: at, staleReadMs: STALE_READ_MS }),
  )
}

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

  it('is no news of one that we have put away since, and is of one that its user takes out again', async () => {
    const { id } = await add(1)
    await made(id, 'r1')
    const before = await clockNow(record.db)
    await record.clock.advance(1_000)
    await inTransaction(record.db, (tx) => changeContainer(tx, id, { state: 'archived', putAway: true }))
    expect((await observe({ remoteId: 'r1', state: 'active' }, before)).homes).toEqual([])
    expect(await now(id)).toMatchObject({ state: 'archived', putAway: true, shownName: null })
    await record.clock.advance(1_000)
    await observe({ remoteId: 'r1', state: 'archived' })
    expect(await now(id)).toMatchObject({ state: 'archived', putAway: true, shownName: 'Any name' })
    await observe({ remoteId: 'r1', state: 'active' })
    expect(await now(id)).toMatchObject({ state: 'active', putAway: false })
  })

  it('from before our own write is no word of its user’s: neither a name nor a place', async () => {
    const { id } = await add(1)
    await made(id, 'r1')
    const before = await clockNow(record.db)
    await record.clock.advance(1_000)
    const told = { name: 'New', shownName: 'New', shownParent: 'p2' }
    await inTransaction(record.db, (tx) => changeContainer(tx, id, told))
    await observe({ remoteId: 'r1', name: 'Old', parent: 'p1' }, before)
    expect(await now(id)).toMatchObject(told)
  })

  it('is not replaced by an older look', async () => {
    const { id } = await add(1)
    await made(id, 'r1')
    const before = await clockNow(record.db)
    await record.clock.advance(1_000)
    await observe({ remoteId: 'r1', name: 'Mine', state: 'archived' })
    await observe({ remoteId: 'r1', name: 'Old' }, before)
    expect(await now(id)).toMatchObject({ shownName: 'Mine', state: 'archived' })
  })

  it('after our write was answered stays, though we hear of the answer later', async () => {
    const { id } = await add(1)
    await made(id, 'r1')
    const answeredAt = await clockNow(record.db)
    await record.clock.advance(1_000)
    await observe({ remoteId: 'r1', name: 'Mine', parent: 'p3' })
    const told = {
      parentId: null,
      shownName: 'Ours',
      shownParent: 'p2',
      state: 'archived',
      putAway: true,
    } as const
    await inTransaction(record.db, (tx) => tellOfWrite(tx, id, told, answeredAt))
    const seen = { shownName: 'Mine', shownParent: 'p3', state: 'active', putAway: false }
    expect(await now(id)).toMatchObject(seen)
  })

  it('of one that we have just given up may be old; later it is one that its user wants back', async () => {
    const { id } = await add(1)
    await made(id, 'p1')
    const before = await clockNow(record.db)
    await record.clock.advance(1_000)
    await inTransaction(record.db, (tx) => resetContainer(tx, id))
    await adopt(1, 'p1', before)
    await record.clock.advance(STALE_READ_MS - 1)
    await adopt(1, 'p1')
    expect(await now(id)).toMatchObject({ remoteId: null })
    await record.clock.advance(1)
    await adopt(1, 'p1')
    expect(await now(id)).toMatchObject({ remoteId: 'p1' })
  })

  it('of another one than that we have just given up is believed at once', async () => {
    const { id } = await add(1)
    await made(id, 'p1')
    await inTransaction(record.db, (tx) => resetContainer(tx, id))
    await adopt(1, 'p2')
    expect(await now(id)).toMatchObject({ remoteId: 'p2' })
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

it('one is unseen that is there, for all we know, and that neither a look nor a write has shown since', async () => {
  const ids: string[] = []
  for (const shard of [1, 2, 3, 4, 5]) ids.push((await add(shard)).id)
  for (const shard of [1, 2, 3, 4]) await made(ids[shard - 1] ?? '', `p${shard}`)
  const since = await clockNow(record.db)
  await record.clock.advance(1_000)
  await observe({ remoteId: 'p1' })
  await inTransaction(record.db, (tx) => changeContainer(tx, ids[1] ?? '', { name: 'New' }))
  await inTransaction(record.db, (tx) => changeContainer(tx, ids[2] ?? '', { state: 'archived' }))
  const unseen = async (from: DbTime) =>
    (await containersUnseen(record.db, route.right, from, 10)).map(({ remoteId }) => remoteId)
  expect(await unseen(since)).toEqual(['p4'])
  await record.clock.advance(1_000)
  expect(await unseen(await clockNow(record.db))).toEqual(['p1', 'p2', 'p4'])
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
