import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startFollowUpBoss } from '../../../simulators/follow-up-boss/start.ts'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import { createOp, deleteOp, updateOp } from '../../../test/follow-up-boss/ops.ts'
import type { Due } from '../../core/due.ts'
import type { FieldValues } from '../../core/task.ts'
import type { AccountFacts, LostCreate, Page, Provider, WriteResult } from '../contract.ts'
import { createFollowUpBoss } from './index.ts'

let sim: Awaited<ReturnType<typeof startFollowUpBoss>>
let baseUrl: string
let fub: Provider
let facts: AccountFacts

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
  baseUrl = `${sim.url}/v1`
})
afterAll(() => sim.close())
beforeEach(async () => {
  await post('/__sim/reset', {})
  await post('/__sim/settings', { rateLimit: 100_000 })
  fub = createFollowUpBoss()
  facts = await fub.check(testConnection(baseUrl, { facts: null }))
})

async function post(path: string, body: unknown, method = 'POST'): Promise<Record<string, unknown>> {
  const answer = await fetch(sim.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${btoa('user:')}`,
      'x-sim-actor': 'user',
    },
    body: JSON.stringify(body),
  })
  expect(answer.status, `${method} ${path}`).toBeLessThan(300)
  return (await answer.json()) as Record<string, unknown>
}
/** What somebody does in Follow Up Boss itself. */
const userMakes = (fields: Record<string, unknown>) =>
  post('/v1/tasks', { personId: 5001, assignedUserId: 1, name: 'x', ...fields }).then(({ id }) => String(id))
const userEdits = (id: string, fields: unknown) => post(`/v1/tasks/${id}`, fields, 'PUT')
const settings = (changes: unknown) => post('/__sim/settings', changes)
const faults = (...list: unknown[]) => post('/__sim/faults', list)

const connect = (options: Parameters<typeof testConnection>[1] = {}) =>
  testConnection(baseUrl, { facts, ...options })

async function makeOne(fields: FieldValues = {}): Promise<string> {
  const { results } = await fub.write(connect(), [createOp({ fields })])
  return results[0]?.remoteId ?? ''
}
async function writeOne(...ops: Parameters<Provider['write']>[1]): Promise<WriteResult> {
  const [result] = (await fub.write(connect(), ops)).results
  if (result === undefined) throw new Error('There is no result')
  return result
}

async function walk(cursor: string | null, between: () => Promise<unknown> = async () => undefined) {
  const connection = connect()
  const mode = cursor === null ? 'complete' : 'incremental'
  const ids: string[] = []
  let page: Page
  let position: string | null = null
  do {
    page = await fub.pull(connection, { mode, cursor, position })
    position = page.position
    ids.push(...page.observations.map((one) => one.remoteId))
    if (position !== null) await between()
  } while (position !== null)
  return { ids, cursor: page.cursor, complete: page.complete, requests: connection.taken.length }
}

describe('check', () => {
  test('finds out who the key is, and nothing about filters in an account without tasks', () => {
    expect(facts).toEqual({
      accountId: '987654321',
      userId: '1',
      zone: 'America/New_York',
      seesEveryone: true,
      domain: 'example',
      limits: {},
      probes: { owner: true, updatedAfter: 'unknown', isCompleted: 'unknown', ids: 'unknown' },
    })
  })

  test.each([true, false])('finds out whether filters are honoured: %s', async (on) => {
    await settings({ honourUpdatedAfter: on, honourIds: on, honourIsCompleted: on })
    for (const isCompleted of [false, true, false]) await userMakes({ isCompleted })
    const { probes } = await fub.check(connect())
    expect(probes).toEqual({ owner: true, updatedAfter: on, isCompleted: on, ids: on })
  })

  test('refuses a key that does not work, a lapsed account, and another account', async () => {
    const other = { ...facts, accountId: '1' }
    await expect(fub.check(connect({ facts: other }))).rejects.toMatchObject({ kind: 'auth' })
    await settings({ lapsed: true })
    await expect(fub.check(connect())).rejects.toMatchObject({ kind: 'auth' })
    await post('/__sim/keys', { keys: ['another'] })
    await expect(fub.check(connect())).rejects.toMatchObject({ kind: 'auth', status: 401 })
  })
})

describe('write and read', () => {
  const titles = [
    '🏡 Zeigen 👩‍👩‍👧‍👦',
    'e\u0301te\u0301',
    ' \n\t ',
    'x'.repeat(5000),
    '🏡'.repeat(300),
    '<b>&amp;"\'</b>',
  ]
  const dues: (Due | null)[] = [
    null,
    { kind: 'day', day: '2028-02-29' },
    { kind: 'floating', day: '2026-03-08', time: '02:30:00' },
    { kind: 'fixed', at: '2026-12-31T23:59:59Z', zone: 'Asia/Tokyo' },
  ]

  test('everything written is read as it was kept', async () => {
    for (const [at, title] of titles.entries()) {
      const fields = { title, due: dues[at % dues.length] ?? null, completed: at % 2 === 0 } as const
      const id = await makeOne(fields)
      const { observations } = await fub.read(connect(), [id])
      const seen = observations[0]?.kind === 'present' ? observations[0].seen : null
      const context = { zone: 'America/New_York' }
      for (const field of ['title', 'due', 'completed'] as const)
        expect(seen && fub.keep(field, seen.task[field], context)).toEqual(
          fub.keep(field, fields[field], context),
        )
      expect(seen).toMatchObject({ person: '5001', assignedTo: '1', madeBy: '1' })
    }
  })

  test('a due date is set, changed and cleared, by day and by time', async () => {
    const id = await makeOne()
    for (const due of [...dues.slice(1), dues[1] ?? null, null, dues[3] ?? null, null]) {
      const { steps, now } = await writeOne(updateOp({ remoteId: id, steps: { due: { due } } }))
      expect(steps).toMatchObject([{ name: 'due', outcome: 'confirmed' }])
      const context = { zone: 'America/New_York' }
      expect(now?.task.due).toEqual(fub.keep('due', due, context))
    }
  })

  test.each(['reject', 'ignore'])(
    'a due date that the service does not take (%s) is told, the rest is done',
    async (putDue) => {
      const id = await makeOne({ due: dues[1] ?? null })
      await settings({ putDue })
      const steps = { fields: { title: 'New', completed: true }, due: { due: dues[3] ?? null } }
      const result = await writeOne(updateOp({ remoteId: id, steps }))
      expect(result.steps.map((step) => step.outcome)).toEqual(['confirmed', 'refused'])
      expect(result.steps[1]?.error).toMatchObject({
        kind: 'invalid',
        hint: expect.stringContaining('new due date'),
      })
      expect(result.now?.task).toMatchObject({ title: 'New', completed: true })
    },
  )

  test('a deleted task is gone, and deleting it again is fine', async () => {
    const id = await makeOne()
    for (const _again of [1, 2]) expect((await writeOne(deleteOp(id))).steps[0]?.outcome).toBe('confirmed')
    const { observations } = await fub.read(connect(), [id])
    expect(observations).toEqual([{ kind: 'gone', remoteId: id, certain: false }])
  })

  test.each([true, false])('many are read at once where the service can (%s)', async (honourIds) => {
    await settings({ honourIds })
    const ids = await Promise.all(Array.from({ length: 12 }, () => userMakes({})))
    for (const requests of honourIds ? [1, 1] : [1, 5]) {
      const connection = connect()
      const wanted = ids.slice(3, 8)
      const { observations } = await fub.read(connection, wanted)
      expect(observations.map((one) => [one.remoteId, one.kind])).toEqual(wanted.map((id) => [id, 'present']))
      // Without a filter the first answer is all 12 tasks, which is as good here; after it each is read alone.
      expect(connection.taken).toHaveLength(requests)
    }
  })

  test('an agent does not see the tasks of other people, and does not call them gone', async () => {
    const id = await makeOne()
    await post('/__sim/keys', { keys: { agent: 7, user: 1 } })
    const credentials = { apiKey: 'agent' }
    const agent = await fub.check(testConnection(baseUrl, { facts: null, credentials }))
    expect(agent).toMatchObject({ userId: '7', seesEveryone: false })
    const connection = connect({ facts: agent, credentials })
    const { observations } = await fub.read(connection, [id])
    expect(observations).toEqual([{ kind: 'unknown', remoteId: id, why: 'not-visible' }])
    const [result] = (await fub.write(connection, [createOp({})])).results
    expect(result?.steps[0]?.outcome).toBe('refused')
  })
})

describe('limits and keys', () => {
  test('a request too many is not done, and says when to come back', async () => {
    await settings({ rateLimit: 1 })
    const connection = connect()
    let error: unknown
    for (let nth = 0; nth < 5 && error === undefined; nth += 1)
      error = await fub.read(connection, ['1']).then(
        () => undefined,
        (one: unknown) => one,
      )
    expect(error).toMatchObject({ kind: 'rate-limited', status: 429, retryAfterMs: expect.any(Number) })
    expect(connection.news.at(-1)?.retryAfterMs).toBeGreaterThan(0)
  })

  test('a revoked key stops a write before anything is done', async () => {
    await post('/__sim/keys', { keys: ['another'] })
    await expect(fub.write(connect(), [createOp({})])).rejects.toMatchObject({ kind: 'auth' })
  })
})

describe('pull', () => {
  test('lists 1,000 tasks in 10 requests, whatever else is made meanwhile', async () => {
    const many = await startFollowUpBoss({ port: 0, data: 1000, seed: 1 })
    const connection = testConnection(`${many.url}/v1`, { facts: null })
    const seen = new Set<string>()
    let page: Page | null = null
    do {
      page = await fub.pull(connection, { mode: 'complete', cursor: null, position: page?.position ?? null })
      for (const one of page.observations) seen.add(one.remoteId)
    } while (page.position !== null)
    const state = (await (await fetch(`${many.url}/__sim/state`)).json()) as { tasks: unknown[] }
    await many.close()
    expect(page.complete).toBe(true)
    expect(seen.size).toBe(state.tasks.length)
    expect(connection.taken).toHaveLength(Math.ceil(state.tasks.length / 100))
  })

  test.each([{ totalAsText: true }, { staleNext: true }])('comes to its end with %j', async (quirk) => {
    await settings(quirk)
    const ids = [await userMakes({}), await userMakes({})]
    expect(await walk(null)).toMatchObject({ ids: ids.reverse(), complete: true })
  })

  test('while tasks are made, edited and deleted, misses none that was there all the time', async () => {
    const ids = await Promise.all(Array.from({ length: 250 }, () => userMakes({})))
    const [gone = '', edited = '', ...stay] = ids
    let made: Promise<string> | undefined
    const { ids: seen, cursor } = await walk(null, async () => {
      if (made !== undefined) return
      made = userMakes({ name: 'new' })
      await Promise.all([
        made,
        post(`/v1/tasks/${gone}`, {}, 'DELETE'),
        userEdits(edited, { name: 'edited' }),
      ])
    })
    expect(stay.filter((id) => !seen.includes(id))).toEqual([])
    const later = await walk(cursor)
    expect(later.ids).toContain(await made)
    expect(later.ids).toContain(edited)
  })

  test('shows what changed since, in one request', async () => {
    const ids = await Promise.all(Array.from({ length: 110 }, () => userMakes({})))
    const [edited = ''] = ids
    const { cursor } = await walk(null)
    await post('/__sim/clock', { advanceMs: 3_600_000 })
    const quiet = await walk(JSON.stringify({ ...JSON.parse(cursor ?? ''), since: await serviceTime() }))
    expect(quiet).toMatchObject({ ids: [], requests: 1 })
    await userEdits(edited, { isCompleted: true })
    expect(await walk(quiet.cursor)).toMatchObject({ ids: [edited], requests: 1 })
  })

  test('sees every change in the end where the service does not filter by time', async () => {
    await settings({ honourUpdatedAfter: false })
    const ids = await Promise.all(Array.from({ length: 350 }, () => userMakes({})))
    const [oldest = ''] = ids
    let { cursor } = await walk(null)
    await post('/__sim/clock', { advanceMs: 3_600_000 })
    cursor = JSON.stringify({ ...JSON.parse(cursor ?? ''), since: await serviceTime() })
    await userEdits(oldest, { name: 'edited' })
    const newest = await userMakes({})
    const first = await walk(cursor)
    expect(first.ids).toContain(newest)
    expect(first.requests).toBe(2)
    const second = await walk(first.cursor)
    const third = await walk(second.cursor)
    expect([...second.ids, ...third.ids]).toContain(oldest)
  })

  /** The service's clock, moved in these tests, as whole seconds. */
  async function serviceTime(): Promise<string> {
    const { now } = (await (await fetch(`${sim.url}/__sim/clock`)).json()) as { now: string }
    return `${now.slice(0, 19)}Z`
  }
})

describe('a create whose answer is lost', () => {
  const op = createOp({
    fields: { title: '🏡 Call', due: { kind: 'floating', day: '2026-12-05', time: '09:00:00' } },
  })
  const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
  const lost = (changes: Partial<LostCreate> = {}): LostCreate => ({
    op,
    attemptedAt: minutesFromNow(0),
    deadline: minutesFromNow(0.5),
    settledAt: minutesFromNow(1.5),
    emptyAt: null,
    known: new Set(),
    ...changes,
  })

  test('is unknown first, and found then', async () => {
    const about = lost()
    await faults({ match: 'POST /v1/tasks', nth: 1, do: 'reply-lost' })
    expect((await writeOne(op)).steps[0]).toMatchObject({
      outcome: 'unknown',
      error: { kind: 'ambiguous-write' },
    })
    const found = await fub.findCreated(connect(), about)
    expect(found).toMatchObject({ kind: 'arrived', now: { task: { title: '🏡 Call' }, madeBy: '1' } })
    if (found.kind !== 'arrived') return
    const other = lost({ known: new Set([found.remoteId]) })
    expect((await fub.findCreated(connect(), other)).kind).toBe('too-early')
  })

  test('is looked for again while lists may lag behind', async () => {
    await settings({ createVisibilityLagMs: 60_000 })
    const about = lost()
    await faults({ match: 'POST /v1/tasks', nth: 1, do: 'reply-lost' })
    await writeOne(op)
    expect((await fub.findCreated(connect(), about)).kind).toBe('too-early')
    await post('/__sim/clock', { advanceMs: 61_000 })
    expect((await fub.findCreated(connect(), about)).kind).toBe('arrived')
  })

  test('did not arrive when the service refused it at the door', async () => {
    await faults({ match: 'POST /v1/tasks', nth: 1, do: 'refused' })
    expect((await writeOne(op)).steps[0]?.outcome).toBe('unknown')
    const past = {
      attemptedAt: minutesFromNow(-3),
      settledAt: minutesFromNow(-1),
      emptyAt: minutesFromNow(-2),
    }
    expect(await fub.findCreated(connect(), lost(past))).toEqual({ kind: 'not-arrived' })
  })

  test('is ambiguous when two are alike', async () => {
    const about = lost()
    for (const _again of [1, 2]) await writeOne(op)
    expect(await fub.findCreated(connect(), about)).toMatchObject({
      kind: 'ambiguous',
      candidates: { length: 2 },
    })
  })
})

describe('people', () => {
  test('are found by id, as far as this key sees them', async () => {
    const found = await fub.people?.(connect(), { ids: ['5001', '5002', '999999'] })
    expect(found?.map((person) => person.remoteId).sort()).toEqual(['5001', '5002'])
    expect(found?.every((person) => person.name !== '')).toBe(true)
  })

  test('are found by id where the service does not filter', async () => {
    await settings({ honourIds: false })
    const found = await fub.people?.(connect(), { ids: ['5001', '999999'] })
    expect(found?.map((person) => person.remoteId)).toEqual(['5001'])
  })

  test('are found by their full name, letter case ignored, and not by a part of it', async () => {
    const [person] = (await fub.people?.(connect(), { ids: ['5001'] })) ?? []
    const name = person?.name ?? ''
    expect(await fub.people?.(connect(), { name: name.toUpperCase() })).toEqual([person])
    expect(await fub.people?.(connect(), { name: name.slice(0, -1) })).toEqual([])
    expect(await fub.people?.(connect(), { name: ' ' })).toEqual([])
  })
})
