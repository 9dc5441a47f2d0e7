import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import { type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type { TaskComments } from '../contract.ts'
import { createTodoist } from './index.ts'

const comments: TaskComments = createTodoist().comments ?? fail()
let sim: Simulated
let task: string

beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(async () => {
  await sim.reset()
  task = await idOf('/tasks', { content: 'Call' })
})
afterAll(() => sim.close())

function fail(): never {
  throw new Error('Todoist has comments')
}

async function idOf(path: string, body: Record<string, unknown>): Promise<string> {
  const { id } = (await sim.user(path, body)) as unknown as { readonly id: string }
  return id
}
const comment = (content: string, on: Record<string, unknown> = { task_id: task }) =>
  idOf('/comments', { content, ...on })
const changed = (cursor: string | null, gate = countingGate()) =>
  comments.changed(todoistConnection(sim.url, { gate }), cursor)

it('are told whole without a cursor, and then what changed, for one request', async () => {
  const first = await comment('One')
  const { cursor, whole, comments: seen } = await changed(null)
  expect([whole, seen]).toEqual([true, [{ remoteId: first, task, text: 'One', file: null }]])
  const second = await comment('Two')
  await sim.user(`/comments/${first}`, { content: 'One more' })
  const gate = countingGate()
  const news = await changed(cursor, gate)
  expect(news).toMatchObject({ whole: false, deleted: [] })
  expect(new Map(news.comments.map(({ remoteId, text }) => [remoteId, text]))).toEqual(
    new Map([
      [first, 'One more'],
      [second, 'Two'],
    ]),
  )
  expect(gate.taken).toEqual(['sync-partial'])
})

it('that are deleted are named; those of projects are not told', async () => {
  const { cursor } = await changed(null)
  const id = await comment('One')
  await comment('Of a project', { project_id: await idOf('/projects', { name: 'Home' }) })
  const made = await changed(cursor)
  expect(made.comments.map(({ text }) => text)).toEqual(['One'])
  await comments.changed(todoistConnection(sim.url), made.cursor)
  await fetch(`${sim.url}/api/v1/comments/${id}`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer user' },
  })
  expect(await changed(made.cursor)).toMatchObject({ comments: [], deleted: [id] })
})

it('that an answer in full leaves out are asked for', async () => {
  await sim.settings({ notesPerObject: 1 })
  for (const text of ['One', 'Two', 'Three']) await comment(text)
  const { comments: seen } = await changed(null)
  expect(seen.map(({ text }) => text).sort()).toEqual(['One', 'Three', 'Two'])
})

it('are told whole when the service does not take the cursor any more', async () => {
  const id = await comment('One')
  expect(await changed('unknown')).toMatchObject({ whole: true, comments: [{ remoteId: id }] })
})

it('have the name of their file, and where it is', async () => {
  await comment('See this', {
    task_id: task,
    attachment: { file_name: 'a.pdf', file_url: 'https://files.example/a.pdf', resource_type: 'file' },
  })
  const [seen] = (await changed(null)).comments
  expect(seen?.file).toEqual({ name: 'a.pdf', url: 'https://files.example/a.pdf' })
})
