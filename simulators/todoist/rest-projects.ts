import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { flag, id, text } from './arguments.ts'
import { knownProject, wellFormed } from './id-checks.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import { readBody } from './rest-bodies.ts'
import { done } from './rest-tasks.ts'
import type { Running } from './running-account.ts'
import type { Project } from './state-objects.ts'
import {
  addProject,
  archiveProject,
  deleteProject,
  unarchiveProject,
  updateProject,
} from './state-projects.ts'
import { View } from './state-view.ts'
import { wholeProject } from './whole-project.ts'
import { matcher } from './wildcard.ts'

const common = {
  description: text.nullish(),
  color: text.nullish(),
  is_favorite: flag.nullish(),
  view_style: text.nullish(),
}
const createBody = z.object({ ...common, name: text, parent_id: id.nullish() })
const updateBody = z.object({ ...common, name: text.optional(), is_collapsed: flag.nullish() })

/** Roles of shared projects; the one personal account has none but its owner. */
const PERMISSIONS = {
  project_collaborator_actions: [
    { name: 'CREATOR', actions: ['edit', 'archive', 'delete', 'share'].map((name) => ({ name })) },
  ],
  workspace_collaborator_actions: [],
}

/** `/projects` (reference §10). */
export function projectRoutes(running: Running): Route[] {
  const at = (method: string, path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method,
    path: `/api/v1/projects${path}`,
    handle: answering(handle),
  })
  const known = (request: SimRequest) =>
    knownProject(new View(running().account, request.staleMs), request.params.id ?? '')
  const present = (request: SimRequest) =>
    knownProject(new View(running().account), request.params.id ?? '').id
  const list = (request: SimRequest, shown: (project: Project) => boolean): SimReply => {
    const { account } = running()
    const { seq } = new View(account, request.staleMs)
    const visible = (project: Project) => !project.is_deleted && shown(project)
    const page = pageOf(running(), request.path, request.query, account.projects.values(seq), visible)
    return ok({ results: page.rows, next_cursor: page.nextCursor })
  }
  return [
    at('GET', '', (request) => list(request, (project) => !project.is_archived)),
    at('GET', '/archived', (request) => list(request, (project) => project.is_archived)),
    at('GET', '/archived/count', (request) => {
      const { account } = running()
      const { seq } = new View(account, request.staleMs)
      const archived = [...account.projects.values(seq)].filter(
        (each) => each.is_archived && !each.is_deleted,
      )
      return ok({ count: archived.length })
    }),
    at('GET', '/permissions', () => ok(PERMISSIONS)),
    at('GET', '/search', (request) => {
      const matches = matcher(request.query)
      return list(request, (project) => !project.is_archived && matches(project.name))
    }),
    at('POST', '', (request) => {
      const body = readBody(createBody, request)
      if (body.parent_id !== undefined && body.parent_id !== null)
        knownProject(new View(running().account), body.parent_id, 'parent_id')
      return ok(addProject(running().account, body))
    }),
    at('GET', '/{id}', (request) => ok(known(request))),
    at('POST', '/{id}', (request) =>
      ok(updateProject(running().account, present(request), readBody(updateBody, request))),
    ),
    at('POST', '/{id}/archive', (request) => ok(archiveProject(running().account, present(request)))),
    at('POST', '/{id}/unarchive', (request) => ok(unarchiveProject(running().account, present(request)))),
    at('DELETE', '/{id}', (request) => {
      const projectId = wellFormed(request.params.id ?? '', 'project_id')
      if (running().account.projects.get(projectId)?.is_deleted !== true) present(request)
      deleteProject(running().account, projectId)
      return done(running)
    }),
    at('GET', '/{id}/collaborators', (request) => {
      known(request)
      const { account } = running()
      const { id, email, full_name } = account.user
      const page = pageOf(running(), request.path, request.query, [{ id, name: full_name, email }])
      return ok({ results: page.rows, next_cursor: page.nextCursor })
    }),
    at('GET', '/{id}/full', (request) => {
      const project = known(request)
      return ok(wholeProject(new View(running().account, request.staleMs), project))
    }),
  ]
}
