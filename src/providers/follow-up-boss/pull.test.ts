import { afterEach, describe, expect, test } from 'vitest'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import {
  type Asked,
  type Reply,
  type ScriptedServer,
  scriptedServer,
  taskPage,
  taskRow,
} from '../../../test/follow-up-boss/scripted-server.ts'
import type { Page } from '../contract.ts'
import { createFollowUpBoss } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

const CURSOR = JSON.stringify({ since: '2026-03-02T15:30:00Z', head: 300, scan: null })

/** All pages of one walk. */
async function walk(
  mode: 'complete' | 'incremental',
  cursor: string | null,
  answer: (asked: Asked, nth: number) => Reply,
): Promise<{ pages: Page[]; last: Page; ids: string[] }> {
  server = await scriptedServer(answer)
  const connection = testConnection(server.baseUrl)
  const fub = createFollowUpBoss()
  const pages: Page[] = []
  let position: string | null = null
  do {
    const page: Page = await fub.pull(connection, { mode, cursor, position })
    pages.push(page)
    position = page.position
  } while (position !== null && pages.length < 50)
  const ids = pages.flatMap((page) => page.observations.map((one) => one.remoteId))
  const last = pages.at(-1)
  if (last === undefined) throw new Error('There was no page')
  return { pages, last, ids }
}

const rows = (from: number, to: number, changes = {}) =>
  Array.from({ length: from - to + 1 }, (_, at) => taskRow(from - at, changes))

describe('a complete walk', () => {
  test('follows the cursors to the end, and the cursor is the time of its first page', async () => {
    const { pages, last, ids } = await walk('complete', CURSOR, ({ query }) =>
      query.next === 'b' ? taskPage(rows(2, 1)) : taskPage(rows(4, 3), { next: 'b', total: '4' }),
    )
    expect(ids).toEqual(['4', '3', '2', '1'])
    expect(pages.map((page) => page.complete)).toEqual([false, true])
    expect(last.cursor).toBe(JSON.stringify({ since: '2026-03-02T16:00:00Z', head: 4, scan: null }))
    expect(server.asked.map(({ query }) => query)).toEqual([{ limit: '100' }, { limit: '100', next: 'b' }])
  })

  test('takes an empty page as the end, even with a cursor on it', async () => {
    const { last } = await walk('complete', null, ({ query }) =>
      query.next ? taskPage([], { next: 'b' }) : taskPage(rows(2, 1), { next: 'b', total: 2 }),
    )
    expect(last.complete).toBe(true)
  })

  test('is not complete when cursors go round in a circle, and leaves the old cursor', async () => {
    const { last, pages } = await walk('complete', CURSOR, (_asked, nth) =>
      taskPage(rows(nth, nth), { next: ['a', 'b', 'c'][nth % 3] }),
    )
    expect(last).toMatchObject({ complete: false, cursor: CURSOR })
    expect(pages.length).toBeLessThan(10)
  })

  test('is not complete when the service counts far more than it showed', async () => {
    const { last } = await walk('complete', null, ({ query }) =>
      query.next ? taskPage(rows(2, 1)) : taskPage(rows(4, 3), { next: 'b', total: 7 }),
    )
    expect(last.complete).toBe(false)
  })

  test('bears a task that vanishes while it goes on', async () => {
    const { last } = await walk('complete', null, ({ query }) =>
      query.next ? taskPage(rows(1, 1)) : taskPage(rows(4, 3), { next: 'b', total: 4 }),
    )
    expect(last.complete).toBe(true)
  })

  test('reports a row that it cannot read, and is not complete when it cannot even tell which', async () => {
    const odd = await walk('complete', null, () =>
      taskPage([taskRow(2, { dueDate: '2026-02-30' }), taskRow(1)]),
    )
    expect(odd.last.observations[0]).toEqual({ kind: 'unknown', remoteId: '2', why: 'unreadable' })
    expect(odd.last).toMatchObject({ complete: true, observations: [{}, { kind: 'present', remoteId: '1' }] })
    await server.close()
    const blurred = await walk('complete', null, () => taskPage([{ name: 'x' }, taskRow(1)]))
    expect(blurred.last).toMatchObject({ complete: false, observations: [{ remoteId: '1' }] })
  })

  test('starts when there is no cursor, or one that cannot be read', async () => {
    for (const cursor of [null, 'nonsense', '{"since":1}']) {
      const { last } = await walk('incremental', cursor, () => taskPage([taskRow(1)]))
      expect(last.complete).toBe(true)
      expect(server.asked[0]?.query).toEqual({ limit: '100' })
      if (cursor !== '{"since":1}') await server.close()
    }
  })
})

