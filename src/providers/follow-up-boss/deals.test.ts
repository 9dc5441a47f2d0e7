import { afterEach, describe, expect, test } from 'vitest'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import { dealRow, pageOf } from '../../../test/follow-up-boss/deal-rows.ts'
import {
  type Asked,
  type Reply,
  type ScriptedServer,
  scriptedServer,
} from '../../../test/follow-up-boss/scripted-server.ts'
import { dealsOf } from './deals.ts'
import { createMemories } from './memory.ts'

let server: ScriptedServer
afterEach(() => server.close())

async function answering(answer: (asked: Asked, nth: number) => Reply) {
  server = await scriptedServer(answer)
  const memories = createMemories()
  const deals = dealsOf((connection) => ({ connection, memory: memories.of(connection) }))
  return { deals, connection: testConnection(server.baseUrl) }
}

const missing = { status: 404, body: { errorMessage: 'Requested resource was not found.' } }
const forbidden = { status: 403, body: { errorMessage: 'No access.' } }
const asked = () =>
  server.asked.map(({ path, query: { ids, status, next } }) =>
    [path, ids && `ids=${ids}`, status && `status=${status}`, next && `next=${next}`]
      .filter(Boolean)
      .join(' '),
  )
const rows = (ids: string) => ids.split(',').map((id) => dealRow(Number(id)))

describe('some deals', () => {
  test('are read in one request where the service finds them by their ids', async () => {
    const { deals, connection } = await answering(({ query }) => pageOf('deals', rows(query.ids ?? '')))
    const { deals: read, unreadable, askedAt } = await deals.read(connection, ['3', '1', '3'])
    expect([read.map(({ id }) => id), unreadable]).toEqual([['3', '1'], []])
    expect(askedAt).toMatch(/^\d{4}.*\.\d{6}Z$/)
    expect(server.asked.map(({ query }) => query)).toEqual([
      { limit: '100', ids: '3,1', includeArchived: '1', includeDeleted: '1' },
    ])
  })

  test('that the list leaves out are asked for alone, and those that are nowhere are in neither list', async () => {
    const { deals, connection } = await answering(({ path }) =>
      path === '/deals'
        ? pageOf('deals', rows('1'))
        : path === '/deals/2'
          ? { body: dealRow(2, { status: 'Archived' }) }
          : path === '/deals/3'
            ? missing
            : forbidden,
    )
    const { deals: read, unreadable } = await deals.read(connection, ['1', '2', '3', '4'])
    expect(read.map(({ id, status }) => [id, status])).toEqual([
      ['1', 'active'],
      ['2', 'archived'],
    ])
    expect(unreadable).toEqual([])
    expect(asked().sort()).toEqual(['/deals ids=1,2,3,4', '/deals/2', '/deals/3', '/deals/4'])
  })

  test.each<[string, Reply]>([
    ['ignores', pageOf('deals', rows('9,1'))],
    ['refuses', { status: 400, body: { errorMessage: 'Invalid parameter.' } }],
  ])(
    'are asked for one by one where the service %s a list of ids, and that is found out once',
    async (_, list) => {
      const { deals, connection } = await answering(({ path }) =>
        path === '/deals' ? list : { body: dealRow(Number(path.split('/').at(-1))) },
      )
      for (const _time of [1, 2]) {
        const { deals: read } = await deals.read(connection, ['1', '2'])
        expect(read.map(({ id }) => id).sort()).toEqual(['1', '2'])
      }
      expect(asked().filter((one) => one.includes('ids='))).toHaveLength(1)
    },
  )

  test('that cannot be read are said to be so', async () => {
    const { deals, connection } = await answering(({ path }) =>
      path === '/deals'
        ? pageOf('deals', [dealRow(1, { status: 'Paused' })])
        : path === '/deals/2'
          ? { body: dealRow(7) }
          : { body: { id: 3 } },
    )
    const { deals: read, unreadable } = await deals.read(connection, ['1', '2', '3'])
    expect([read, [...unreadable].sort()]).toEqual([[], ['1', '2', '3']])
  })

  test('are not asked for by what is no id, and no request is made for nothing', async () => {
    const { deals, connection } = await answering(({ query }) => pageOf('deals', rows(query.ids ?? '')))
    expect((await deals.read(connection, ['4,5', 'main-st', '', '0', '07'])).deals).toEqual([])
    expect(server.asked).toEqual([])
    expect((await deals.read(connection, ['4,5', '6'])).deals.map(({ id }) => id)).toEqual(['6'])
  })

  test('are no more than a hundred in one request', async () => {
    const { deals, connection } = await answering(({ query }) => pageOf('deals', rows(query.ids ?? '')))
    const ids = Array.from({ length: 150 }, (_, at) => String(at + 1))
    expect((await deals.read(connection, ids)).deals).toHaveLength(150)
    expect(server.asked.map(({ query }) => query.ids?.split(',').length)).toEqual([100, 50])
  })

  test('of which one is answered with half a body are not read: it may be there', async () => {
    const { deals, connection } = await answering(({ path }) =>
      path === '/deals' ? pageOf('deals', []) : { body: '{"id": 1, "na' },
    )
    await expect(deals.read(connection, ['1'])).rejects.toMatchObject({ kind: 'transient' })
  })
})

