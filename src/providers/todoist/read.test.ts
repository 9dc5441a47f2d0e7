import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import { createOp, newProject, step, updateOp } from '../../../test/todoist/ops.ts'
import { type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type { Connection, Page } from '../contract.ts'
import { createTodoist } from './index.ts'

const provider = createTodoist()
let sim: Simulated

beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(() => sim.reset())
afterAll(() => sim.close())

/** All pages of a walk. */
async function walk(connection: Connection, mode: 'incremental' | 'complete'): Promise<Page[]> {
  const pages: Page[] = []
  let position: string | null = null
  do {
    const page: Page = await provider.pull(connection, { mode, cursor: connection.cursor, position })
    pages.push(page)
    position = page.position
  } while (position !== null)
  return pages
}

async function connected(): Promise<Connection> {
  const connection = todoistConnection(sim.url)
  const pages = await walk(connection, 'complete')
  return { ...connection, cursor: pages.at(-1)?.cursor ?? null }
}

const kinds = (pages: readonly Page[]) =>
  pages.flatMap((page) => page.observations.map((one) => `${one.remoteId} ${one.kind}`))

describe('pull', () => {
  it('is a full Sync and one from its token when it is to be complete', async () => {
    const { id } = await sim.user('/tasks', { content: 'a' })
    const gate = countingGate()
    const pages = await walk(todoistConnection(sim.url, { gate }), 'complete')
    expect(gate.taken).toEqual(['sync-full', 'sync-partial'])
    expect(pages.map((page) => [page.complete, page.cursor === null])).toEqual([
      [false, true],
      [true, false],
    ])
    expect(kinds(pages)).toEqual([`${id} present`])
    expect(pages[0]?.containers).toMatchObject([{ kind: 'project', name: 'Inbox', state: 'active' }])
  })

  it('shows what a lagging full Sync left out', async () => {
    await sim.settings({ fullSyncLagMs: 60_000 })
    const { id } = await sim.user('/tasks', { content: 'a' })
    expect(kinds(await walk(todoistConnection(sim.url), 'complete'))).toContain(`${id} present`)
  })

  it('is one request for what changed: new, completed, deleted', async () => {
    const done = await sim.user('/tasks', { content: 'done' })
    const deleted = await sim.user('/tasks', { content: 'deleted' })
    const connection = await connected()
    const added = await sim.user('/tasks', { content: 'new' })
    await sim.user(`/tasks/${done.id}/close`, {})
    await provider.write(connection, [updateOp(deleted.id, null, [step('delete')])])
    const project = await sim.user('/projects', { name: 'P', description: 'x\ndealbridge: crm/c/general/1' })
    const gate = countingGate()
    const pages = await walk({ ...connection, gate }, 'incremental')
    expect(gate.taken).toEqual(['sync-partial'])
    expect(pages).toHaveLength(1)
    expect(pages[0]).toMatchObject({ complete: false, position: null, cursor: expect.any(String) })
    const found = new Map(pages[0]?.observations.map((one) => [one.remoteId, one]))
    expect(found.get(added.id)).toMatchObject({ kind: 'present', seen: { task: { completed: false } } })
    expect(found.get(done.id)).toMatchObject({ kind: 'present', seen: { task: { completed: true } } })
    expect(found.get(deleted.id)).toEqual({ kind: 'gone', remoteId: deleted.id, certain: true })
    expect(pages[0]?.containers).toMatchObject([{ remoteId: project.id, marker: 'crm/c/general/1' }])
    const after = await walk({ ...connection, cursor: pages[0]?.cursor ?? null }, 'incremental')
    expect(kinds(after)).toEqual([])
  })

  it('is complete without a cursor', async () => {
    const pages = await walk(todoistConnection(sim.url), 'incremental')
    expect(pages.at(-1)?.complete).toBe(true)
  })

  it.each(['refuse', 'full-sync'])(
    'becomes complete when the token is not taken (%s)',
    async (invalidToken) => {
      await sim.settings({ invalidToken })
      const { id } = await sim.user('/tasks', { content: 'a' })
      const pages = await walk(todoistConnection(sim.url, { cursor: 'of-another-age' }), 'incremental')
      expect(kinds(pages)).toEqual([`${id} present`])
      expect(pages.map((page) => page.complete)).toEqual([false, true])
    },
  )

  it('throws transient when the service fails', async () => {
    for (const fault of ['status:502', 'reply-lost']) {
      await sim.fault(fault)
      await expect(walk(todoistConnection(sim.url), 'complete')).rejects.toMatchObject({ kind: 'transient' })
    }
  })

  it('stops when it is cancelled', async () => {
    const stop = new AbortController()
    const pulled = walk(todoistConnection(sim.url, { signal: stop.signal }), 'complete')
    stop.abort()
    await expect(pulled).rejects.toMatchObject({ kind: 'transient' })
  })
})

describe('read', () => {
  it('looks at all ids of all calls by one request', async () => {
    const ids = ['a', 'b', 'c'].map((content) => sim.user('/tasks', { content }).then((task) => task.id))
    const [edited = '', deleted = '', same = ''] = await Promise.all(ids)
    const gate = countingGate()
    const connection = { ...(await connected()), gate }
    await sim.user(`/tasks/${edited}`, { content: 'edited' })
    await provider.write(connection, [updateOp(deleted, null, [step('delete')])])
    gate.taken.length = 0
    const [one, two] = await Promise.all([
      provider.read(connection, [edited, same]),
      provider.read(connection, [deleted]),
    ])
    expect(gate.taken).toEqual(['sync-partial'])
    expect(one?.observations).toMatchObject([
      { kind: 'present', seen: { task: { title: 'edited' } } },
      { kind: 'unchanged', remoteId: same },
    ])
    expect(two?.observations).toEqual([{ kind: 'gone', remoteId: deleted, certain: true }])
    expect(one?.askedAt).toBe(two?.askedAt)
  })

  it.each([null, 'of-another-age'])(
    'reads one by one what a full answer does not show (cursor %s)',
    async (cursor) => {
      const open = await sim.user('/tasks', { content: 'open' })
      const done = await sim.user('/tasks', { content: 'done' })
      await sim.user(`/tasks/${done.id}/close`, {})
      const connection = todoistConnection(sim.url, { cursor })
      const { observations } = await provider.read(connection, [open.id, done.id, '6X7rM8997g3RQmvh'])
      expect(observations).toMatchObject([
        { kind: 'present', remoteId: open.id },
        { kind: 'present', remoteId: done.id, seen: { task: { completed: true } } },
        { kind: 'gone', certain: false },
      ])
    },
  )
})

it('a full answer to a read is brought up to date', async () => {
  const { id } = await sim.user('/tasks', { content: 'old' })
  await sim.advance(120_000)
  await sim.settings({ invalidToken: 'full-sync', fullSyncLagMs: 60_000 })
  await sim.user(`/tasks/${id}`, { content: 'new' })
  const connection = todoistConnection(sim.url, { cursor: 'of-another-age' })
  expect((await provider.read(connection, [id])).observations).toMatchObject([
    { kind: 'present', seen: { task: { title: 'new' } } },
  ])
})

describe('check', () => {
  it('finds out who the token is and what the plan allows', async () => {
    const facts = await provider.check(todoistConnection(sim.url))
    expect(facts).toMatchObject({
      accountId: facts.userId,
      seesEveryone: true,
      limits: { tasksPerProject: 300, sectionsPerProject: 20, projects: 300 },
    })
    expect(facts.zone).toMatch(/^[A-Z]\w+\//)
    expect(JSON.stringify(facts)).not.toContain('token')
  })

  it('says what to do about a refused token, and about none', async () => {
    await sim.keys(['another'])
    await expect(provider.check(todoistConnection(sim.url))).rejects.toMatchObject({
      kind: 'auth',
      hint: expect.stringContaining('token'),
    })
    await expect(provider.check(todoistConnection(sim.url, { credentials: {} }))).rejects.toMatchObject({
      kind: 'auth',
    })
  })

  it('says when the address is not that of the service', async () => {
    await expect(provider.check(todoistConnection(`${sim.url}/other`))).rejects.toMatchObject({
      kind: 'invalid',
      hint: expect.stringContaining('TODOIST_BASE_URL'),
    })
  })
})

describe('findCreated', () => {
  const attemptedAt = '2026-11-21T09:00:00.000000Z'
  const lost = (op: ReturnType<typeof createOp>, settledAt = '2026-11-21T09:02:00.000000Z') => ({
    op,
    attemptedAt,
    deadline: '2026-11-21T09:01:00.000000Z',
    settledAt,
    emptyAt: null,
    known: new Set<string>(),
  })
  const at = (minutes: number) => createTodoist({ now: () => Date.parse(attemptedAt) + minutes * 60_000 })

  it('lets the same command be sent again while the service remembers it, without asking', async () => {
    const gate = countingGate(0)
    const found = at(14).findCreated(todoistConnection(sim.url, { gate }), lost(createOp({ title: 'a' })))
    expect(await found).toEqual({ kind: 'not-arrived' })
  })

  it.each([true, false])('looks for the marker later (project known: %s)', async (known) => {
    const connection = await connected()
    const container = newProject()
    const op = createOp({ title: 'a' }, { container })
    const reply = await provider.write(connection, [op])
    const remoteId = reply.containers[0]?.remoteId ?? null
    const again = { ...op, container: { ...container, remoteId: known ? remoteId : null } }
    expect(await at(16).findCreated(connection, lost(again))).toMatchObject({
      kind: 'arrived',
      remoteId: reply.results[0]?.remoteId,
      now: { marker: op.marker },
    })
    const [copy] = (
      await provider.write(connection, [{ ...createOp({ title: 'b' }, { container }), marker: op.marker }])
    ).results
    expect(await at(16).findCreated(connection, lost(again))).toMatchObject({ kind: 'ambiguous' })
    const others = { ...lost(again), known: new Set([copy?.remoteId ?? '']) }
    expect(await at(16).findCreated(connection, others)).toMatchObject({ kind: 'arrived' })
  })

  it('is certain of nothing before the settle time', async () => {
    const op = createOp({ title: 'a' })
    const connection = todoistConnection(sim.url, { gate: countingGate(9, '2026-11-21T09:20:00') })
    expect(await at(16).findCreated(connection, lost(op, '2026-11-21T09:30:00.000000Z'))).toMatchObject({
      kind: 'too-early',
    })
    expect(await at(16).findCreated(connection, lost(op))).toEqual({ kind: 'not-arrived' })
  })
})
