import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesPerson } from './access.ts'
import { readBody } from './body.ts'
import { type Desk, deleted, idParam } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { all, commonFilters, span, when } from './filters.ts'
import { listReply } from './list.ts'
import { type FubNote, sortableStamp } from './records.ts'

/** `mentions` is not documented, yet accepted; `userId` is refused (reference §12). */
const SHAPE = {
  personId: 'integer',
  subject: 'string',
  body: 'string',
  isHtml: 'flag',
  mentions: 'any',
} as const

/** `/v1/notes` (reference §12): on a person's timeline, 10 requests in 10 s. */
export function noteRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  function visible(request: SimRequest, note: FubNote | undefined): FubNote {
    if (note === undefined) return notFound()
    return seesPerson(gate.caller(request), store().people.get(note.personId)) ? note : notFound()
  }
  const current = (request: SimRequest): FubNote => visible(request, store().notes.get(idParam(request)))

  /** The fields of the body as a note has them; 400 for a person that this key cannot see. */
  function read(request: SimRequest, required: string[]): Partial<FubNote> {
    const { mentions, isHtml, ...rest } = readBody(request, SHAPE, required)
    const patch = rest as Partial<FubNote>
    if (isHtml !== undefined) patch.isHtml = isHtml === true || isHtml === 1
    if (patch.personId === undefined) return patch
    const person = store().people.get(patch.personId)
    return seesPerson(gate.caller(request), person) && person !== undefined
      ? patch
      : fail(400, 'Invalid value for personId.')
  }

  return [
    {
      method: 'GET',
      path: '/v1/notes',
      handle: (request) => {
        const { query } = request
        const user = gate.caller(request)
        return listReply(request, settings, {
          collection: 'notes',
          rows: store().notes.read(gate.lag(request)),
          keep: all<FubNote>([
            user.role === 'Broker'
              ? undefined
              : (note) => seesPerson(user, store().people.get(note.personId)),
            ...commonFilters<FubNote>(query, (note) => note.created, settings),
            ...span<FubNote>(query, 'updated', (note) => note.updated, settings),
            when(query.get('personId'), (id) => (note) => note.personId === Number(id)),
          ]),
          answer: (note) => note,
          sortable: {
            created: (note) => sortableStamp(note.created),
            updated: (note) => sortableStamp(note.updated),
          },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/notes/{id}',
      handle: (request) => ({
        status: 200,
        body: visible(request, store().notes.read(gate.lag(request)).get(idParam(request))),
      }),
    },
    {
      method: 'POST',
      path: '/v1/notes',
      handle: (request) => {
        const patch = read(request, ['personId'])
        const user = gate.caller(request)
        const now = store().now(settings)
        const note: FubNote = {
          id: store().notes.nextId(),
          created: now,
          updated: now,
          createdById: user.id,
          updatedById: user.id,
          createdBy: user.name,
          updatedBy: user.name,
          personId: 0,
          subject: '',
          body: '',
          type: 'Note',
          isHtml: false,
          showContent: true,
          isExternal: false,
          systemId: null,
          systemName: null,
          actionPlanId: null,
          automationId: null,
          ...patch,
        }
        store().notes.insert(note)
        store().announce({ kind: 'notes', verb: 'Created', ids: [note.id], by: request.actor })
        return { status: 201, body: note }
      },
    },
    {
      method: 'PUT',
      path: '/v1/notes/{id}',
      handle: (request) => {
        const note = current(request)
        const next = { ...note, ...read(request, []) }
        if (JSON.stringify(next) === JSON.stringify(note)) return { status: 200, body: note }
        const user = gate.caller(request)
        const now = store().now(settings)
        const written = { ...next, updated: now, updatedById: user.id, updatedBy: user.name }
        store().notes.replace(written)
        store().announce({ kind: 'notes', verb: 'Updated', ids: [note.id], by: request.actor })
        return { status: 200, body: written }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/notes/{id}',
      handle: (request) => {
        const note = current(request)
        store().notes.remove(note.id)
        store().announce({ kind: 'notes', verb: 'Deleted', ids: [note.id], by: request.actor })
        return deleted(settings)
      },
    },
  ]
}
