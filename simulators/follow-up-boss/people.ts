import type { Actor, Route, SimRequest } from '../kit/http-types.ts'
import { seesPerson } from './access.ts'
import { type Desk, deleted, idParam } from './desk.ts'
import { notFound } from './errors.ts'
import { chosenFields, pickFields } from './fields.ts'
import { idList, isOn } from './filters.ts'
import { listReply } from './list.ts'
import { PERSON_FIELDS, personRow, wholePerson } from './people-answer.ts'
import { peopleFilter } from './people-filters.ts'
import { readPerson } from './people-input.ts'
import { type FubPerson, type FubUser, sortableStamp } from './records.ts'
import type { FubStore } from './store.ts'

/** `/v1/people` (reference §10), with the writes a user would make. */
export function peopleRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  function visible(request: SimRequest, person: FubPerson | undefined): FubPerson {
    return person !== undefined && seesPerson(gate.caller(request), person) ? person : notFound()
  }
  const current = (request: SimRequest): FubPerson => visible(request, store().people.get(idParam(request)))

  return [
    {
      method: 'GET',
      path: '/v1/people',
      handle: (request) => {
        const { query } = request
        const ids = idList(query)
        const fields = chosenFields(query, PERSON_FIELDS)
        return listReply(request, settings, {
          collection: 'people',
          rows: store().people.read(gate.lag(request)),
          ...(ids === undefined ? {} : { candidates: ids }),
          keep: peopleFilter(query, settings, gate.caller(request), store()),
          answer: (person) => answered(person, fields, store(), personRow),
          sortable: SORTABLE,
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/people/{id}',
      handle: (request) => {
        const fields = chosenFields(request.query, PERSON_FIELDS)
        const person = visible(request, store().people.read(gate.lag(request)).get(idParam(request)))
        return { status: 200, body: answered(person, fields, store(), wholePerson) }
      },
    },
    {
      method: 'POST',
      path: '/v1/people',
      handle: (request) => {
        const patch = readPerson(request, store())
        const twin = isOn(request.query, 'deduplicate') ? sameContact(patch, store()) : undefined
        if (twin !== undefined) return { status: 200, body: wholePerson(twin, store()) }
        const now = store().now(settings)
        const person = { ...blankPerson(store().people.nextId(), now, gate.caller(request)), ...patch }
        store().people.insert(person)
        store().announce({ kind: 'people', verb: 'Created', ids: [person.id], by: request.actor })
        return { status: 201, body: wholePerson(person, store()) }
      },
    },
    {
      method: 'PUT',
      path: '/v1/people/{id}',
      handle: (request) => {
        const person = current(request)
        const patch = readPerson(request, store())
        if (patch.tags !== undefined && isOn(request.query, 'mergeTags'))
          patch.tags = [...new Set([...person.tags, ...patch.tags])]
        const next: FubPerson = { ...person, ...patch }
        if (JSON.stringify(next) === JSON.stringify(person))
          return { status: 200, body: wholePerson(person, store()) }
        const updated = { ...next, updated: store().now(settings) }
        store().people.replace(updated)
        tell(store(), person, updated, request.actor)
        return { status: 200, body: wholePerson(updated, store()) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/people/{id}',
      handle: (request) => {
        store().removePerson(current(request).id, request.actor, settings.get('personDeleteTells'))
        return deleted(settings)
      },
    },
  ]
}

const SORTABLE = {
  created: (person: FubPerson) => sortableStamp(person.created),
  updated: (person: FubPerson) => sortableStamp(person.updated),
  lastActivity: (person: FubPerson) => sortableStamp(person.lastActivity),
  name: (person: FubPerson) => person.name,
  firstName: (person: FubPerson) => person.firstName,
  lastName: (person: FubPerson) => person.lastName,
  price: (person: FubPerson) => person.price,
  stage: (person: FubPerson) => person.stage,
}

function answered(
  person: FubPerson,
  fields: string[] | undefined,
  store: FubStore,
  usual: (person: FubPerson, store: FubStore) => object,
): object {
  if (fields === undefined) return usual(person, store)
  const whole = wholePerson(person, store)
  return fields.includes('allFields') ? whole : pickFields(whole, fields)
}

/** `peopleUpdated`, and the two events that say what changed (reference §13.2). */
function tell(store: FubStore, before: FubPerson, after: FubPerson, by: Actor): void {
  const ids = [after.id]
  store.announce({ kind: 'people', verb: 'Updated', ids, by })
  if (after.stage !== before.stage)
    store.announce({ kind: 'people', verb: 'StageUpdated', ids, by, data: { stage: after.stage } })
  const tags = after.tags.filter((tag) => !before.tags.includes(tag))
  if (tags.length > 0) store.announce({ kind: 'people', verb: 'TagsCreated', ids, by, data: { tags } })
}

function sameContact(patch: Partial<FubPerson>, store: FubStore): FubPerson | undefined {
  const emails = new Set(patch.emails?.map(({ value }) => value.toLowerCase()))
  const phones = new Set(patch.phones?.map(({ normalized }) => normalized))
  return store.people
    .all()
    .find(
      (person) =>
        person.emails.some(({ value }) => emails.has(value.toLowerCase())) ||
        person.phones.some(({ normalized }) => phones.has(normalized)),
    )
}

function blankPerson(id: number, now: string, user: FubUser): FubPerson {
  return {
    id,
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
  }
}
