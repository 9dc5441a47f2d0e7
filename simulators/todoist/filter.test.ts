import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { emptyAccount, type TestClient } from './test-client.ts'

let client: TestClient
const names = new Map<string, string>()

beforeAll(async () => {
  client = await emptyAccount()
  const project_id = await client.command('project_add', { name: 'Under contract' })
  const below = await client.command('project_add', { name: 'Below', parent_id: project_id })
  const section_id = await client.command('section_add', { name: 'Dana R', project_id })
  const add = async (content: string, args: Record<string, unknown> = {}) =>
    names.set(await client.command('item_add', { content, ...args }), content)
  await add('late', { due: { date: '2026-11-19' }, priority: 4 })
  await add('noon', { due: { date: '2026-11-20T11:00:00' } })
  await add('today', { due: { date: '2026-11-20' }, labels: ['crm'] })
  await add('week', { due: { date: '2026-11-26' }, project_id, labels: ['Call-1'] })
  await add('series', { due: { string: 'every month' }, section_id })
  await add('last', { due: { date: '2026-12-24' }, project_id: below, deadline: { date: '2026-12-31' } })
  await add('never (x)', { priority: 2 })
  const [parent_id] = [...names.keys()]
  await add('sub', { parent_id })
  await client.command('item_close', { id: await client.command('item_add', { content: 'done' }) })
})
afterAll(() => client.sim.close())

const ask = (query: string) => client.call('GET', `/api/v1/tasks/filter?${new URLSearchParams({ query })}`)

it.each([
  ['all', ['late', 'noon', 'today', 'week', 'series', 'last', 'never (x)', 'sub']],
  ['today', ['noon', 'today', 'series']],
  ['overdue', ['late', 'noon']],
  ['od & p1', ['late']],
  ['no date', ['never (x)', 'sub']],
  ['!no date & no time', ['late', 'today', 'week', 'series', 'last']],
  ['7 days', ['noon', 'today', 'week', 'series']],
  ['next 5 days', ['noon', 'today', 'series']],
  ['Dec 24', ['last']],
  ['due before: tomorrow', ['late', 'noon', 'today', 'series']],
  ['due after: 2026-11-26', ['last']],
  ['date: nov 26', ['week']],
  ['deadline: 2026-12-31', ['last']],
  ['deadline before: today', []],
  ['created: today & subtask', ['sub']],
  ['no deadline & @crm', ['today']],
  ['recurring', ['series']],
  ['#under contract', ['week', 'series']],
  ['##Under Contract', ['week', 'series', 'last']],
  ['/Dana*', ['series']],
  ['@call*', ['week']],
  ['no labels & p3', ['never (x)']],
  ['p4 & no labels & !subtask', ['noon', 'series', 'last']],
  ['search: ee', ['week']],
  ['search: \\(x\\)', ['never (x)']],
  ['p1 | p3 & no date', ['late', 'never (x)']],
  ['(p1 | p3) & no date', ['never (x)']],
  ['!(overdue | no date) & !recurring', ['today', 'week', 'last']],
])('%s', async (query, expected) => {
  const { results } = z
    .object({ results: z.array(z.object({ id: z.string() })) })
    .parse((await ask(query)).body)
  expect(results.map(({ id }) => names.get(id))).toEqual(expected)
})

it.each(['', 'gibberish', 'today,', 'today &', '(today', 'today)', '!', 'every day', '@', 'x'.repeat(1025)])(
  'refuses %s',
  async (query) => {
    expect(await ask(query)).toMatchObject({ status: 400, body: { error_tag: 'INVALID_SEARCH_QUERY' } })
  },
)
