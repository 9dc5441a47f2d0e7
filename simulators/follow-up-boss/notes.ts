import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesPerson } from './access.ts'
import { bodyObject, type Desk, idParam, refuseUnknown } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { all, commonFilters, when } from './filters.ts'
import { listReply } from './list.ts'
import type { FubNote } from './records.ts'

/** `/v1/notes` (reference §12): on a person's timeline, 10 requests in 10 s. */
export function noteRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  function seen(request: SimRequest): FubNote {
    const note = store().notes.get(idParam(request))
    if (note === undefined || !seesPerson(gate.caller(request), store().people.get(note.personId)))
      return notFound()
    return note
  }

  return [
    {
      method: 'GET',
      path: '/v1/notes',
      handle: (request) => {
        const user = gate.caller(request)
        return listReply(request, settings, {
          collection: 'notes',
          rows: store().notes.read(gate.lag(request)),
          keep: all<FubNote>([
            user.role === 'Broker'
              ? undefined
              : (note) => seesPerson(user, store().people.get(note.personId)),
            ...commonFilters<FubNote>(request.query, (note) => note.created, settings.get('dropOffsets')),
            when(request.query.get('personId'), (id) => (note) => note.personId === Number(id)),
          ]),
          answer: (note) => note,
        })
      },
    },
    { method: 'GET', path: '/v1/notes/{id}', handle: (request) => ({ status: 200, body: seen(request) }) },
    {
      method: 'POST',
      path: '/v1/notes',
      handle: (request) => {
        const body = bodyObject(request)
        refuseUnknown(body, ['personId', 'subject', 'body', 'isHtml', 'mentions'])
        const user = gate.caller(request)
        const person = store().people.get(Number(body.personId))
        if (person === undefined || !seesPerson(user, person)) return fail(400, 'Invalid value for personId.')
        const now = store().now()
        const note: FubNote = {
          id: store().notes.nextId(),
          created: now,
          updated: now,
          createdById: user.id,
          updatedById: user.id,
          createdBy: user.name,
          updatedBy: user.name,
          personId: person.id,
          subject: String(body.subject ?? ''),
          body: String(body.body ?? ''),
          type: 'Note',
          isHtml: body.isHtml === true,
          showContent: true,
          isExternal: false,
          systemId: null,
          systemName: null,
          actionPlanId: null,
          automationId: null,
        }
        store().notes.insert(note)
        store().announce({ kind: 'notes', verb: 'Created', ids: [note.id] })
        return { status: 201, body: note }
      },
    },
    {
      method: 'PUT',
      path: '/v1/notes/{id}',
      handle: (request) => {
        const note = seen(request)
        const body = bodyObject(request)
        refuseUnknown(body, ['subject', 'body', 'isHtml', 'mentions'])
        const { mentions, ...patch } = body
        const next = { ...note, ...(patch as Partial<FubNote>) }
        if (JSON.stringify(next) === JSON.stringify(note)) return { status: 200, body: note }
        const user = gate.caller(request)
        const written = { ...next, updated: store().now(), updatedById: user.id, updatedBy: user.name }
        store().notes.replace(written)
        store().announce({ kind: 'notes', verb: 'Updated', ids: [note.id] })
        return { status: 200, body: written }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/notes/{id}',
      handle: (request) => {
        const note = seen(request)
        store().notes.remove(note.id)
        store().announce({ kind: 'notes', verb: 'Deleted', ids: [note.id] })
        return { status: 200, body: {} }
      },
    },
  ]
}
