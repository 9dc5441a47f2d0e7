import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { AS_USER, type SimClient, simClient } from '../../../simulators/kit/client.ts'
import type { RunningSim } from '../../../simulators/kit/service.ts'
import { startTodoist } from '../../../simulators/todoist/start.ts'
import { openStack, type Stack } from '../../../test/receiver/stack.ts'
import { keepHistory } from '../../../test/workflows/histories.ts'

/** Our own tasks, pushed to Todoist by a route that leads there alone. */

type Made = { readonly id: string }
type Started = { readonly workflowId: string; readonly runId: string }
type Run = {
  readonly outcome: string
  readonly trouble: readonly object[]
  readonly written: Readonly<Record<string, number>>
}
type Status = {
  readonly running: boolean
  readonly current: Run | null
  readonly last: Run | null
  readonly counts: Readonly<Record<string, number>>
  readonly errors: readonly { readonly task: string; readonly state: string; readonly message: string }[]
}
type Asked = {
  readonly state: string
  readonly errors: readonly { readonly left: string | null; readonly message: string | null }[]
}
type Item = { readonly id: string; readonly content: string; readonly checked: boolean }

/** Tasks that a project of Todoist takes. */
const FULL = 300

let stack: Stack
let sim: RunningSim
let user: SimClient
let project: string
let route: string
let mine: { readonly milk: string; readonly bread: string }

beforeAll(async () => {
  sim = await startTodoist({ port: 0, data: 'empty', seed: 1 })
  user = simClient(sim.url, { ...AS_USER, authorization: 'Bearer user' })
  stack = await openStack()
  const own = await stack.call<Made>('POST', '/connections', { name: 'mine', provider: 'local' })
  const todoist = await stack.call<Made>('POST', '/connections', {
    name: 'todoist',
    provider: 'todoist',
    baseUrl: sim.url,
    credentials: { token: 'token' },
  })
  project = await newProject('Groceries')
  const request = { name: 'push', left: own.body.id, right: todoist.body.id, direction: 'toRight' }
  route = (await stack.call<Made>('POST', '/routes', request)).body.id
  await map('Tasks', 'Groceries')
  await user.call('POST', '/api/v1/tasks', { content: 'Theirs', project_id: project })
  mine = { milk: await add('Milk'), bread: await add('Bread') }
}, 60_000)

afterAll(async () => {
  await stack[Symbol.asyncDispose]()
  await sim.close()
})

const newProject = async (name: string) =>
  (await user.call<Made>('POST', '/api/v1/projects', { name })).body.id
const map = async (left: string, right: string) =>
  expect(await stack.call('POST', '/mappings', { route, left, right })).toMatchObject({ status: 201 })
const add = async (title: string, list?: string) =>
  (await stack.call<Made>('POST', '/tasks', { title, ...(list === undefined ? {} : { list }) })).body.id
const ours = async () =>
  (await stack.call<{ tasks: { title: string }[] }>('GET', '/tasks?limit=200')).body.tasks.map(
    ({ title }) => title,
  )
const theirs = async (of = project) =>
  (await user.call<{ results: Item[] }>('GET', `/api/v1/tasks?limit=200&project_id=${of}`)).body.results
    .map(({ content }) => content)
    .sort()
const item = async (content: string) =>
  (
    await user.call<{ results: Item[] }>('GET', `/api/v1/tasks?limit=200&project_id=${project}`)
  ).body.results.find((one) => one.content === content)
const status = async () => (await stack.call<Status>('GET', '/sync/todoist/status')).body

/** Starts a sync and waits for its end. `asked`: what is told of that one. */
async function sync(): Promise<Status & { readonly asked: Asked }> {
  const { status: code, body } = await stack.call<Started>('POST', '/sync/todoist')
  expect([code, body.workflowId]).toEqual([202, 'sync/todoist'])
  await stack.client.workflow.getHandle(body.workflowId, body.runId).result()
  const asked = (await stack.call<Asked>('GET', `/syncs/${body.runId}`)).body
  const told = await status()
  expect(asked).toMatchObject({ ...told.last, state: 'ended', workflowId: body.workflowId })
  return { ...told, asked }
}

it('of a route that nobody has started says what holds it', async () => {
  const { last } = await sync()
  expect(last).toMatchObject({ outcome: 'held', trouble: [{ kind: 'route', id: route, state: 'draft' }] })
  expect(await theirs()).toEqual(['Theirs'])
}, 60_000)