describe('an incremental walk', () => {
  const fresh = { updated: '2026-03-02T15:40:00Z' }

  test('asks for a window that overlaps the last one, on every page', async () => {
    const { last, ids } = await walk('incremental', CURSOR, ({ query }) =>
      query.next ? taskPage([taskRow(8, fresh)]) : taskPage([taskRow(310, fresh)], { next: 'b' }),
    )
    expect(ids).toEqual(['310', '8'])
    expect(server.asked.map(({ query }) => query.updatedAfter)).toEqual(Array(2).fill('2026-03-02T15:25:00Z'))
    expect(last).toMatchObject({ complete: false })
    expect(last.cursor).toBe(JSON.stringify({ since: '2026-03-02T16:00:00Z', head: 310, scan: null }))
  })

  test('costs one request when nothing changed', async () => {
    await walk('incremental', CURSOR, () => taskPage([]))
    expect(server.asked).toHaveLength(1)
  })

  test('takes a completion that left `updated` alone for new', async () => {
    const completed = { completed: '2026-03-02T15:40:00Z', isCompleted: 1 }
    const { ids } = await walk('incremental', CURSOR, ({ query }) =>
      query.next ? taskPage([taskRow(8, fresh)]) : taskPage([taskRow(9, completed)], { next: 'b' }),
    )
    expect(ids).toEqual(['9', '8'])
  })

  test('without a filter of the service reads the head, and rolls through the rest page by page', async () => {
    /** 400 tasks, the newest 105 above the head that the cursor knows. */
    const all = rows(405, 6)
    const unfiltered = ({ query }: Asked) => {
      const start = query.next ? 405 - Number(query.next) + 1 : 0
      const part = all.slice(start, start + 100)
      const lowest = Number(part.at(-1)?.id)
      return taskPage(part, { next: lowest > 6 ? String(lowest) : null })
    }
    const next = (page: Page) => JSON.parse(page.cursor ?? '{}').scan
    const first = await walk('incremental', CURSOR, unfiltered)
    // 405..306 and 305..206 are the head, as 300 is known; 205..106 is the first page of the scan.
    expect(first.ids).toEqual(all.slice(0, 300).map((row) => String(row.id)))
    expect(next(first.last)).toBe('106')
    await server.close()
    const second = await walk('incremental', first.last.cursor, unfiltered)
    expect(second.ids).toEqual([...all.slice(0, 100), ...all.slice(300)].map((row) => String(row.id)))
    expect(next(second.last)).toBeNull()
    expect(second.last.complete).toBe(false)
  })

  test('starts its scan again when the service does not know the place any more', async () => {
    const cursor = JSON.stringify({ since: '2026-03-02T15:30:00Z', head: 300, scan: 'stale' })
    const { ids, last } = await walk('incremental', cursor, ({ query }) =>
      query.next === 'stale' ? { status: 400 } : taskPage(rows(300, 299), { next: 'fresh' }),
    )
    expect(ids).toEqual(['300', '299', '300', '299'])
    expect(JSON.parse(last.cursor ?? '')).toMatchObject({ scan: 'fresh' })
  })

  test('leaves the old cursor when it finds no end', async () => {
    const { last } = await walk('incremental', CURSOR, () => taskPage([taskRow(9, fresh)], { next: 'b' }))
    expect(last.cursor).toBe(CURSOR)
  })
})
