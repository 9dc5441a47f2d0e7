import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { policy } from '../../test/core/rules.ts'
import { addPair, openTestRecord, SECRET, START, type TestRecord } from '../../test/store/record.ts'
import { createMemory } from '../providers/memory/provider.ts'
import { MemoryService } from '../providers/memory/service.ts'
import { retireConnection, saveConnection } from '../store/connections.ts'
import { inTransaction } from '../store/database.ts'
import { addRoute, retireRoute } from '../store/routes.ts'
import { pairNames, routeNames } from './side-names.ts'

let record: TestRecord
const service = new MemoryService({ name: 'S', now: () => START })
const providers = new Map(
  [
    createMemory({ kind: 'crm', name: 'Some CRM', flavour: 'bare', service }),
    createMemory({ kind: 'list', name: 'List App', flavour: 'feed', service }),
  ].map((one) => [one.kind, one]),
)

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())
beforeEach(() => record.db`truncate connection, route cascade`)

const connect = (name: string, provider: string) =>
  saveConnection(
    record.db,
    { name, provider, baseUrl: 'memory:', credentials: {}, pollSeconds: 30, webhooks: false },
    SECRET,
  )
const route = async (name: string, leftId: string, rightId: string) =>
  (await addRoute(record.db, { name, leftId, rightId, policy: policy() })).id
const names = () => routeNames({ db: record.db, providers })

it('a side is called as its service is', async () => {
  const id = await route('main', await connect('a', 'crm'), await connect('b', 'list'))
  const { byId, byName } = await names()
  expect(byId(id)).toMatchObject({ left: 'Some CRM', right: 'List App' })
  expect(byName('main')).toMatchObject({ left: 'Some CRM', right: 'List App' })
})

it('its connection is named too where another one of the service is connected', async () => {
  const crm = await connect('a', 'crm')
  const id = await route('main', crm, await connect('home', 'list'))
  const office = await connect('office', 'list')
  expect((await names()).byId(id)).toMatchObject({ left: 'Some CRM', right: 'List App (home)' })
  await inTransaction(record.db, (tx) => retireConnection(tx, office, SECRET))
  expect((await names()).byId(id).right).toBe('List App')
})

it('what was written by a route that is removed is told of with its names; both sides of one service are told apart', async () => {
  const [home, office] = [await connect('home', 'list'), await connect('office', 'list')]
  const id = await route('lists', home, office)
  await inTransaction(record.db, async (tx) => {
    await retireRoute(tx, id)
    await retireConnection(tx, home, SECRET)
    await retireConnection(tx, office, SECRET)
  })
  const { byId, byName } = await names()
  expect(byId(id)).toMatchObject({ left: 'List App (home)', right: 'List App (office)' })
  expect(byName('lists')).toMatchObject({ left: 'left', right: 'right' })
})

it('a service that this program does not know goes by its kind', async () => {
  const id = await route('main', await connect('a', 'other'), await connect('b', 'list'))
  expect((await names()).byId(id).left).toBe('other')
})

it('pairs of several routes have the names of their own', async () => {
  const [crm, list, other] = [await connect('a', 'crm'), await connect('b', 'list'), await connect('c', 'x')]
  const [one, two] = [await route('one', crm, list), await route('two', list, other)]
  const first = await addPair(record.db, { routeId: one, left: crm, right: list }, { left: '1', right: '2' })
  const second = await addPair(record.db, { routeId: two, left: list, right: other }, { left: '2' })
  const of = await pairNames({ db: record.db, providers }, [first, second, first])
  expect([of(first), of(second)]).toMatchObject([
    { left: 'Some CRM', right: 'List App' },
    { left: 'List App', right: 'x' },
  ])
})
