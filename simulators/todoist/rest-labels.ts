import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { flag, order, text } from './arguments.ts'
import { notFound } from './errors.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import { readBody } from './rest-bodies.ts'
import { done } from './rest-tasks.ts'
import type { Running } from './running-account.ts'
import { addLabel, deleteLabel, labelKey, liveLabels, replaceOnTasks, updateLabel } from './state-labels.ts'
import type { Label } from './state-objects.ts'
import { View } from './state-view.ts'
import { matcher } from './wildcard.ts'

const fields = { color: text.nullish(), order: order.nullish(), is_favorite: flag.nullish() }
const createBody = z.object({ ...fields, name: text })
const updateBody = z.object({ ...fields, name: text.optional() })
const renameBody = z.object({ name: text, new_name: text })
const removeBody = z.object({ name: text })

/** `/labels` (reference §11): REST says `order` where Sync says `item_order`. */
export function labelRoutes(running: Running): Route[] {
  const at = (method: string, path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method,
    path: `/api/v1/labels${path}`,
    handle: answering(handle),
  })
  const idOf = (request: SimRequest) => request.params.id ?? ''
  const list = (request: SimRequest, shown: (label: Label) => boolean): SimReply => {
    const { account } = running()
    const view = new View(account, request.staleMs)
    const visible = (label: Label) => !label.is_deleted && shown(label)
    const page = pageOf(running(), request.path, request.query, account.labels.values(view.seq), visible)
    return ok({ results: page.rows.map(restLabel), next_cursor: page.nextCursor })
  }
  return [
    at('GET', '', (request) => list(request, () => true)),
    at('GET', '/search', (request) => {
      const matches = matcher(request.query)
      return list(request, (label) => matches(label.name))
    }),
    at('GET', '/shared', (request) => shared(running, request)),
    at('POST', '/shared/rename', (request) => {
      const { name, new_name } = readBody(renameBody, request)
      replaceOnTasks(running().account, name, new_name)
      return done(running)
    }),
    at('POST', '/shared/remove', (request) => {
      replaceOnTasks(running().account, readBody(removeBody, request).name, null)
      return done(running)
    }),
    at('POST', '', (request) => {
      const { order: item_order, ...body } = readBody(createBody, request)
      return ok(restLabel(addLabel(running().account, { ...body, item_order })))
    }),
    at('GET', '/{id}', (request) => {
      const { account } = running()
      const label = account.labels.getAt(idOf(request), new View(account, request.staleMs).seq)
      if (label === undefined || label.is_deleted) throw notFound('Label')
      return ok(restLabel(label))
    }),
    at('POST', '/{id}', (request) => {
      const { order: item_order, ...body } = readBody(updateBody, request)
      return ok(restLabel(updateLabel(running().account, idOf(request), { ...body, item_order })))
    }),
    at('DELETE', '/{id}', (request) => {
      deleteLabel(running().account, idOf(request))
      return done(running)
    }),
  ]
}

/** Names on active tasks; `omit_personal` leaves out those that a personal label has. */
function shared(running: Running, request: SimRequest): SimReply {
  const { account } = running()
  const view = new View(account, request.staleMs)
  const omit = new Set<string>()
  if (request.query.get('omit_personal') === 'true')
    for (const label of liveLabels(account)) omit.add(labelKey(account, label.name))
  const names = new Set<string>()
  for (const item of account.items.values(view.seq))
    if (view.isActive(item))
      for (const name of item.labels) if (!omit.has(labelKey(account, name))) names.add(name)
  const rows = [...names].sort().map((name) => ({ id: name }))
  const page = pageOf(running(), request.path, request.query, rows)
  return ok({ results: page.rows.map((row) => row.id), next_cursor: page.nextCursor })
}

function restLabel(label: Label): Record<string, unknown> {
  const { id, name, color, item_order, is_favorite } = label
  return { id, name, color, order: item_order, is_favorite }
}
