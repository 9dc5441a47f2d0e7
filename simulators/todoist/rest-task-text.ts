import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { text } from './arguments.ts'
import { readFilter } from './filter-query.ts'
import { testOf } from './filter-terms.ts'
import { pageOf } from './paging.ts'
import { readQuickAdd } from './quick-add.ts'
import { answering, ok } from './replies.ts'
import { readBody } from './rest-bodies.ts'
import type { Running } from './running-account.ts'
import { addItem } from './state-items.ts'
import { addNote } from './state-notes.ts'
import { View } from './state-view.ts'

const quickBody = z.object({ text: text.min(1), note: text.nullish() })

/** `/tasks/filter` and `/tasks/quick` (reference §7.1): the two that read what a person would type. */
export function taskTextRoutes(running: Running): Route[] {
  const at = (method: string, path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method,
    path: `/api/v1/tasks${path}`,
    handle: answering(handle),
  })
  return [
    at('GET', '/filter', ({ path, query, staleMs }) => {
      const { account } = running()
      const view = new View(account, staleMs)
      const test = testOf(view, readFilter(query.get('query') ?? ''))
      const page = pageOf(
        running(),
        path,
        query,
        account.items.values(view.seq),
        (item) => view.isActive(item) && test(item),
      )
      return ok({ results: page.rows, next_cursor: page.nextCursor })
    }),
    at('POST', '/quick', (request) => {
      const { account } = running()
      const body = readBody(quickBody, request)
      const item = addItem(account, readQuickAdd(account, body.text))
      if (body.note) addNote(account, { item_id: item.id, content: body.note })
      return ok(item)
    }),
  ]
}
