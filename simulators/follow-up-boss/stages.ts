import { DEAL_FIELDS } from '../data/deals.ts'
import { PROPERTY_TYPES } from '../data/words.ts'
import type { Route } from '../kit/http-types.ts'
import { type Desk, idParam } from './desk.ts'
import { notFound } from './errors.ts'
import { all, when } from './filters.ts'
import { listReply } from './list.ts'
import { fixedRows } from './table.ts'

interface CustomField {
  id: number
  name: string
  label: string
  type: string
  choices: readonly string[]
  orderWeight: number
}

const CHOICES: Readonly<Record<string, readonly string[]>> = { customPropertyType: PROPERTY_TYPES }

/** The account's own deal fields. */
const FIELDS_OF_DEALS: readonly CustomField[] = Object.entries(DEAL_FIELDS).map(([name, label], index) => ({
  id: index + 1,
  name,
  label,
  type: CHOICES[name] === undefined ? 'text' : 'dropdown',
  choices: CHOICES[name] ?? [],
  orderWeight: index + 1,
}))

/** `/v1/stages`: people stages (reference §9). `/v1/dealCustomFields` (§8) and `/v1/customFields` (§4): reads. */
export function stageRoutes(desk: Desk): Route[] {
  const { store, settings } = desk

  const stageAnswer = ({ id, name }: { id: number; name: string }): object => ({
    id,
    name,
    orderWeight: id * 1000,
    isProtected: name === 'Lead' || name === 'Trash',
    pipelineId: null,
    description: null,
    systems: [],
    peopleCount: store().people.count((person) => person.stageId === id),
  })

  /** Lists under a key that is spelt otherwise than the path, with `total` as text (reference §4). */
  const customFields = (path: string, collection: string, rows: readonly CustomField[]): Route[] => [
    {
      method: 'GET',
      path,
      handle: (request) =>
        listReply(request, settings, {
          collection,
          rows: fixedRows(rows),
          keep: all<CustomField>([
            when(request.query.get('label'), (label) => (field) => field.label === label),
          ]),
          answer: fieldAnswer,
          sortable: { name: (field) => field.name, orderWeight: (field) => field.orderWeight },
          totalAsText: true,
        }),
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      handle: (request) => {
        const field = rows.find(({ id }) => id === idParam(request))
        return { status: 200, body: field === undefined ? notFound() : fieldAnswer(field) }
      },
    },
  ]

  return [
    {
      method: 'GET',
      path: '/v1/stages',
      handle: (request) =>
        listReply(request, settings, {
          collection: 'stages',
          rows: fixedRows(store().book.peopleStages),
          answer: stageAnswer,
          sortable: { name: (stage) => stage.name, orderWeight: (stage) => stage.id },
          defaultSort: 'orderWeight',
        }),
    },
    {
      method: 'GET',
      path: '/v1/stages/{id}',
      handle: (request) => {
        const stage = store().book.peopleStages.find(({ id }) => id === idParam(request))
        return { status: 200, body: stage === undefined ? notFound() : stageAnswer(stage) }
      },
    },
    ...customFields('/v1/dealCustomFields', 'dealCustomfields', FIELDS_OF_DEALS),
    ...customFields('/v1/customFields', 'customfields', []),
  ]
}

function fieldAnswer(field: CustomField): object {
  return { ...field, hideIfEmpty: false, readOnly: false }
}