it('brings our tasks there, and leaves those that were made there alone', async () => {
  expect(await stack.call('POST', `/routes/${route}/start`)).toMatchObject({ status: 202 })
  await vi.waitFor(async () => expect(await theirs()).toEqual(['Bread', 'Milk', 'Theirs']), {
    timeout: 30_000,
  })
  const { running, last, counts, errors } = await sync()
  expect([running, last?.outcome, counts, errors]).toEqual([
    false,
    'settled',
    { tasks: counts.tasks, pending: 0, waiting: 0, failed: 0 },
    [],
  ])
  expect((await ours()).sort()).toEqual(['Bread', 'Milk'])
}, 60_000)

it('completes and deletes there what is completed and deleted here, and nothing else', async () => {
  const milk = await item('Milk')
  const before = await item('Theirs')
  await stack.call('POST', `/tasks/${mine.milk}/complete`)
  await stack.call('DELETE', `/tasks/${mine.bread}`)
  const { last } = await sync()
  expect(last?.outcome).toBe('settled')
  expect(await theirs()).toEqual(['Theirs'])
  expect(await item('Theirs')).toEqual(before)
  const closed = await user.call<Item>('GET', `/api/v1/tasks/${milk?.id}`)
  expect(closed.body.checked).toBe(true)
  expect(await ours()).toEqual(['Milk'])
}, 60_000)

it('what becomes of them there does not come back', async () => {
  const kept = await add('Kept')
  await sync()
  const copy = await item('Kept')
  await user.call('DELETE', `/api/v1/tasks/${copy?.id}`)
  await user.call('POST', `/api/v1/tasks/${(await item('Theirs'))?.id}/close`)
  expect((await sync()).last?.outcome).toBe('settled')
  const { body } = await stack.call<{ deletedAt: string | null }>('GET', `/tasks/${kept}`)
  expect([body.deletedAt, await ours()]).toEqual([null, ['Milk', 'Kept']])
}, 60_000)

it('requests while one runs join it, and what they came for is done before it ends', async () => {
  const titles = Array.from({ length: 40 }, (_, n) => `Many ${n}`)
  for (const title of titles) await add(title)
  const answers = await Promise.all([1, 2, 3].map(() => stack.call<Started>('POST', '/sync/todoist')))
  expect(new Set(answers.map(({ body }) => `${body.workflowId} ${body.runId}`)).size).toBe(1)
  expect((await status()).running).toBe(true)
  expect((await stack.call<Asked>('GET', `/syncs/${answers[0]?.body.runId}`)).body.state).toBe('running')
  const { workflowId = '', runId = '' } = answers[0]?.body ?? {}
  const handle = stack.client.workflow.getHandle(workflowId, runId)
  expect(await handle.result()).toEqual({ outcome: 'settled' })
  expect(await theirs()).toEqual([...titles].sort())
  expect((await status()).last?.written.created).toBeLessThanOrEqual(titles.length)
  await keepHistory('sync', handle)
}, 60_000)

it('a task that is refused there is named, with what the service says, and others go on', async () => {
  const full = await newProject('Full')
  for (let at = 0; at < FULL; at += 100) {
    const commands = Array.from({ length: 100 }, (_, n) => ({
      type: 'item_add',
      uuid: crypto.randomUUID(),
      temp_id: crypto.randomUUID(),
      args: { content: `Filler ${at + n}`, project_id: full },
    }))
    await user.call('POST', '/api/v1/sync', { commands })
  }
  const list = (await stack.call<Made>('POST', '/lists', { name: 'More' })).body.id
  await map('More', 'Full')
  const refused = await add('No room', list)
  const good = await add('Room')
  const { last, errors, counts, asked } = await sync()
  expect(asked.errors).toMatchObject([{ left: refused, right: null, message: errors[0]?.message }])
  expect(errors).toMatchObject([{ task: refused, message: expect.stringMatching(/./u) }])
  expect(errors[0]?.state).not.toBe('ok')
  expect((counts.waiting ?? 0) + (counts.failed ?? 0)).toBe(1)
  expect(last).toMatchObject({ outcome: 'settled' })
  expect(await item('Room')).toBeDefined()
  expect((await stack.call('GET', `/tasks/${good}`)).status).toBe(200)
}, 90_000)

it('while the route is paused nothing is written, and the sync says so', async () => {
  expect(await stack.call('POST', `/routes/${route}/pause`)).toMatchObject({ status: 202 })
  await add('Later')
  expect((await sync()).last).toMatchObject({
    outcome: 'held',
    trouble: [{ kind: 'route', state: 'paused' }],
  })
  expect(await item('Later')).toBeUndefined()
  await stack.call('POST', `/routes/${route}/resume`)
  expect((await sync()).last?.outcome).toBe('settled')
  expect(await item('Later')).toBeDefined()
}, 60_000)
