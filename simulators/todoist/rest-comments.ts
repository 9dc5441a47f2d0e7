import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { id, text } from './arguments.ts'
import { invalidArgument, notFound } from './errors.ts'
import { knownProject, readableItem, wellFormed } from './id-checks.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import { readBody } from './rest-bodies.ts'
import { done } from './rest-tasks.ts'
import type { Running } from './running-account.ts'
import { addNote, deleteNote, updateNote } from './state-notes.ts'
import { View } from './state-view.ts'

const createBody = z.object({
  task_id: id.nullish(),
  project_id: id.nullish(),
  content: text,
  attachment: z.unknown().optional(),
  uids_to_notify: z.array(id).nullish(),
})
const updateBody = z.object({ content: text.nullish() })

/** `/comments` (reference §12): asked with `task_id`, answered with `item_id`. */
export function commentRoutes(running: Running): Route[] {
  const at = (method: string, path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method,
    path: `/api/v1/comments${path}`,
    handle: answering(handle),
  })
  const idOf = (request: SimRequest) => wellFormed(request.params.id ?? '', 'comment_id')
  return [
    at('GET', '', (request) => list(running, request)),
    at('POST', '', (request) => {
      const { task_id, attachment, ...body } = readBody(createBody, request)
      return ok(addNote(running().account, { ...body, item_id: task_id, file_attachment: attachment }))
    }),
    at('GET', '/{id}', (request) => {
      const { account } = running()
      const note = account.notes.getAt(idOf(request), new View(account, request.staleMs).seq)
      if (note === undefined || note.is_deleted) throw notFound('Comment')
      return ok(note)
    }),
    at('POST', '/{id}', (request) => {
      const body = readBody(updateBody, request)
      return ok(updateNote(running().account, idOf(request), body))
    }),
    at('DELETE', '/{id}', (request) => {
      deleteNote(running().account, idOf(request))
      return done(running)
    }),
  ]
}

function list(running: Running, request: SimRequest): SimReply {
  const { account } = running()
  const view = new View(account, request.staleMs)
  const taskId = request.query.get('task_id') || undefined
  const projectId = request.query.get('project_id') || undefined
  if ((taskId === undefined) === (projectId === undefined))
    throw invalidArgument('task_id', 'exactly one of task_id and project_id')
  if (taskId !== undefined) readableItem(view, taskId)
  if (projectId !== undefined) knownProject(view, projectId)
  const page = pageOf(running(), request.path, request.query, account.notes.values(view.seq), (note) => {
    if (note.is_deleted) return false
    return taskId === undefined ? note.project_id === projectId : note.item_id === taskId
  })
  return ok({ results: page.rows, next_cursor: page.nextCursor })
}