describe('a walk', () => {
  async function walk(answer: (asked: Asked, nth: number) => Reply) {
    const { deals, connection } = await answering(answer)
    const seen: string[] = []
    let position: string | null = null
    do {
      const page = await deals.list(connection, position)
      seen.push(...page.deals.map(({ id, status }) => `${id} ${status}`))
      position = page.position
    } while (position !== null && server.asked.length < 50)
    return seen
  }
  const archived = dealRow(2, { status: 'Archived' })
  const deleted = dealRow(1, { status: 'Deleted' })

  test('is one walk where it shows archived and deleted ones', async () => {
    const pages = new Map([['', pageOf('deals', [dealRow(4), archived], 'more')]])
    const seen = await walk(({ query }) => pages.get(query.next ?? '') ?? pageOf('deals', [deleted]))
    expect(seen).toEqual(['4 active', '2 archived', '1 deleted'])
    expect(asked()).toEqual(['/deals', '/deals next=more'])
    for (const { query } of server.asked)
      expect(query).toMatchObject({ limit: '100', includeArchived: '1', includeDeleted: '1' })
  })

  test('asks for those by their state that it has not shown', async () => {
    const seen = await walk(({ query: { status, next } }) =>
      status === 'Archived'
        ? next === undefined
          ? pageOf('deals', [dealRow(3, { status: 'Archived' })], 'more')
          : pageOf('deals', [archived])
        : pageOf('deals', [dealRow(4), deleted]),
    )
    expect(seen).toEqual(['4 active', '1 deleted', '3 archived', '2 archived'])
    expect(asked()).toEqual(['/deals', '/deals status=Archived', '/deals status=Archived next=more'])
  })

  test('does not go through all again where the service ignores the state', async () => {
    const seen = await walk(({ query: { next } }) =>
      next === undefined ? pageOf('deals', [dealRow(4)], 'more') : pageOf('deals', [dealRow(3)]),
    )
    expect([...new Set(seen)]).toEqual(['4 active', '3 active'])
    expect(asked()).toEqual(['/deals', '/deals next=more', '/deals status=Archived', '/deals status=Deleted'])
  })

  test.each<[string, (next: string | undefined) => Reply]>([
    ['a cursor that leads to nothing', (next) => pageOf('deals', next ? [] : [dealRow(4)], 'stale')],
    ['a cursor that leads in a circle', (next) => pageOf('deals', [dealRow(4)], next === 'a' ? 'b' : 'a')],
  ])('ends at %s', async (_what, answer) => {
    await walk(({ query: { status, next } }) => (status ? pageOf('deals', []) : answer(next)))
    expect(server.asked.length).toBeLessThan(12)
  })

  test('from where another program was begins anew', async () => {
    const { deals, connection } = await answering(() => pageOf('deals', [dealRow(4)]))
    const { deals: read } = await deals.list(connection, '{"page":3}')
    expect(read.map(({ id }) => id)).toEqual(['4'])
  })

  test.each(['list', 'stages'] as const)(
    'that a key may not make (%s) says nothing of the key',
    async (call) => {
      const { deals, connection } = await answering(() => forbidden)
      const made = call === 'list' ? deals.list(connection, null) : deals.stages(connection)
      await expect(made).rejects.toMatchObject({ kind: 'not-visible' })
    },
  )
})

