import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim } from '../kit/service.ts'
import type { FubTask } from './records.ts'
import { startFollowUpBoss } from './start.ts'

interface Page {
  _metadata: {
    collection: string
    offset: number
    limit: number
    total: number | string
    next: string | null
    nextLink: string | null
    notice?: string
  }
  tasks: FubTask[]
  errorMessage?: string
}

let sim: RunningSim
let api: SimClient
let user: SimClient

beforeAll(async () => {
  sim = await startFollowUpBoss({ port: 0, data: 2300, seed: 3 })
  api = simClient(sim.url, basicKey('k'))
  user = simClient(sim.url, AS_USER)
})
afterAll(() => sim.close())
beforeEach(() => user.call('POST', '/__sim/reset'))

async function list(query: string): Promise<Page> {
  return (await api.call<Page>('GET', `/v1/tasks${query}`)).body
}

/** Walks the cursor to its end; `between` runs after each page. */
async function walk(
  query: string,
  between: (page: Page) => Promise<unknown> = async () => {},
): Promise<FubTask[]> {
  const rows: FubTask[] = []
  let next: string | null = null
  do {
    const page: Page = await list(`${query}${next === null ? '' : `&next=${encodeURIComponent(next)}`}`)
    rows.push(...page.tasks)
    next = page.tasks.length === 0 ? null : page._metadata.next
    await between(page)
  } while (next !== null)
  return rows
}

const idsOf = (rows: readonly { id: number }[]): number[] => rows.map((row) => row.id)

describe('pages', () => {
  test('ten rows by default, a hundred at most, newest id first, with the cursor in base64', async () => {
    expect((await list('')).tasks).toHaveLength(10)
    const { _metadata, tasks } = await list('?limit=500')
    expect(tasks).toHaveLength(100)
    expect(idsOf(tasks)).toEqual(Array.from({ length: 100 }, (_, i) => 6300 - i))
    const next = Buffer.from('{"sinceId":6201}').toString('base64')
    expect(_metadata).toEqual({
      collection: 'tasks',
      offset: 0,
      limit: 100,
      total: 2300,
      next,
      nextLink: `${sim.url}/v1/tasks?limit=100&next=${next}`,
      notice: expect.any(String),
    })
    const followed = await fetch(_metadata.nextLink ?? '', { headers: basicKey('k') })
    expect(((await followed.json()) as Page).tasks[0]?.id).toBe(6200)
  })

  test('the walk gives every task once and ends with next null', async () => {
    const rows = await walk('?limit=100')
    expect(idsOf(rows)).toEqual(Array.from({ length: 2300 }, (_, i) => 6300 - i))
  })

  test('while others create and delete, the walk misses nothing that stays', async () => {
    let step = 0
    const rows = await walk('?limit=100', async (page) => {
      step += 1
      if (step > 5) return
      await user.call('POST', '/v1/tasks', { personId: 5001, name: `new ${step}` })
      await user.call('DELETE', `/v1/tasks/${page.tasks.at(-1)?.id}`)
      await user.call('DELETE', `/v1/tasks/${(page.tasks.at(-1)?.id ?? 0) - 1}`)
    })
    expect(rows).toHaveLength(2300 - 5)
    expect(new Set(idsOf(rows)).size).toBe(rows.length)
  })

  test('offset pages work below 2,000 and are refused from there', async () => {
    expect((await list('?limit=5&offset=1999')).tasks[0]?.id).toBe(6300 - 1999)
    const deep = await api.call<Page>('GET', '/v1/tasks?offset=2000')
    expect([deep.status, deep.body.errorMessage]).toEqual([
      400,
      "Deep pagination disabled, use 'nextLink' url.",
    ])
  })

  test('staleNext: a next on the last page leads to an empty page', async () => {
    await user.call('POST', '/__sim/settings', { staleNext: true })
    const last = await list('?limit=100&idLessThan=4051')
    expect(last.tasks).toHaveLength(50)
    const after = await list(`?limit=100&idLessThan=4051&next=${last._metadata.next}`)
    expect(after.tasks).toEqual([])
    expect(after._metadata.next).toBe(last._metadata.next)
  })

  test('total may be a text, a registered system gets no notice, a broken cursor is a 400', async () => {
    await user.call('POST', '/__sim/settings', { totalAsText: true })
    const registered = api.with({ 'x-system': 'Dealbridge', 'x-system-key': 'sk' })
    const { _metadata } = (await registered.call<Page>('GET', '/v1/tasks')).body
    expect([_metadata.total, _metadata.notice]).toEqual(['2300', undefined])
    expect((await api.call('GET', '/v1/tasks?next=zzz')).status).toBe(400)
  })

  test('sorting uses an offset cursor', async () => {
    const rows = await walk('?limit=100&sort=dueDate&personId=5003')
    const dues = rows.map((row) => row.dueDate ?? '')
    expect(dues).toEqual([...dues].sort())
    expect((await list('?sort=-created&limit=3')).tasks).toHaveLength(3)
    expect(idsOf((await list('?sort=id&limit=2')).tasks)).toEqual([4001, 4002])
  })
})

