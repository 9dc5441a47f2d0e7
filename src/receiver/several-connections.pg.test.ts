import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  addConnection,
  fromFollowUpBoss,
  fromTodoist,
  itemUpdated,
  openReceiver,
  post,
  type ReceiverBed,
  storedDeliveries,
} from '../../test/receiver/running.ts'

let bed: ReceiverBed
const ids: Record<string, string> = {}

/** Two agents use one Todoist app, a third has an app of her own; two accounts share a registered system. */
beforeAll(async () => {
  bed = await openReceiver()
  const facts = (userId: string) => ({ accountId: userId, userId })
  const own = { credentials: { webhookSecret: 'own' } }
  ids.ann = await addConnection(bed.db, { provider: 'todoist', name: 'Ann Lee' }, facts('1'))
  ids.bob = await addConnection(bed.db, { provider: 'todoist', name: 'bob' }, facts('2'))
  ids.cleo = await addConnection(bed.db, { provider: 'todoist', name: 'cleo', ...own }, facts('3'))
  ids.north = await addConnection(bed.db, { provider: 'follow-up-boss', name: 'north' })
  ids.south = await addConnection(bed.db, { provider: 'follow-up-boss', name: 'south' })
})
afterAll(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.db`truncate delivery`)

const takers = async () => (await storedDeliveries(bed.db)).map((one) => one.connectionId)

test.each([
  ['1', 'shh', 'ann'],
  ['2', 'shh', 'bob'],
  ['3', 'own', 'cleo'],
])('a delivery for user %s goes to the connection of that user', async (user, secret, name) => {
  const delivery = fromTodoist(`for ${user}`, itemUpdated('t', user), secret)
  expect((await post(bed.receiver, '/webhook/todoist', delivery)).status).toBe(200)
  expect(await takers()).toEqual([ids[name]])
})

test('one for a user of the app whom nobody has is dropped', async () => {
  const delivery = fromTodoist('stranger', itemUpdated('t', '99'))
  expect((await post(bed.receiver, '/webhook/todoist', delivery)).status).toBe(200)
  expect(await takers()).toEqual([])
})

test('a secret signs for its own connections alone', async () => {
  const path = `/webhook/todoist/${encodeURIComponent('Ann Lee')}`
  expect((await post(bed.receiver, path, fromTodoist('d', itemUpdated('t', '1'), 'own'))).status).toBe(401)
  expect((await post(bed.receiver, path, fromTodoist('d', itemUpdated('t', '1')))).status).toBe(200)
  expect(await takers()).toEqual([ids.ann])
})

test('where the account is not told, each that shares the secret looks, and none takes the ids for its own', async () => {
  const event = { eventId: 'e1', event: 'tasksDeleted', resourceIds: [7] }
  expect((await post(bed.receiver, '/webhook/fub', fromFollowUpBoss(event))).status).toBe(200)
  expect(await storedDeliveries(bed.db)).toEqual(
    [ids.north, ids.south].map((connectionId) => ({
      connectionId,
      deliveryId: 'e1',
      about: 'tasks',
      remoteIds: [],
      deleted: false,
    })),
  )
})

test('what it is about is told to each that shares the secret', async () => {
  const event = { eventId: 'e4', event: 'dealsUpdated', resourceIds: [7] }
  expect((await post(bed.receiver, '/webhook/fub', fromFollowUpBoss(event))).status).toBe(200)
  expect(await storedDeliveries(bed.db)).toMatchObject(
    [ids.north, ids.south].map((connectionId) => ({ connectionId, about: 'deals', remoteIds: [] })),
  )
})

test('at its own address a connection gets the ids', async () => {
  const event = { eventId: 'e2', event: 'tasksDeleted', resourceIds: [7] }
  expect((await post(bed.receiver, '/webhook/fub/south', fromFollowUpBoss(event))).status).toBe(200)
  expect(await storedDeliveries(bed.db)).toEqual([
    { connectionId: ids.south, deliveryId: 'e2', about: 'tasks', remoteIds: ['7'], deleted: true },
  ])
})

test('at its own address a connection gets the ids of deals, and that they are of deals', async () => {
  const event = { eventId: 'e3', event: 'dealsDeleted', resourceIds: [7] }
  expect((await post(bed.receiver, '/webhook/fub/south', fromFollowUpBoss(event))).status).toBe(200)
  expect(await storedDeliveries(bed.db)).toEqual([
    { connectionId: ids.south, deliveryId: 'e3', about: 'deals', remoteIds: ['7'], deleted: true },
  ])
})

test('what changes in the record is known within seconds', async () => {
  const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 10_000, interval: 100 })
  const cleo = { provider: 'todoist', name: 'cleo', credentials: { webhookSecret: 'new' } }
  const toCleo = async (secret: string) =>
    (await post(bed.receiver, '/webhook/todoist/cleo', fromTodoist('d', itemUpdated('t', '3'), secret)))
      .status
  expect(await toCleo('own')).toBe(200)
  await addConnection(bed.db, cleo)
  await until(async () => expect(await toCleo('new')).toBe(200))

  await addConnection(bed.db, { ...cleo, webhooks: false })
  await bed.db`update connection set credentials = 'v1.a.b.c' where name = 'bob'`
  await until(async () => expect(await toCleo('new')).toBe(404))
  // Credentials that cannot be opened refuse their own connection's deliveries alone.
  expect((await post(bed.receiver, '/webhook/todoist/bob', fromTodoist('d'))).status).toBe(401)
  const toAnn = fromTodoist('last', itemUpdated('t', '1'))
  expect((await post(bed.receiver, '/webhook/todoist', toAnn)).status).toBe(200)
  expect((await storedDeliveries(bed.db)).at(-1)).toMatchObject({ connectionId: ids.ann, deliveryId: 'last' })
})
