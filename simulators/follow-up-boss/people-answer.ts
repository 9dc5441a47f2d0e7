import type { FubPerson } from './records.ts'
import type { FubStore } from './store.ts'

/** What a single answer has beside the list row (reference §10; which fields these are is taken from the vendor's samples). */
const ONLY_SINGLE = ['type', 'prequalified', 'stageId', 'assignedPondId', 'background']

/** Names that `fields` accepts; `allCustom` finds none, for people have no custom fields here. */
export const PERSON_FIELDS: readonly string[] = [
  ...['allFields', 'allCustom', 'id', 'created', 'updated', 'createdVia', 'lastActivity', 'name'],
  ...['firstName', 'lastName', 'stage', 'stageId', 'type', 'source', 'sourceUrl', 'contacted', 'price'],
  ...['prequalified', 'background', 'timeframeId', 'assignedLenderId', 'assignedLenderName'],
  ...['assignedUserId', 'assignedTo', 'assignedPondId', 'collaborators', 'tags', 'emails', 'phones'],
  ...['addresses', 'picture', 'dealName', 'dealStage', 'dealStatus', 'dealPrice', 'dealCloseDate'],
]

/** Every field of a person. The `deal…` fields mirror one active deal of it only. */
export function wholePerson(person: FubPerson, store: FubStore): object {
  return { ...ownFields(person, store), ...dealMirror(store, person.id) }
}

/** A row of the list without `fields`. */
export function personRow(person: FubPerson, store: FubStore): object {
  const row: Record<string, unknown> = ownFields(person, store)
  for (const name of ONLY_SINGLE) delete row[name]
  return row
}

function ownFields(person: FubPerson, store: FubStore) {
  const { assignedLenderId = null, timeframeId = null, background = '' } = person
  const assigned = store.user(person.assignedUserId)
  return {
    ...person,
    createdVia: 'API',
    sourceUrl: '',
    prequalified: false,
    background,
    timeframeId,
    assignedLenderId,
    assignedLenderName: assignedLenderId === null ? null : (store.user(assignedLenderId)?.name ?? null),
    collaborators:
      assigned === undefined
        ? []
        : [{ id: assigned.id, name: assigned.name, assigned: true, role: assigned.role }],
    picture: null,
  }
}

function dealMirror(store: FubStore, personId: number): object {
  const deal = store.firstDealOf(personId)
  return {
    dealName: deal?.name ?? null,
    dealStage: deal === undefined ? null : (store.dealStage(deal.stageId)?.stage.name ?? null),
    dealStatus: deal?.status ?? null,
    dealPrice: deal?.price ?? null,
    dealCloseDate: deal?.projectedCloseDate ?? null,
  }
}
