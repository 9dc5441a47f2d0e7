import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiBed, openApiBed } from '../../../test/receiver/api.ts'
import { addConnection } from '../../../test/store/record.ts'
import type { ShownList, ShownTask } from './schemas.ts'

type Page = { readonly tasks: readonly ShownTask[]; readonly nextCursor: string | null }
type Problem = {
  readonly type: string
  readonly errors?: readonly { field: string }[]
  readonly current?: ShownTask
}

let bed: ApiBed
beforeAll(async () => {
  bed = await openApiBed()
})
afterAll(() => bed[Symbol.asyncDispose]())
beforeEach(async () => {
  await bed.db`truncate task, task_comment, delivery, connection cascade`
  bed.nudged.length = 0
})

const add = async (body: object = {}): Promise<ShownTask> =>
  (await bed.call<ShownTask>('POST', '/tasks', { body: { title: 'A', ...body } })).body
const at = (task: ShownTask, action = '') => `/tasks/${task.id}${action}`
const titles = async (query: string) =>
  (await bed.call<Page>('GET', `/tasks?${query}`)).body.tasks.map(({ title }) => title)
const fieldsOf = ({ body }: { body: Problem }) => body.errors?.map(({ field }) => field)

const FULL = {
  title: ' Call\n Tom ',
  notes: 'Gate code 12\r\n',
  due: { kind: 'fixed', at: '2027-02-05T16:30:00+01:00', zone: 'Europe/Berlin' },
  start: { kind: 'floating', day: '2027-02-01', time: '09:00' },
  priority: 2,
  labels: ['vip', 'Müller', 'vip'],
  type: 'Call',
  status: 'blocked',
  flags: ['no-sync'],
  extra: { ours: [1, null] },
}