describe('filters', () => {
  test('by person, ids, assignee, name, type and completion', async () => {
    const ofPerson = await walk('?limit=100&personId=5002')
    expect(ofPerson).toHaveLength(20)
    expect(ofPerson.every((task) => task.personId === 5002)).toBe(true)
    expect(idsOf((await list('?ids=4003,4001,9')).tasks)).toEqual([4003, 4001])
    expect((await list('?ids=4003,4001&personId=5001'))._metadata.total).toBe(1)
    await user.call('PUT', '/v1/tasks/4010', { isCompleted: true, assignedUserId: 7 })
    expect(idsOf((await list('?isCompleted=true')).tasks)).toEqual([4010])
    expect((await list('?isCompleted=false'))._metadata.total).toBe(2299)
    expect(idsOf((await list('?assignedUserId=7')).tasks)).toEqual([4010])
    expect(idsOf((await list('?assignedTo=Sam%20Agent')).tasks)).toEqual([4010])
    expect(idsOf((await list('?name=NO.%2012&idLessThan=4013')).tasks)).toEqual([4012])
    const typed = await walk('?limit=100&type=Call,Closing')
    expect(new Set(typed.map((task) => task.type))).toEqual(new Set(['Call', 'Closing']))
  })

  test('updatedAfter and ids have an effect only while their switches say so', async () => {
    const since = new Date(Date.now() - 5000).toISOString()
    await user.call('PUT', '/v1/tasks/4010', { name: 'Changed' })
    expect(idsOf((await list(`?updatedAfter=${since}`)).tasks)).toEqual([4010])
    expect((await list('?updatedAfter=2199-01-01T00:00:00Z')).tasks).toEqual([])
    await user.call('POST', '/__sim/settings', {
      honourUpdatedAfter: false,
      honourIds: false,
      honourIsCompleted: false,
    })
    expect((await list('?updatedAfter=2199-01-01T00:00:00Z'))._metadata.total).toBe(2300)
    expect((await list('?ids=4001'))._metadata.total).toBe(2300)
    expect((await list('?isCompleted=true'))._metadata.total).toBe(2300)
  })

  test('due windows', async () => {
    const today = (await walk('?limit=100&due=today')).map((task) => task.dueDate)
    expect(new Set(today).size).toBe(1)
    const day = today[0] ?? ''
    expect((await walk('?limit=100&due=upcoming')).every((task) => (task.dueDate ?? '') > day)).toBe(true)
    expect((await walk('?limit=100&due=overdue')).every((task) => (task.dueDate ?? '9') <= day)).toBe(true)
    expect((await list(`?dueStart=${day}&dueEnd=${day}`))._metadata.total).toBe(today.length)
  })

  test('parameters that do not exist are ignored', async () => {
    expect((await list('?status=done&dueDateFrom=2026-01-01&color=red'))._metadata.total).toBe(2300)
  })

  test('fields is a trap: no times, and 400 for other names', async () => {
    const { tasks } = await list('?fields=id,name,dueDate&limit=1')
    expect(Object.keys(tasks[0] ?? {})).toEqual(['id', 'name', 'dueDate'])
    const wrong = await list('?fields=id,dueDateTime,allFields')
    expect(wrong.errorMessage).toBe('Invalid field(s) in the fields parameter: [dueDateTime, allFields]')
  })
})
