import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { flag, id, order, text } from './arguments.ts'
import { notFound } from './errors.ts'
import { knownProject, wellFormed } from './id-checks.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import { readBody } from './rest-bodies.ts'
import { done } from './rest-tasks.ts'
import type { Running } from './running-account.ts'
import type { Section } from './state-objects.ts'
import {
  addSection,
  archiveSection,
  deleteSection,
  unarchiveSection,
  updateSection,
} from './state-sections.ts'
import { View } from './state-view.ts'
import { matcher } from './wildcard.ts'

const createBody = z.object({
  name: text,
  project_id: id,
  order: order.nullish(),
  description: text.nullish(),
})
const updateBody = z.object({
  name: text.optional(),
  section_order: order.nullish(),
  is_collapsed: flag.nullish(),
  description: text.nullish(),
})

/** `/sections` (reference §9.1). There is no move. */
export function sectionRoutes(running: Running): Route[] {
  const at = (method: string, path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method,
    path: `/api/v1/sections${path}`,
    handle: answering(handle),
  })
  const idOf = (request: SimRequest) => wellFormed(request.params.id ?? '', 'section_id')
  return [
    at('GET', '', (request) => list(running, request, (view, section) => view.sectionIsActive(section.id))),
    at('GET', '/archived', (request) =>
      list(running, request, (view, { project_id, is_archived, is_deleted }) => {
        return is_archived && !is_deleted && view.projectIsActive(project_id)
      }),
    ),
    at('GET', '/search', (request) => {
      const matches = matcher(request.query)
      return list(
        running,
        request,
        (view, section) => view.sectionIsActive(section.id) && matches(section.name),
      )
    }),
    at('POST', '', (request) => {
      const { order: section_order, ...body } = readBody(createBody, request)
      knownProject(new View(running().account), body.project_id)
      return ok(addSection(running().account, { ...body, section_order }))
    }),
    at('GET', '/{id}', (request) => {
      const view = new View(running().account, request.staleMs)
      const section = view.section(idOf(request))
      if (section === undefined || section.is_deleted) throw notFound('Section')
      return ok(section)
    }),
    at('POST', '/{id}', (request) =>
      ok(updateSection(running().account, idOf(request), readBody(updateBody, request))),
    ),
    at('POST', '/{id}/archive', (request) => ok(archiveSection(running().account, idOf(request)))),
    at('POST', '/{id}/unarchive', (request) => ok(unarchiveSection(running().account, idOf(request)))),
    at('DELETE', '/{id}', (request) => {
      deleteSection(running().account, idOf(request))
      return done(running)
    }),
  ]
}

function list(
  running: Running,
  request: SimRequest,
  shown: (view: View, section: Section) => boolean,
): SimReply {
  const { account } = running()
  const view = new View(account, request.staleMs)
  const projectId = request.query.get('project_id') || undefined
  if (projectId !== undefined) knownProject(view, projectId)
  const visible = (section: Section) =>
    (projectId === undefined || section.project_id === projectId) && shown(view, section)
  const page = pageOf(running(), request.path, request.query, account.sections.values(view.seq), visible)
  return ok({ results: page.rows, next_cursor: page.nextCursor })
}