describe('stages', () => {
  const stage = (id: number, orderWeight: unknown, rest: object = {}) => ({
    id,
    name: `S${id}`,
    orderWeight,
    ...rest,
  })
  const pipeline = (id: number, orderWeight: unknown, stages: unknown) => ({
    id,
    name: `P${id}`,
    orderWeight,
    stages,
  })

  test('come in the order of their weights, pipeline by pipeline, over several pages', async () => {
    const sellers = pipeline(2, 2000, [stage(21, 1), stage(22, 0, { closedStage: true })])
    const buyers = pipeline(9, '1000', [stage(13, null), stage(12, '30'), stage(11, 4, { closedStage: 0 })])
    const { deals, connection } = await answering(({ query }) =>
      query.next === undefined ? pageOf('pipelines', [sellers], 'more') : pageOf('pipelines', [buyers]),
    )
    const { stages, askedAt } = await deals.stages(connection)
    expect(stages.map(({ id, place, pipelineName }) => [id, place, pipelineName])).toEqual([
      ['11', 0, 'P9'],
      ['12', 1, 'P9'],
      ['13', 2, 'P9'],
      ['22', 0, 'P2'],
      ['21', 1, 'P2'],
    ])
    expect(stages.filter(({ closed }) => closed).map(({ id }) => id)).toEqual(['22'])
    expect(stages[0]).toEqual({
      id: '11',
      name: 'S11',
      pipeline: '9',
      pipelineName: 'P9',
      place: 0,
      closed: false,
    })
    expect(askedAt).toMatch(/^\d{4}.*\.\d{6}Z$/)
  })

  test.each<[string, Reply]>([
    ['a pipeline without stages', pageOf('pipelines', [pipeline(1, 1, undefined)])],
    ['a stage without an id', pageOf('pipelines', [pipeline(1, 1, [{ name: 'Offer' }])])],
    ['no list', { body: {} }],
    ['a list without an end', pageOf('pipelines', [pipeline(1, 1, [])], 'same')],
  ])('are not told in part: %s', async (_what, answer) => {
    const { deals, connection } = await answering(() => answer)
    await expect(deals.stages(connection)).rejects.toMatchObject({ kind: 'transient' })
  })
})

describe('the own fields of an account', () => {
  test('have a kind, and the choices that there are', async () => {
    const { deals, connection } = await answering(() =>
      pageOf('dealCustomfields', [
        { id: 5, name: 'customOther', type: 'hologram', orderWeight: 5 },
        { id: 4, name: 'customKind', label: 'Kind', type: 'dropdown', choices: [], orderWeight: 4 },
        {
          id: 3,
          name: 'customCounty',
          label: 'County',
          type: 'text',
          choices: ['Macon', { label: 'Clay' }],
          orderWeight: 3,
        },
        { id: 2, name: 'customDay', label: 'Closing day', type: 'Date', choices: null, orderWeight: 2 },
        { id: 1, name: 'customAddress', label: 'Address', type: 'text', orderWeight: 1 },
        { id: 0, label: 'No name' },
        null,
      ]),
    )
    expect(await deals.fields(connection)).toEqual([
      { name: 'customAddress', label: 'Address', kind: 'text', choices: [] },
      { name: 'customDay', label: 'Closing day', kind: 'date', choices: [] },
      { name: 'customCounty', label: 'County', kind: 'choice', choices: ['Macon', 'Clay'] },
      { name: 'customKind', label: 'Kind', kind: 'choice', choices: [] },
      { name: 'customOther', label: 'customOther', kind: 'other', choices: [] },
    ])
    expect(asked()).toEqual(['/dealCustomFields'])
  })

  test('are none for a key that may not see them, and a refused key is told', async () => {
    const { deals, connection } = await answering((_, nth) => (nth === 1 ? forbidden : { status: 401 }))
    expect(await deals.fields(connection)).toEqual([])
    await expect(deals.fields(connection)).rejects.toMatchObject({ kind: 'auth' })
  })
})
