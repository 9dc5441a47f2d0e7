import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesPerson } from './access.ts'
import { bodyObject, type Desk, idParam, refuseUnknown } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { all, commonFilters, idList, span, when } from './filters.ts'
import { listReply } from './list.ts'
import type { FubPerson } from './records.ts'
import type { FubStore } from './store.ts'

const WRITABLE = [
  'name',
  'firstName',
  'lastName',
  'stage',
  'stageId',
  'type',
  'source',
  'price',
  'assignedUserId',
  'assignedTo',
  'tags',
  'emails',
  'phones',
  'addresses',
]
/** Given by a single read and by `fields`, not by the default list row (reference §10). */
const ONLY_SINGLE = ['addresses', 'price', 'assignedPondId', 'contacted']
const TRASH = 'Trash'

/** `/v1/people` (reference §10), with the writes a user would make. */
export function peopleRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  function seen(request: SimRequest, lagged: boolean): FubPerson {
    const people = store().people
    const person = lagged
      ? people.read(gate.lag(request)).get(idParam(request))
      : people.get(idParam(request))
    if (person === undefined || !seesPerson(gate.caller(request), person)) return notFound()
    return person
  }

  return [
    {
      method: 'GET',
      path: '/v1/people',
      handle: (request) => {
        const { query } = request
        const user = gate.caller(request)
        const ids = idList(query)
        const lower = (text: string) => text.toLowerCase()
        const drop = settings.get('dropOffsets')
        const fields = query.get('fields')?.split(',')
        return listReply(request, settings, {
          collection: 'people',
          rows: store().people.read(gate.lag(request)),
          ...(ids === undefined ? {} : { candidates: ids }),
          keep: all<FubPerson>([
            user.role === 'Broker' ? undefined : (person) => seesPerson(user, person),
            ['1', 'true'].includes(query.get('includeTrash') ?? '')
              ? undefined
              : (person) => person.stage !== TRASH,
            ...commonFilters<FubPerson>(query, (person) => person.created, drop),
            ...span<FubPerson>(query, 'updated', (person) => person.updated, drop),
            when(query.get('name'), (name) => (person) => lower(person.name).includes(lower(name))),
            when(query.get('firstName'), (name) => (person) => lower(person.firstName) === lower(name)),
            when(query.get('lastName'), (name) => (person) => lower(person.lastName) === lower(name)),
            when(
              query.get('email'),
              (email) => (person) => person.emails.some((e) => lower(e.value) === lower(email)),
            ),
            when(
              query.get('phone'),
              (phone) => (person) => person.phones.some((p) => p.normalized === phone.replace(/\D/g, '')),
            ),
            when(query.get('stage'), (stage) => (person) => person.stage === stage),
            when(query.get('assignedUserId'), (id) => (person) => person.assignedUserId === Number(id)),
            when(
              query.get('tags'),
              (tags) => (person) => tags.split(',').some((tag) => person.tags.includes(tag)),
            ),
          ]),
          answer: (person) => personRow(person, fields),
          sortable: {
            created: (person) => person.created,
            updated: (person) => person.updated,
            name: (person) => person.name,
          },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/people/{id}',
      handle: (request) => {
        const person = seen(request, true)
        return { status: 200, body: { ...person, ...dealMirror(store(), person.id) } }
      },
    },
    {
      method: 'POST',
      path: '/v1/people',
      handle: (request) => {
        const user = gate.caller(request)
        const now = store().now()
        const person: FubPerson = {
          id: store().people.nextId(),
          created: now,
          updated: now,
          lastActivity: now,
          name: '',
          firstName: '',
          lastName: '',
          stage: 'Lead',
          stageId: 1,
          type: 'Buyer',
          source: 'Website',
          contacted: 0,
          price: 0,
          assignedUserId: user.id,
          assignedTo: user.name,
          assignedPondId: null,
          tags: [],
          emails: [],
          phones: [],
          addresses: [],
          ...personPatch(bodyObject(request), store()),
        }
        store().people.insert(person)
        store().announce({ kind: 'people', verb: 'Created', ids: [person.id] })
        return { status: 201, body: person }
      },
    },
    {
      method: 'PUT',
      path: '/v1/people/{id}',
      handle: (request) => {
        const person = seen(request, false)
        const patch = personPatch(bodyObject(request), store())
        const next: FubPerson = { ...person, ...patch }
        if (JSON.stringify(next) === JSON.stringify(person)) return { status: 200, body: person }
        const updated = { ...next, updated: store().now() }
        store().people.replace(updated)
        store().announce({ kind: 'people', verb: 'Updated', ids: [person.id] })
        if (updated.stage !== person.stage) {
          store().announce({
            kind: 'people',
            verb: 'StageUpdated',
            ids: [person.id],
            data: { stage: updated.stage },
          })
        }
        return { status: 200, body: updated }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/people/{id}',
      handle: (request) => {
        store().removePerson(seen(request, false).id)
        return { status: 200, body: {} }
      },
    },
  ]
}

function personRow(person: FubPerson, fields: readonly string[] | undefined): object {
  if (fields?.includes('allFields') === true) return person
  return Object.fromEntries(
    Object.entries(person).filter(([name]) =>
      fields === undefined ? !ONLY_SINGLE.includes(name) : name === 'id' || fields.includes(name),
    ),
  )
}

/** The `deal…` fields mirror one active deal of the person only. */
function dealMirror(store: FubStore, personId: number): object {
  const deal = store.deals
    .all()
    .find(({ status, peopleIds }) => status === 'Active' && peopleIds.includes(personId))
  if (deal === undefined)
    return { dealName: null, dealStage: null, dealStatus: null, dealPrice: null, dealCloseDate: null }
  const stage = store.dealStage(deal.stageId)?.stage
  return {
    dealName: deal.name,
    dealStage: stage?.name ?? null,
    dealStatus: deal.status,
    dealPrice: deal.price,
    dealCloseDate: deal.projectedCloseDate,
  }
}

function personPatch(body: Record<string, unknown>, store: FubStore): Partial<FubPerson> {
  refuseUnknown(body, WRITABLE)
  const patch = { ...body } as Partial<FubPerson>
  if (typeof patch.name === 'string' && patch.firstName === undefined) {
    const [first = '', ...rest] = patch.name.split(' ')
    patch.firstName = first
    patch.lastName = rest.join(' ')
  } else if (patch.name === undefined && (patch.firstName !== undefined || patch.lastName !== undefined)) {
    patch.name = [patch.firstName, patch.lastName].filter(Boolean).join(' ')
  }
  if (patch.assignedUserId !== undefined || patch.assignedTo !== undefined) {
    const user = store.users.find(({ id, name }) => id === patch.assignedUserId || name === patch.assignedTo)
    if (user === undefined) return fail(400, 'Invalid value for assignedUserId or assignedTo: no such user.')
    patch.assignedUserId = user.id
    patch.assignedTo = user.name
  }
  if (patch.stageId !== undefined || patch.stage !== undefined) {
    const stage = store.book.peopleStages.find(({ id, name }) => id === patch.stageId || name === patch.stage)
    if (stage === undefined) return fail(400, 'Invalid value for stage.')
    patch.stageId = stage.id
    patch.stage = stage.name
  }
  return patch
}