describe('a task', () => {
  it('is made, with its values as they are kept, and is there', async () => {
    const { status, headers, body } = await bed.call<ShownTask>('POST', '/tasks', { body: FULL })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/tasks/${body.id}`)
    expect(headers.get('etag')).toBe('"1"')
    expect(body).toMatchObject({
      ...FULL,
      title: 'Call Tom',
      notes: 'Gate code 12',
      due: { kind: 'fixed', at: '2027-02-05T15:30:00Z', zone: 'Europe/Berlin' },
      start: { kind: 'floating', day: '2027-02-01', time: '09:00:00' },
      labels: ['Müller', 'vip'],
      completed: false,
      createdBy: 'api',
    })
    const again = await bed.call<ShownTask>('GET', at(body))
    expect([again.status, again.headers.get('etag'), again.body]).toEqual([200, '"1"', body])
  })

  it('is edited field by field; what is left out stays', async () => {
    const task = await add(FULL)
    const { body } = await bed.call<ShownTask>('PATCH', at(task), { body: { due: null, flags: [] } })
    expect(body).toEqual({ ...task, due: null, flags: [], version: 2, updatedAt: body.updatedAt })
    const same = await bed.call<ShownTask>('PATCH', at(task), { body: { due: null } })
    expect(same.body).toEqual(body)
  })

  it('is completed, reopened, archived, unarchived, deleted, restored, purged', async () => {
    const task = await add()
    const done = await bed.call<ShownTask>('POST', at(task, '/complete'))
    expect(done.body).toMatchObject({ status: 'done', completed: true, completedAt: expect.any(String) })
    expect((await bed.call<ShownTask>('POST', at(task, '/reopen'))).body.status).toBe('open')
    const shelved = await bed.call<ShownTask>('POST', at(task, '/archive'))
    expect(shelved.body.archivedAt).not.toBeNull()
    expect((await bed.call<ShownTask>('POST', at(task, '/unarchive'))).body.archivedAt).toBeNull()
    const deleted = await bed.call<ShownTask>('DELETE', at(task))
    expect([deleted.status, deleted.body.deletedAt === null]).toEqual([200, false])
    expect((await bed.call('PATCH', at(task), { body: { title: 'B' } })).status).toBe(409)
    expect((await bed.call('POST', at(task, '/complete'))).status).toBe(409)
    expect((await bed.call<ShownTask>('POST', at(task, '/restore'))).body.deletedAt).toBeNull()
    expect((await bed.call('DELETE', `${at(task)}?hard=true`)).status).toBe(204)
    expect((await bed.call('GET', at(task))).status).toBe(404)
    expect((await bed.call('DELETE', `${at(task)}?hard=true`)).status).toBe(404)
  })

  it('that is blocked stays so when somebody reopens it', async () => {
    const task = await add({ status: 'blocked' })
    expect((await bed.call<ShownTask>('POST', at(task, '/reopen'))).body.status).toBe('blocked')
  })

  it('keeps what a sync tells in flags and comments when its user sets their own', async () => {
    const task = await add()
    await bed.db`update task set flags = '{needs-person}', block = '{Tom Baker}'`
    await bed.db`insert into task_comment (task_id, key, text) values (${task.id}, gen_random_uuid(), 'Name one')`
    const { body } = await bed.call<ShownTask>('PATCH', at(task), { body: { flags: ['crm'] } })
    expect(body.flags).toEqual(['crm', 'needs-person'])
    expect(body.about).toEqual(['Tom Baker'])
    expect(body.comments.map(({ text }) => text)).toEqual(['Name one'])
  })
})

describe('values that are not taken', () => {
  it.each<[string, string, object]>([
    ['title', 'blank', { title: ' \n ' }],
    ['title', 'too long', { title: 'x'.repeat(1_001) }],
    ['notes', 'too long', { notes: 'x'.repeat(50_001) }],
    ['due.day', 'no day', { due: { kind: 'day', day: '5 May' } }],
    ['due', 'no day of the calendar', { due: { kind: 'day', day: '2027-02-29' } }],
    ['due', 'no time', { due: { kind: 'floating', day: '2027-01-01', time: '25:00' } }],
    ['due.zone', 'no zone', { due: { kind: 'fixed', at: '2027-01-01T00:00:00Z', zone: 'Moon/Base' } }],
    ['due.kind', 'no kind', { due: { kind: 'soon' } }],
    ['priority', 'too low', { priority: 5 }],
    ['labels.0', 'ours', { labels: ['No-Sync'] }],
    ['labels.1', 'blank', { labels: ['a', ''] }],
    ['type', 'no type', { type: 'Nap' }],
    ['flags.0', 'ours', { flags: ['needs-person'] }],
    ['extra', 'too much', { extra: { big: 'x'.repeat(20_000) } }],
    ['extra', 'NUL', { extra: { 'a\u0000': 1 } }],
    ['list', 'nowhere', { list: '00000000-0000-4000-8000-000000000001' }],
    ['parent', 'nowhere', { parent: '00000000-0000-4000-8000-000000000001' }],
    ['colour', 'not of a task', { colour: 'red' }],
  ])('%s: %s', async (field, _what, body) => {
    for (const [method, path] of [
      ['POST', '/tasks'],
      ['PATCH', at(await add())],
    ] as const) {
      const answer = await bed.call<Problem>(method, path, { body: { title: 'A', ...body } })
      expect([answer.status, fieldsOf(answer)]).toEqual([422, [field]])
    }
  })

  it('lie too deep for anybody', async () => {
    const deep = `{"title":"A","extra":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
    const answer = await bed.call<Problem>('POST', '/tasks', { body: deep })
    expect([answer.status, fieldsOf(answer)]).toEqual([422, ['extra']])
  })

  it('count letters and not halves of them', async () => {
    expect((await bed.call('POST', '/tasks', { body: { title: '👍'.repeat(1_000) } })).status).toBe(201)
    expect((await bed.call('POST', '/tasks', { body: { title: '👍'.repeat(1_001) } })).status).toBe(422)
  })

  it('are those that come in no JSON, in too much of it, or in another form', async () => {
    const send = (body: string, type = 'application/json') =>
      bed.call('POST', '/tasks', { body, headers: { 'content-type': type } })
    expect((await send('{"title":')).status).toBe(400)
    expect((await send('title=A', 'application/x-www-form-urlencoded')).status).toBe(415)
    expect((await send('{"title":"A"}', 'text/plain')).status).toBe(415)
    expect((await send('[]')).status).toBe(422)
    expect((await send(`{"title":"A","notes":"${'x'.repeat(1024 * 1024)}"}`)).status).toBe(413)
    expect((await send('{"title":"A"}', 'application/json; charset=utf-8')).status).toBe(201)
  })

  it('are named and never repeated', async () => {
    const answer = await bed.call<Problem>('POST', '/tasks', { body: { title: 'A', type: 'Secret word' } })
    expect(JSON.stringify(answer.body)).not.toContain('Secret word')
  })
})

describe('If-Match', () => {
  const edit = (task: ShownTask, tag: string) =>
    bed.call<Problem & ShownTask>('PATCH', at(task), { body: { title: 'B' }, headers: { 'if-match': tag } })

  it('lets a change through to the version that it names, or to any', async () => {
    expect((await edit(await add(), '"1"')).status).toBe(200)
    expect((await edit(await add(), '"7", "1"')).status).toBe(200)
    expect((await edit(await add(), '*')).status).toBe(200)
  })

  it.each(['"2"', 'W/"1"', '"x"'])(
    '%s of another version changes nothing, and shows what is there',
    async (tag) => {
      const task = await add()
      const { status, headers, body } = await edit(task, tag)
      expect([status, headers.get('etag'), body.current]).toEqual([412, '"1"', task])
      expect((await bed.call('GET', at(task))).body).toEqual(task)
    },
  )

  it('holds for deleting and doing too', async () => {
    const task = await add()
    const stale = { headers: { 'if-match': '"9"' } }
    for (const [method, path] of [
      ['DELETE', at(task)],
      ['DELETE', `${at(task)}?hard=true`],
      ['POST', at(task, '/complete')],
      ['POST', at(task, '/restore')],
    ] as const)
      expect((await bed.call(method, path, stale)).status, path).toBe(412)
  })

  it('that is none is not understood', async () => {
    expect((await edit(await add(), '1')).status).toBe(400)
  })
})

describe('a list of tasks', () => {
  it('shows those to which every filter applies', async () => {
    const list = (await bed.call<ShownList>('POST', '/lists', { body: { name: 'Work' } })).body.id
    const parent = await add({
      title: 'open',
      notes: '50% off',
      labels: ['vip'],
      due: { kind: 'day', day: '2027-01-02' },
    })
    await add({ title: 'blocked', status: 'blocked', parent: parent.id })
    await add({ title: 'done', status: 'done', list, flags: ['crm'] })
    // Late in the evening of the 4th in New York, and the 5th in Berlin.
    await add({ title: 'timed', due: { kind: 'fixed', at: '2027-01-05T02:00:00Z', zone: null } })
    expect(await titles('')).toEqual(['open', 'blocked', 'done', 'timed'])
    expect(await titles('status=done,blocked')).toEqual(['blocked', 'done'])
    expect(await titles(`list=${list}`)).toEqual(['done'])
    expect(await titles(`parent=${parent.id}`)).toEqual(['blocked'])
    expect(await titles('label=vip')).toEqual(['open'])
    expect(await titles('label=crm')).toEqual(['done'])
    expect(await titles('text=OPE')).toEqual(['open'])
    expect(await titles('text=50%25')).toEqual(['open'])
    expect(await titles('text=%25%25')).toEqual([])
    expect(await titles('dueFrom=2027-01-02&dueTo=2027-01-02')).toEqual(['open'])
    expect(await titles('dueFrom=2027-01-05')).toEqual(['timed'])
    expect(await titles('dueTo=2027-01-04&zone=America/New_York')).toEqual(['open', 'timed'])
    expect(await titles('status=open&text=timed')).toEqual(['timed'])
  })

  it('leaves out what is archived or deleted, unless it is asked for', async () => {
    const [archived, deleted] = [await add({ title: 'archived' }), await add({ title: 'deleted' })]
    await add({ title: 'plain' })
    await bed.call('POST', at(archived, '/archive'))
    await bed.call('DELETE', at(deleted))
    expect(await titles('')).toEqual(['plain'])
    expect(await titles('archived=true')).toEqual(['archived'])
    expect(await titles('deleted=true')).toEqual(['deleted'])
    expect(await titles('archived=all&deleted=all')).toEqual(['archived', 'deleted', 'plain'])
  })

  it('since a moment shows what was changed from then on, deletions among it', async () => {
    const old = await add({ title: 'old' })
    const edited = await add({ title: 'edited' })
    const { body } = await bed.call<ShownTask>('PATCH', at(edited), { body: { notes: 'x' } })
    await bed.call('DELETE', at(old))
    const since = `updatedSince=${body.updatedAt}`
    expect(await titles(since)).toEqual(['edited'])
    expect(await titles(`${since}&deleted=all`)).toEqual(['old', 'edited'])
  })

  it('comes in pages that miss none and repeat none, whatever changes meanwhile', async () => {
    const all: ShownTask[] = []
    for (let nth = 0; nth < 5; nth += 1) all.push(await add({ title: `T${nth}` }))
    const seen: string[] = []
    let query = 'limit=2'
    for (let pages = 0; query !== '' && pages < 9; pages += 1) {
      const { tasks, nextCursor } = (await bed.call<Page>('GET', `/tasks?${query}`)).body
      seen.push(...tasks.map(({ title }) => title))
      const [first] = all
      if (first !== undefined) await bed.call('PATCH', at(first), { body: { notes: `${pages}` } })
      query = nextCursor === null ? '' : `limit=2&cursor=${nextCursor}`
    }
    expect(seen).toEqual(['T0', 'T1', 'T2', 'T3', 'T4'])
  })

  it.each([
    'limit=0',
    'limit=201',
    'cursor=x',
    'dueFrom=soon',
    'zone=Moon',
    'zone=%2B01:00',
    'stauts=open',
    'status=',
    'list=1',
  ])('is not had by %s', async (query) => {
    const answer = await bed.call<Problem>('GET', `/tasks?${query}`)
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [query.split('=')[0]]])
  })
})

