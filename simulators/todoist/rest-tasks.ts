import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { id } from './arguments.ts'
import { knownProject, readableItem, wellFormed, writableItem } from './id-checks.ts'
import type { Placement } from './item-placement.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import { itemFields, readBody, taskCreate, taskUpdate } from './rest-bodies.ts'
import type { Running } from './running-account.ts'
import { closeItem, uncompleteItem } from './state-completion.ts'
import { addItem, deleteItem, moveItem, updateItem } from './state-items.ts'
import { labelKey } from './state-labels.ts'
import type { Item } from './state-objects.ts'
import { View } from './state-view.ts'

const moveBody = z.object({ project_id: id.nullish(), section_id: id.nullish(), parent_id: id.nullish() })

/** `/tasks` (reference §7.1), completed listings apart. */
export function taskRoutes(running: Running): Route[] {
  const at = (method: string, path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method,
    path: `/api/v1/tasks${path}`,
    handle: answering(handle),
  })
  const of = (request: SimRequest) => request.params.id ?? ''
  return [
    at('GET', '', (request) => list(running, request)),
    at('POST', '', (request) => create(running, request)),
    at('GET', '/{id}', (request) =>
      ok(readableItem(new View(running().account, request.staleMs), of(request))),
    ),
    at('POST', '/{id}', (request) => {
      const { account } = running()
      const item = writableItem(account, of(request))
      return ok(updateItem(account, item.id, itemFields(readBody(taskUpdate, request)), request.actor))
    }),
    at('POST', '/{id}/move', (request) => {
      const { account } = running()
      const item = writableItem(account, of(request))
      return ok(moveItem(account, item.id, checkedPlacement(running, readBody(moveBody, request))))
    }),
    at('POST', '/{id}/close', (request) => {
      const { account } = running()
      closeItem(account, writableItem(account, of(request)).id)
      return done(running)
    }),
    at('POST', '/{id}/reopen', (request) => {
      const { account } = running()
      uncompleteItem(account, writableItem(account, of(request)).id)
      return done(running)
    }),
    at('DELETE', '/{id}', (request) => {
      const { account } = running()
      deleteItem(account, wellFormed(of(request), 'task_id'))
      return done(running)
    }),
  ]
}

/** The answer without content: 204 as live, or 200 with `null` as the published file says. */
export function done(running: Running): SimReply {
  return running().account.settings.emptyAnswers === '204' ? { status: 204 } : ok(null)
}

function create(running: Running, request: SimRequest): SimReply {
  const { project_id, section_id, parent_id, order, ...body } = readBody(taskCreate, request)
  const place = checkedPlacement(running, { project_id, section_id, parent_id })
  const fields = { ...itemFields(body), content: body.content, child_order: order }
  return ok(addItem(running().account, { ...fields, ...place }))
}

function checkedPlacement(running: Running, to: Placement): Placement {
  if (to.project_id !== undefined && to.project_id !== null)
    knownProject(new View(running().account), to.project_id)
  if (to.section_id !== undefined && to.section_id !== null) wellFormed(to.section_id, 'section_id')
  if (to.parent_id !== undefined && to.parent_id !== null) wellFormed(to.parent_id, 'parent_id')
  return to
}

function list(running: Running, request: SimRequest): SimReply {
  const { account } = running()
  const view = new View(account, request.staleMs)
  const { query } = request
  const wanted = (name: string) => query.get(name) || undefined
  const projectId = wanted('project_id')
  const sectionId = wanted('section_id')
  const parentId = wanted('parent_id')
  const named = wanted('label')
  const label = named === undefined ? undefined : labelKey(account, named)
  const ids = wanted('ids')?.split(',')
  if (projectId !== undefined) knownProject(view, projectId)
  if (sectionId !== undefined) wellFormed(sectionId, 'section_id')
  if (parentId !== undefined) wellFormed(parentId, 'parent_id')
  for (const each of ids ?? []) wellFormed(each, 'ids')
  const idSet = ids === undefined ? undefined : new Set(ids)
  const shown = (item: Item): boolean =>
    (projectId === undefined || item.project_id === projectId) &&
    (sectionId === undefined || item.section_id === sectionId) &&
    (parentId === undefined || item.parent_id === parentId) &&
    (idSet === undefined || idSet.has(item.id)) &&
    (label === undefined || item.labels.some((name) => labelKey(account, name) === label)) &&
    view.isActive(item)
  const page = pageOf(running(), request.path, query, account.items.values(view.seq), shown)
  return ok({ results: page.rows, next_cursor: page.nextCursor })
}
