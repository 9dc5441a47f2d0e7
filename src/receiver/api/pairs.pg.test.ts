import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { addLeft, settleIn } from '../../../test/activities/in-world.ts'
import type { World } from '../../../test/histories/world.ts'
import { administrationHeard } from '../../../test/receiver/administration.ts'
import { type ApiBed, callsOf } from '../../../test/receiver/api.ts'
import { changePair, linkedTask, pairNow, pairOf, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { recordAmbiguity } from '../../store/conflicts.ts'
import { inTransaction } from '../../store/database.ts'
import { createApi } from './api.ts'

type Pairs = {
  readonly pairs: { readonly id: string; readonly title: string }[]
  readonly nextCursor: string | null
}
type Ops = {
  readonly ops: { readonly op: string; readonly verb: string }[]
  readonly nextCursor: string | null
}
type Conflicts = { readonly conflicts: { readonly id: string }[]; readonly nextCursor: string | null }
type Refused = { readonly type: string; readonly detail: string }

let record: TestRecord
let world: World
let deciding: TestDeciding
let leftId: string
let rightId: string
let pair: string
let told: string[]
let call: ApiBed['call']

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

/** A task in step on both sides. */
beforeEach(async () => {
  await record.db`update route set removed_at = clock()`
  ;({ world, deciding, leftId, rightId, pair } = await linkedTask(record))
  told = []
  const administration = { ...administrationHeard(record.db, told), deps: deciding.deps }
  call = callsOf(createApi({ db: record.db, nudge: () => undefined, administration }, '/api/v1'))
})

const settle = () => settleIn(world, record.clock)
const get = <T>(path: string) => call<T>('GET', path)
const post = <T>(path: string, body?: object, headers = {}) =>
  call<T>('POST', path, { headers, ...(body === undefined ? {} : { body }) })
const titles = () => [world.left.get(leftId)?.task.title, world.right.get(rightId)?.task.title]

async function conflictsGoTo(conflicts: 'manual' | 'left'): Promise<void> {
  await record.db`update route set policy = policy || ${record.db.json({ conflicts })} where id = ${world.routeId}`
}

/** Both sides edit the title, and a person is asked. */
async function bothEdit(): Promise<string> {
  await conflictsGoTo('manual')
  world.left.edit(leftId, { title: 'Left' })
  world.right.edit(rightId, { title: 'Right' })
  await settle()
  return (await get<Conflicts>(`/conflicts?pair=${pair}`)).body.conflicts[0]?.id ?? ''
}

it('pairs come page by page, and are found by state, task, deal and person', async () => {
  addLeft(world, 'Other')
  await settle()
  await changePair(deciding, pair, { state: 'waiting', reason: 'needs-person', deal: 'd1', person: 'p7' })
  const one = await get<Pairs>('/pairs?limit=1')
  expect(one.body.pairs).toMatchObject([
    {
      id: pair,
      title: 'One',
      route: world.routeId,
      state: 'waiting',
      reason: 'needs-person',
      left: { connection: world.leftId, task: leftId, presence: 'present', link: null },
      right: { task: rightId },
    },
  ])
  const two = await get<Pairs>(`/pairs?limit=1&cursor=${one.body.nextCursor}`)
  expect([two.body.pairs.map(({ title }) => title), two.body.nextCursor]).toEqual([['Other'], null])
  const found = async (query: string) =>
    (await get<Pairs>(`/pairs?${query}`)).body.pairs.map(({ title }) => title)
  for (const query of ['state=waiting', `task=${leftId}`, `task=${rightId}`, 'deal=d1', 'person=p7'])
    expect(await found(query), query).toEqual(['One'])
  expect(await found(`state=ok&route=${world.routeId}`)).toEqual(['Other'])
  for (const query of ['task=nobody', 'deal=d2', 'person=p8', 'route=999', 'state=error'])
    expect(await found(query), query).toEqual([])
  world.left.edit(leftId, { title: 'Edited' })
  await record.db`update pair set wake_at = clock() where id = ${pair}`
  expect([await found('pending=true'), await found('pending=false')]).toEqual([['One'], ['Other']])
  expect((await get('/pairs?state=odd')).status).toBe(400)
})

it('a pair is told of with both sides, its writes and conflicts; one that there is not is 404', async () => {
  const conflict = await bothEdit()
  expect((await get(`/pairs/${pair}`)).body).toMatchObject({
    id: pair,
    state: 'conflict',
    left: { remoteId: leftId, task: { title: 'Left' } },
    right: { remoteId: rightId, task: { title: 'Right' } },
    conflicts: [{ id: conflict, field: 'title', left: 'Left', right: 'Right', decision: null }],
    ops: [{ pair, verb: 'create', status: 'confirmed', after: { title: 'One' } }],
    next: { kind: 'change' },
  })
  for (const path of ['/pairs/999999', '/pairs/x']) expect((await get(path)).status, path).toBe(404)
})

it('writes come newest first, page by page, of one pair or of all', async () => {
  world.left.edit(leftId, { title: 'Two' })
  await settle()
  addLeft(world, 'Other')
  await settle()
  const verbs = async (query: string) => (await get<Ops>(`/ops?${query}`)).body.ops.map(({ verb }) => verb)
  const one = await get<Ops>(`/ops?route=${world.routeId}&limit=2`)
  expect(one.body.ops.map(({ verb }) => verb)).toEqual(['create', 'update'])
  const two = await get<Ops>(`/ops?route=${world.routeId}&limit=2&cursor=${one.body.nextCursor}`)
  expect([two.body.ops.map(({ verb }) => verb), two.body.nextCursor]).toEqual([['create'], null])
  expect(await verbs(`pair=${pair}`)).toEqual(['update', 'create'])
  for (const query of ['status=refused', 'side=left', 'since=2999-01-01T00:00:00Z'])
    expect(await verbs(`pair=${pair}&${query}`), query).toEqual([])
})

it('a conflict is decided once, however often the same answer comes', async () => {
  const id = await bothEdit()
  const first = await post(`/conflicts/${id}/resolve`, { choice: 'left' })
  expect([first.status, first.body]).toEqual([
    202,
    {
      workflowId: `task/${pair}`,
      conflict: id,
      pairs: [pair],
      left: [],
      decision: 'left',
      changed: true,
      told: true,
    },
  ])
  expect(told).toEqual([`wake ${pair}`])
  await settle()
  world.right.edit(rightId, { title: 'Typed since' })
  await settle()
  expect((await post(`/conflicts/${id}/resolve`, { choice: 'left' })).body).toMatchObject({ changed: false })
  await settle()
  expect(titles()).toEqual(['Typed since', 'Typed since'])
  expect((await get<Conflicts>(`/conflicts?pair=${pair}`)).body.conflicts).toEqual([])
  expect((await get(`/conflicts?decided=true&pair=${pair}`)).body).toMatchObject({
    conflicts: [{ id, decision: 'left', title: 'Typed since', route: world.routeId }],
  })
})

it('a value of one’s own decides, and what cannot be answered so says what can', async () => {
  const id = await bothEdit()
  const refused: readonly (readonly [string, object, number, string])[] = [
    [id, { choice: 'middle' }, 422, 'no-such-choice'],
    [id, { value: '' }, 422, 'bad-value'],
    [id, {}, 422, 'bad-values'],
    [id, { choice: 'left', value: 'x' }, 422, 'bad-values'],
    ['999999', { choice: 'left' }, 404, 'no-such-conflict'],
    ['home-41', { choice: 'restore' }, 404, 'nothing-gone'],
    ['odd', { choice: 'left' }, 404, 'not-found'],
  ]
  for (const [conflict, body, status, name] of refused) {
    const answer = await post<Refused>(`/conflicts/${conflict}/resolve`, body)
    expect([answer.status, answer.body.type], name).toEqual([status, `urn:dealbridge:problem:${name}`])
  }
  expect(told).toEqual([])
  await post(`/conflicts/${id}/resolve`, { value: 'Mine' })
  await settle()
  expect(titles()).toEqual(['Mine', 'Mine'])
})

it('of several tasks that it may be the one is chosen, and chosen again without effect', async () => {
  const other = addLeft(world, 'Other')
  await settle()
  const second = await pairOf(deciding, world.leftId, other)
  await inTransaction(record.db, (tx) => recordAmbiguity(tx, second, ['a', 'b']))
  const [row] = (await get<Conflicts>(`/conflicts?pair=${second}`)).body.conflicts
  const answer = await post<Refused>(`/conflicts/${row?.id}/resolve`, { choice: 'none' })
  expect([answer.status, answer.body.type]).toEqual([409, 'urn:dealbridge:problem:question-over'])
})

it('exactly the fields that are named are left as they are on each side', async () => {
  const patch = (overrides: readonly string[]) =>
    call<Refused>('PATCH', `/pairs/${pair}`, { body: { overrides } })
  expect((await patch(['title', 'due'])).body).toMatchObject({ overrides: ['title', 'due'], changed: true })
  expect((await patch(['title', 'due'])).body).toMatchObject({ changed: false })
  expect(told).toEqual([`wake ${pair}`])
  world.left.edit(leftId, { title: 'Left' })
  await settle()
  expect(titles()).toEqual(['Left', 'One'])
  const wrong = await patch(['title', 'colour'])
  expect([wrong.status, wrong.body.type]).toEqual([422, 'urn:dealbridge:problem:no-such-field'])
  expect((await patch([])).body).toMatchObject({ overrides: [], changed: true })
  await settle()
  expect(titles()).toEqual(['Left', 'Left'])
})

it('what waits is given up once: what somebody types afterwards is carried', async () => {
  await bothEdit()
  const discard = () => post(`/pairs/${pair}/discard`)
  const first = await discard()
  expect([first.status, first.body]).toEqual([
    202,
    { workflowId: `task/${pair}`, pair, changed: true, told: true },
  ])
  await settle()
  expect([titles(), (await pairNow(deciding, pair)).reason]).toEqual([['Left', 'Right'], 'discarded'])
  await conflictsGoTo('left')
  world.left.edit(leftId, { title: 'Typed since' })
  await settle()
  expect((await discard()).body).toMatchObject({ changed: false })
  await settle()
  expect(titles()).toEqual(['Typed since', 'Typed since'])
  expect((await post('/pairs/999999/discard')).status).toBe(404)
})

it('a pair that failed is tried again', async () => {
  await changePair(deciding, pair, { state: 'error', reason: 'refused', lastError: 'No', attempts: 5 })
  world.left.edit(leftId, { title: 'Two' })
  const answer = await post(`/pairs/${pair}/retry`)
  expect([answer.status, answer.body, told]).toMatchObject([
    202,
    { workflowId: `task/${pair}`, changed: true },
    [`wake ${pair}`],
  ])
  await settle()
  expect([titles(), (await pairNow(deciding, pair)).state]).toEqual([['Two', 'Two'], 'ok'])
  expect((await post('/pairs/999999/retry')).status).toBe(404)
})