describe('an Idempotency-Key', () => {
  const post = (path: string, key: string, body?: unknown) =>
    bed.call<ShownTask>('POST', path, {
      ...(body === undefined ? {} : { body }),
      headers: { 'idempotency-key': key },
    })

  it('makes a request be done once, and answered alike ever after', async () => {
    const body = { title: 'Once' }
    const [first, second] = await Promise.all([post('/tasks', 'k1', body), post('/tasks', 'k1', body)])
    expect(second.body).toEqual(first.body)
    await bed.call('PATCH', at(first.body), { body: { title: 'Later' } })
    const third = await post('/tasks', 'k1', body)
    expect([third.status, third.body, third.headers.get('etag')]).toEqual([201, first.body, '"1"'])
    expect(JSON.stringify(third.body)).toBe(JSON.stringify(first.body))
    expect(await titles('')).toEqual(['Later'])
  })

  it('holds for doing, too', async () => {
    const task = await add()
    await post(at(task, '/complete'), 'k2')
    await bed.call('POST', at(task, '/reopen'))
    expect((await post(at(task, '/complete'), 'k2')).body.status).toBe('done')
    expect((await bed.call<ShownTask>('GET', at(task))).body.status).toBe('open')
  })

  it('does not serve another request', async () => {
    const task = await add()
    expect((await post('/tasks', 'k3', { title: 'One' })).status).toBe(201)
    expect((await post('/tasks', 'k3', { title: 'Two' })).status).toBe(422)
    expect((await post(at(task, '/complete'), 'k3')).status).toBe(422)
    expect((await post('/tasks', 'with blank', { title: 'One' })).status).toBe(400)
  })

  it('is free again after a request that failed', async () => {
    expect((await post('/tasks', 'k4', { title: '' })).status).toBe(422)
    expect((await post('/tasks', 'k4', { title: 'Now' })).status).toBe(201)
  })

  it('of a task that is purged makes it no second time, and keeps nothing of it', async () => {
    const { body } = await post('/tasks', 'k5', { title: 'Private' })
    await bed.call('DELETE', `${at(body)}?hard=true`)
    expect((await post('/tasks', 'k5', { title: 'Private' })).status).toBe(410)
    expect(await bed.db`select from api_request where answer::text like '%Private%'`).toHaveLength(0)
  })

  it('counts for a day at the least, and is forgotten some time', async () => {
    await post('/tasks', 'k6', { title: 'Old' })
    await bed.db`update api_request set at = clock() - interval '25 hours' where key = 'k6'`
    expect((await post('/tasks', 'k6', { title: 'Other' })).status).toBe(422)
    await bed.db`update api_request set at = clock() - interval '8 days' where key = 'k6'`
    expect((await post('/tasks', 'k6', { title: 'Other' })).status).toBe(201)
  })
})

it('each change is told at once to the connections to our tasks, a look and a repeated request are not', async () => {
  await addConnection(bed.db, 'elsewhere')
  const connection = await addConnection(bed.db, 'local')
  const headers = { 'idempotency-key': 'told' }
  const { body } = await bed.call<ShownTask>('POST', '/tasks', { body: { title: 'A' }, headers })
  await bed.call('POST', '/tasks', { body: { title: 'A' }, headers })
  await bed.call('GET', at(body))
  await bed.call('PATCH', at(body), { body: { title: 'A' } })
  expect(bed.nudged).toEqual([connection])
  await bed.call('POST', at(body, '/complete'))
  expect(bed.nudged).toEqual([connection, connection])
  const told = await bed.db`select remote_ids as ids, made from delivery order by id`
  expect(told).toEqual([
    { ids: [body.id], made: true },
    { ids: [body.id], made: false },
  ])
})
