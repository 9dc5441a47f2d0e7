import { withKind } from '../../activities/shown/home.ts'
import { entryJson } from '../../activities/shown/log-entry.ts'
import { homePage } from '../../store/home-log.ts'
import { opPage } from '../../store/op-log.ts'
import { cursorOf, readCursor } from './cursor.ts'
import { managing, type Operation } from './operation.ts'
import * as schema from './pair-schemas.ts'

/** What was written. */
export const opOperations: readonly Operation[] = [
  managing({
    id: 'getOps',
    method: 'get',
    path: '/ops',
    tag: 'Ops',
    summary:
      'Every write, from what to what and because of what, as `log` shows it; newest first, page by page',
    query: schema.opQuery,
    body: null,
    answers: { 200: { description: 'A page of writes.', schema: schema.opPage } },
    async run({ administration: { deps }, query }) {
      const { limit, cursor, pair = null, route = null, status = null, side = null, since = null } = query
      const before = cursor === undefined ? null : readCursor(cursor)
      const dropped = query.dropped === 'true'
      const page = { before, route, status, side, since, dropped, limit: limit + 1 }
      const tasks = await opPage(deps.db, { ...page, pairId: pair })
      const homes =
        pair === null ? (await homePage(deps.db, page)).map((one) => withKind(one, deps.providers)) : []
      const found = [...tasks, ...homes].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
      const rows = found.slice(0, limit)
      const last = rows.at(-1)
      const nextCursor = last === undefined || found.length <= limit ? null : cursorOf(last.id)
      return { status: 200, body: { ops: rows.map(entryJson), nextCursor }, subject: null }
    },
  }),
]
