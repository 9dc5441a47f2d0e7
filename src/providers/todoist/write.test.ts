import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import { createOp, newProject, step, updateOp } from '../../../test/todoist/ops.ts'
import { type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type { Connection, RemoteTask, WriteOp, WriteResult } from '../contract.ts'
import { createTodoist } from './index.ts'

const provider = createTodoist()
let sim: Simulated

beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(() => sim.reset())
afterAll(() => sim.close())

/** A connection whose cursor is that of a finished walk. */
async function connected(options: Partial<Connection> = {}): Promise<Connection> {
  const connection = todoistConnection(sim.url, options)
  const first = await provider.pull(connection, { mode: 'complete', cursor: null, position: null })
  const last = await provider.pull(connection, { mode: 'complete', cursor: null, position: first.position })
  return { ...connection, cursor: last.cursor }
}

async function write(connection: Connection, ...ops: WriteOp[]): Promise<WriteResult[]> {
  return [...(await provider.write(connection, ops)).results]
}

async function made(connection: Connection, op: WriteOp): Promise<{ id: string; seen: RemoteTask }> {
  const [result] = await write(connection, op)
  if (!result?.remoteId || !result.now) throw new Error(`not made: ${JSON.stringify(result)}`)
  return { id: result.remoteId, seen: result.now }
}

const outcomes = (result: WriteResult | undefined) => result?.steps.map((one) => one.outcome)

describe('creating', () => {
  it('shows the task as it is stored, with its marker', async () => {
    const op = createOp({
      title: 'Call Dana',
      notes: 'Ask for the key.',
      due: { kind: 'fixed', at: '2026-12-03T19:00:00Z', zone: null },
      priority: 1,
      labels: ['vip'],
      type: 'Call',
    })
    const { id, seen } = await made(await connected(), op)
    expect(seen).toMatchObject({
      marker: op.marker,
      task: {
        title: 'Call Dana',
        notes: 'Ask for the key.',
        due: { kind: 'fixed', at: '2026-12-03T19:00:00Z', zone: 'America/New_York' },
        priority: 1,
        labels: ['vip'],
        type: 'Call',
      },
    })
    expect(await sim.items()).toMatchObject([{ id, content: 'Call Dana', labels: ['call', 'vip'] }])
  })

  it.each([
    ['an empty title', '', '(no title)'],
    ['a long title', 'a'.repeat(5000), 'a'.repeat(500)],
    ['emoji', '🏡'.repeat(600), '🏡'.repeat(500)],
    ['lines and markup', '* <b>Call</b>\n**Dana**', '* <b>Call</b> **Dana**'],
  ])('stores %s as keep says', async (_, title, stored) => {
    const { seen } = await made(await connected(), createOp({ title }))
    expect(seen.task.title).toBe(stored)
    expect(provider.keep('title', title, { zone: 'UTC' })).toBe(stored)
  })

  it('stores a leap day', async () => {
    const due = { kind: 'day', day: '2028-02-29' } as const
    expect((await made(await connected(), createOp({ title: 'a', due }))).seen.task.due).toEqual(due)
  })

  it('completes a task that was created completed', async () => {
    const [result] = await write(await connected(), createOp({ title: 'a' }, { completed: true }))
    expect(outcomes(result)).toEqual(['confirmed', 'confirmed'])
    expect(result?.now?.task.completed).toBe(true)
  })

  it('tells the id alone when there is no cursor to see changes from', async () => {
    const [result] = await write(todoistConnection(sim.url), createOp({ title: 'a' }))
    expect(result).toMatchObject({ now: null, remoteId: (await sim.items())[0]?.id })
  })

  it('makes one task although the reply of the first attempt was lost', async () => {
    const connection = await connected()
    const op = createOp({ title: 'Once' })
    await sim.fault('reply-lost')
    const [lost] = await write(connection, op)
    expect(lost).toMatchObject({ remoteId: null, now: null })
    expect(lost?.steps).toMatchObject([{ outcome: 'unknown', error: { kind: 'ambiguous-write' } }])
    const [again] = await write(connection, op)
    const items = await sim.items()
    expect(items).toHaveLength(1)
    expect(again).toMatchObject({ remoteId: items[0]?.id, now: { marker: op.marker } })
  })

  it('finds a replayed create by its marker when the service does not repeat the id', async () => {
    const connection = await connected()
    await sim.settings({ replayOmitsMapping: true })
    const op = createOp({ title: 'Once' })
    await sim.fault('reply-lost')
    await write(connection, op)
    const [again] = await write(connection, op)
    expect(again?.remoteId).toBe((await sim.items())[0]?.id)
    const [unseen] = await write(todoistConnection(sim.url), op)
    expect(unseen).toMatchObject({ remoteId: null, steps: [{ outcome: 'unknown' }] })
  })
})

describe('projects', () => {
  it('makes a project once for 100 tasks of the same write', async () => {
    const container = newProject()
    const ops = Array.from({ length: 100 }, (_, n) => createOp({ title: `Task ${n}` }, { container }))
    const connection = await connected()
    await sim.reset()
    const reply = await provider.write({ ...connection, cursor: null }, ops)
    const projects = (await sim.projects()).filter((one) => one.name === container.name)
    expect(projects).toHaveLength(1)
    expect(projects[0]?.description).toBe(`dealbridge: ${container.marker}`)
    expect(reply.containers).toEqual([{ containerId: container.containerId, remoteId: projects[0]?.id }])
    expect(new Set(reply.results.map((one) => one.remoteId)).size).toBe(100)
    const items = await sim.items()
    expect(items.filter((one) => one.project_id === projects[0]?.id)).toHaveLength(100)
    // One command more than a request takes.
    expect(await sim.requests()).toHaveLength(2)
  })

  it('does not make it again when the reply was lost', async () => {
    const connection = await connected()
    const op = createOp({ title: 'a' }, { container: newProject() })
    await sim.fault('reply-lost')
    await provider.write(connection, [op])
    const reply = await createTodoist().write(connection, [op])
    const named = (await sim.projects()).filter((one) => one.name === op.container?.name)
    expect(named.map((one) => one.id)).toEqual(reply.containers.map((one) => one.remoteId))
    expect(reply.results[0]?.now?.container).toBe(named[0]?.id)
  })

  it('refuses the tasks with the reason for which their project could not be made', async () => {
    await sim.settings({ projects: 0 })
    const reply = await provider.write(await connected(), [
      createOp({ title: 'a' }, { container: newProject(), completed: true }),
      createOp({ title: 'Inbox' }),
    ])
    expect(reply.results.map(outcomes)).toEqual([['refused', 'skipped'], ['confirmed']])
    expect(reply.results[0]?.steps[0]?.error?.kind).toBe('limit-reached')
    expect(reply.containers).toEqual([])
  })

  it('says when a project is full', async () => {
    await sim.settings({ tasksPerProject: 1 })
    const results = await write(await connected(), createOp({ title: 'a' }), createOp({ title: 'b' }))
    expect(results.map(outcomes)).toEqual([['confirmed'], ['refused']])
    expect(results[1]?.steps[0]?.error?.kind).toBe('limit-reached')
  })
})

describe('updating', () => {
  it('changes fields and completion in one request, and only what it is told', async () => {
    const connection = await connected()
    const { id, seen } = await made(connection, createOp({ title: 'a', notes: 'mine', labels: ['vip'] }))
    await sim.user(`/tasks/${id}`, {
      labels: ['vip', 'crm'],
      description: `${'mine'}\n\n---\ndealbridge: ${seen.marker}\nbelow`,
    })
    const [fresh] = (await provider.read(connection, [id])).observations
    if (fresh?.kind !== 'present') throw new Error('not present')
    expect(fresh.seen.task.notes).toBe('mine\nbelow')
    const op = updateOp(id, fresh.seen, [
      step('fields', { title: 'b', type: 'Showing', priority: 2 }),
      step('completion', { completed: true }),
    ])
    const [result] = await write(connection, op)
    expect(outcomes(result)).toEqual(['confirmed', 'confirmed'])
    expect(result?.now?.task).toMatchObject({
      title: 'b',
      completed: true,
      priority: 2,
      notes: 'mine\nbelow',
    })
    expect(await sim.user(`/tasks/${id}`)).toMatchObject({
      labels: ['showing', 'vip', 'crm'],
      description: `mine\n\n---\ndealbridge: ${seen.marker}\nbelow`,
    })
    const [reopened] = await write(
      connection,
      updateOp(id, fresh.seen, [step('completion', { completed: false })]),
    )
    expect(reopened?.now?.task.completed).toBe(false)
  })

  it('moves one occurrence of a recurring task, and closes it only once', async () => {
    const connection = await connected()
    const { id } = await sim.user('/tasks', { content: 'Weekly', due_string: 'every day' })
    const [first] = (await provider.read(connection, [id])).observations
    if (first?.kind !== 'present' || first.seen.task.due?.kind !== 'day') throw new Error('not a day')
    expect(first.seen).toMatchObject({ recurs: true, task: { recurrence: { text: 'every day' } } })
    const due = { kind: 'day', day: '2027-03-01' } as const
    const [moved] = await write(connection, updateOp(id, first.seen, [step('fields', { due })]))
    expect(moved?.now).toMatchObject({ recurs: true, task: { due, recurrence: { text: 'every day' } } })
    const close = updateOp(id, first.seen, [step('completion', { completed: true })])
    await sim.fault('reply-lost')
    await write(connection, close)
    const [closed] = await write(connection, close)
    expect(closed?.now).toMatchObject({ recurs: true, task: { completed: false } })
    expect(await sim.user(`/tasks/${id}`)).toMatchObject({ completed_count: 1 })
  })

  it('deletes, and says gone of a task that is not there', async () => {
    const connection = await connected()
    const { id, seen } = await made(connection, createOp({ title: 'a' }))
    const [result] = await write(connection, updateOp(id, seen, [step('delete')]))
    expect(result).toMatchObject({ remoteId: id, now: null, steps: [{ outcome: 'confirmed' }] })
    const [missing] = await write(
      connection,
      updateOp('6X7rM8997g3RQmvh', null, [step('fields', { title: 'b' })]),
    )
    expect(missing?.steps).toMatchObject([{ outcome: 'refused', error: { kind: 'gone' } }])
  })
})

describe('trouble', () => {
  it('is unknown after a server error, although nothing may have been done', async () => {
    const connection = await connected()
    await sim.fault('status:503')
    const [result] = await write(connection, createOp({ title: 'a' }))
    expect(result?.steps).toMatchObject([
      { outcome: 'unknown', error: { kind: 'ambiguous-write', status: 503 } },
    ])
  })

  it('throws and tells the gate when the service is asked too often', async () => {
    await sim.settings({ partialSyncsPerWindow: 1 })
    const gate = countingGate()
    const connection = { ...(await connected()), gate }
    await expect(write(connection, createOp({ title: 'a' }))).rejects.toMatchObject({ kind: 'rate-limited' })
    expect(gate.news).toMatchObject([{ context: 'sync-partial', retryAfterMs: expect.any(Number) }])
    expect(await sim.items()).toEqual([])
  })

  it('throws when the token is refused, and says nothing of it', async () => {
    await sim.keys(['another'])
    const failure = write(todoistConnection(sim.url), createOp({ title: 'secret words' }))
    await expect(failure).rejects.toMatchObject({
      kind: 'auth',
      message: expect.not.stringMatching(/token-1|secret/),
    })
  })

  it('throws without a request when no slot is free', async () => {
    await sim.reset()
    const connection = todoistConnection(sim.url, { gate: countingGate(0) })
    await expect(write(connection, createOp({ title: 'a' }))).rejects.toMatchObject({ retryAfterMs: 700 })
    expect(await sim.requests()).toEqual([])
  })

  it('throws when nobody listens: nothing was sent', async () => {
    const closed = await startSimulated()
    await closed.close()
    await expect(write(todoistConnection(closed.url), createOp({ title: 'a' }))).rejects.toMatchObject({
      kind: 'transient',
    })
  })

  it('writes although the service does not take the cursor any more', async () => {
    const connection = { ...(await connected()), cursor: 'of-another-age' }
    const op = createOp({ title: 'a' })
    const [result] = await write(connection, op)
    expect(result).toMatchObject({ remoteId: (await sim.items())[0]?.id, now: null })
  })
})

describe('a full answer to a write', () => {
  it('is not taken for what the task is now: it may be older', async () => {
    const connection = await connected()
    const { id, seen } = await made(connection, createOp({ title: 'old' }))
    await sim.advance(120_000)
    await sim.settings({ invalidToken: 'full-sync', fullSyncLagMs: 60_000 })
    const forgotten = { ...connection, cursor: 'of-another-age' }
    const [result] = await write(forgotten, updateOp(id, seen, [step('fields', { title: 'new' })]))
    expect(result).toMatchObject({ remoteId: id, now: null, steps: [{ outcome: 'confirmed' }] })
  })
})

describe('a write that is cancelled under way', () => {
  it('is unknown, and its request is ended', { timeout: 10_000 }, async () => {
    const stop = new AbortController()
    const silent = createServer((request) => {
      request.on('close', () => silent.emit('left'))
      stop.abort()
    })
    const left = once(silent, 'left')
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const connection = todoistConnection(`http://127.0.0.1:${port}`, { signal: stop.signal })
    const [result] = await write(connection, createOp({ title: 'a' }))
    expect(result).toMatchObject({ remoteId: null, askedAt: expect.any(String) })
    expect(result?.steps).toMatchObject([{ outcome: 'unknown', error: { kind: 'ambiguous-write' } }])
    await left
    silent.close()
  })
})

describe('calls at the same time', () => {
  it('share requests, and each gets its own results', async () => {
    const connection = await connected()
    const before = (await sim.requests()).length
    const ops = Array.from({ length: 20 }, (_, n) => createOp({ title: `Task ${n}` }))
    const results = await Promise.all(
      ops.map((op) => write({ ...connection, signal: new AbortController().signal }, op)),
    )
    expect(results.map(([one]) => one?.now?.task.title)).toEqual(ops.map((_, n) => `Task ${n}`))
    expect(results.map(([one]) => one?.opId)).toEqual(ops.map((op) => op.opId))
    expect((await sim.requests()).length - before).toBeLessThanOrEqual(2)
  })

  it('take one slot for each request', async () => {
    const gate = countingGate()
    const connection = { ...(await connected()), gate }
    await Promise.all([1, 2, 3].map((n) => write(connection, createOp({ title: `Task ${n}` }))))
    expect(gate.taken).toEqual(['sync-partial'])
  })

  it('all hear of the error of their request', async () => {
    await sim.keys(['another'])
    const connection = todoistConnection(sim.url)
    const settled = await Promise.allSettled([1, 2].map(() => write(connection, createOp({ title: 'a' }))))
    expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected'])
  })

  it('are not stopped when one of them is cancelled', async () => {
    const connection = await connected()
    const stop = new AbortController()
    const other = write(connection, createOp({ title: 'stays' }))
    const cancelled = write({ ...connection, signal: stop.signal }, createOp({ title: 'cancelled' }))
    stop.abort()
    await expect(cancelled).rejects.toMatchObject({ kind: 'transient' })
    expect(outcomes((await other)[0])).toEqual(['confirmed'])
    expect((await sim.items()).map((one) => one.content)).toEqual(['stays'])
  })

  it('of different connections have requests of their own', async () => {
    const connection = await connected()
    const before = (await sim.requests()).length
    await Promise.all(['one', 'two'].map((id) => write({ ...connection, id }, createOp({ title: id }))))
    expect((await sim.requests()).length - before).toBe(2)
  })

  it('go out in as many requests as their texts need', async () => {
    const connection = await connected()
    const notes = '🏡'.repeat(16_000)
    const ops = Array.from({ length: 30 }, (_, n) => createOp({ title: `Task ${n}`, notes }))
    const results = await write(connection, ...ops)
    expect(results.map(outcomes)).toEqual(ops.map(() => ['confirmed']))
  })
})

describe('a call with a deletion, which asks first what lies below', () => {
  it('does nothing to tasks that somebody edited meanwhile: they are planned anew', async () => {
    const connection = await connected()
    const [gone, kept, edited] = await Promise.all(
      ['gone', 'kept', 'edited'].map((title) => made(connection, createOp({ title }))),
    )
    if (gone === undefined || kept === undefined || edited === undefined) throw new Error('not made')
    await sim.user(`/tasks/${kept.id}`, { content: 'kept, gate code 4711' })
    await sim.user(`/tasks/${edited.id}`, { content: 'edited by its user' })
    const results = await write(
      connection,
      updateOp(gone.id, gone.seen, [step('delete')]),
      updateOp(kept.id, kept.seen, [step('delete')]),
      updateOp(edited.id, edited.seen, [step('fields', { title: 'by us' })]),
    )
    const of = (id: string) => outcomes(results.find((one) => one.remoteId === id))
    expect([of(gone.id), of(kept.id), of(edited.id)]).toEqual([['confirmed'], ['skipped'], ['skipped']])
    expect((await sim.items()).map((one) => one.content).sort()).toEqual([
      'edited by its user',
      'kept, gate code 4711',
    ])
  })
})
