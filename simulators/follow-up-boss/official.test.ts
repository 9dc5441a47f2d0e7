/*
 * The simulator against the vendor's own description. `official-description.json` holds facts alone, distilled
 * by hand from the merged OpenAPI document that its `source` names: for each request that the simulator serves
 * the documented query parameters and body fields with their types, the required ones, and the fields of the
 * answer (of a row, for lists). `any` is a field that the document leaves without a type. Where the document has
 * only a sample answer and no schema (lists of tasks, people, users, deals, webhooks; one person, one note, PUT
 * of a task), the types are those of the sample. Facts seen on live accounts win over the document: the
 * exceptions below say where, with the section of the project's Follow Up Boss reference.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { TASK_TYPES } from './records.ts'
import { testSim } from './test-sim.ts'
import { EVENT_NAMES } from './webhook-format.ts'

const typesSchema = z.record(z.string(), z.enum(['integer', 'string', 'boolean', 'array', 'object', 'any']))
type Types = z.infer<typeof typesSchema>
const official = z
  .object({
    metadata: typesSchema,
    enums: z.record(z.string(), z.array(z.string())),
    requests: z.record(
      z.string(),
      z.object({
        query: typesSchema.default({}),
        body: typesSchema.optional(),
        required: z.array(z.string()).default([]),
        rows: z.string().optional(),
        answer: typesSchema.optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('./official-description.json', import.meta.url), 'utf8')))

/** Fields of answers that live accounts give otherwise. */
const OTHER_ANSWERS: Readonly<Record<string, Record<string, string>>> = {
  'POST /deals': { peopleIds: '§8: people[]', userIds: '§8: users[]' },
  'PUT /deals/{id}': { peopleIds: '§8: people[]', userIds: '§8: users[]' },
  'PUT /notes/{id}': { isHtml: '§12: a boolean' },
}
/** Documented body fields that live accounts refuse. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  // §8: the document misspells them.
  'PUT /deals/{id}': ['agentCommision', 'teamComission'],
}
/** Undocumented body fields that are taken. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  // §6.4, U4: switch `putDue`.
  'PUT /tasks/{id}': ['dueDate', 'dueDateTime', 'remindSecondsBefore'],
  // §8: the spelling that live accounts take; U21: switch `putDealStatus`.
  'PUT /deals/{id}': ['agentCommission', 'teamCommission', 'status'],
}
/** Documented parameters without an effect: `FIDELITY.md` says why. */
const IDLE: Readonly<Record<string, readonly string[]>> = {
  'GET /people': ['assignedPondId', 'smartListId', 'includeUnclaimed'],
  'GET /notes/{id}': ['includeThreadedReplies', 'includeReactions'],
  'GET /customFields': ['limit', 'offset', 'label', 'sort'],
  // The table below is of lists; `lists.test.ts` and `transport.test.ts` show these.
  'GET /people/{id}': ['fields'],
  'POST /people': ['deduplicate'],
  'PUT /people/{id}': ['mergeTags'],
  'DELETE /users/{id}': ['assignTo'],
}
/** Not asked for: this account has no custom fields of people. */
const WITHOUT_ROWS = ['GET /customFields', 'GET /customFields/{id}']

const sim = testSim()
beforeAll(sim.start)
afterAll(sim.stop)
beforeEach(sim.reset)
type Answer = Record<string, unknown> & { errorMessage?: string }

/** Ids and values of the demo that requests need. */
const WHERE: Readonly<Record<string, number>> = {
  tasks: 4001,
  people: 5001,
  deals: 5501,
  pipelines: 1,
  stages: 3,
  users: 7,
  dealCustomFields: 5,
}
const VALUES: Readonly<Record<string, unknown>> = {
  personId: 5001,
  stageId: 11,
  type: 'Call',
  event: 'tasksUpdated',
  url: 'https://example.invalid/hook',
  status: 'Active',
  stage: 'Nurture',
  assignedTo: 'Sam Agent',
  assignedUserId: 7,
  assignedLenderName: 'Lee Lender',
  assignedLenderId: 9,
  dueDate: '2026-03-05',
  dueDateTime: '2026-03-05T20:00:00Z',
  projectedCloseDate: '2026-03-05',
}
const OF_TYPE = { integer: 1, string: 'text', boolean: true, array: [], object: {}, any: null } as const

const sample = (name: string, type: Types[string] | undefined): unknown =>
  VALUES[name] ?? OF_TYPE[type ?? 'any']

const bodyOf = (operation: { body?: Types | undefined; required: string[] }): Record<string, unknown> =>
  Object.fromEntries(operation.required.map((name) => [name, sample(name, operation.body?.[name])]))

/** `GET /tasks/{id}` as a method and a path that is there. Notes and webhooks are made for it. */
async function locate(key: string): Promise<[string, string]> {
  const [method = '', template = ''] = key.split(' ')
  const kind = template.split('/')[1] ?? ''
  const path = `/v1${template.replace('{id}', String(template.includes('{') ? await idOf(kind, method) : ''))}`
  return [method, method === 'DELETE' && kind === 'users' ? `${path}?assignTo=1` : path]
}

async function idOf(kind: string, method: string): Promise<number | string> {
  const make = async (path: string, body: object) =>
    (await sim.api.call<{ id: number }>('POST', path, body)).body.id
  if (kind === 'notes') return make('/v1/notes', { personId: 5001, body: 'x' })
  if (kind === 'webhooks') return make('/v1/webhooks', { event: 'dealsUpdated', url: VALUES.url })
  if (kind === 'pipelines' && method === 'DELETE') return make('/v1/pipelines', { name: 'empty' })
  return WHERE[kind] ?? 0
}

const call = async (key: string, body?: object, query = '') => {
  const [method, path] = await locate(key)
  return sim.api.call<Answer>(method, `${path}${query}`, body)
}

function expectTypes(
  given: Record<string, unknown> | undefined,
  types: Types,
  skip: readonly string[],
): void {
  for (const [name, type] of Object.entries(types)) {
    if (skip.includes(name)) continue
    expect(given, `field ${name}`).toHaveProperty(name)
    const value = given?.[name]
    if (type === 'any' || value === null) continue
    const kind = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
    expect([name, kind]).toEqual([name, type])
  }
}

const entries = Object.entries(official.requests)
const withAnswer = entries.filter(([key]) => !WITHOUT_ROWS.includes(key) && key !== 'GET /webhookEvents/{id}')

describe('answers have the documented fields', () => {
  test.each(withAnswer)('%s', async (key, operation) => {
    const answer = await call(key, operation.body === undefined ? undefined : bodyOf(operation))
    expect([200, 201]).toContain(answer.status)
    const { rows, answer: types } = operation
    if (types === undefined) return
    if (rows === undefined) return expectTypes(answer.body, types, Object.keys(OTHER_ANSWERS[key] ?? {}))
    if (rows === 'webhooks')
      await sim.api.call('POST', '/v1/webhooks', { event: 'tasksUpdated', url: VALUES.url })
    const { body } = await call(key, undefined, '?limit=2')
    const list = body[rows] as Record<string, unknown>[]
    expect(list.length).toBeGreaterThan(0)
    for (const row of list) expectTypes(row, types, [])
    // `total` of custom fields is documented as a text.
    expectTypes(body._metadata as Answer, official.metadata, rows.endsWith('ields') ? ['total'] : [])
  })

  test('GET /webhookEvents/{id}', async () => {
    const state = async () =>
      (await sim.user.call<{ events: { eventId: string }[] }>('GET', '/__sim/state')).body
    await sim.api.call('POST', '/v1/notes', { personId: 5001 })
    const id = (await state()).events.at(-1)?.eventId
    const { body } = await sim.api.call<Answer>('GET', `/v1/webhookEvents/${id}`)
    expectTypes(body, official.requests['GET /webhookEvents/{id}']?.answer ?? {}, [])
    expect(body.id).toBe(id)
  })

  test.each(WITHOUT_ROWS)('%s: there are none', async (key) => {
    const { status, body } = await call(key)
    expect([status, body.customfields]).toEqual(key.includes('{') ? [404, undefined] : [200, []])
  })
})

const writes = entries.flatMap(([key, operation]) =>
  operation.body === undefined ? [] : [{ ...operation, key }],
)
/** Every field name that any request or answer has. */
const ALL_NAMES = [
  ...new Set(entries.flatMap(([, { body, answer }]) => Object.keys({ ...body, ...answer }))),
  ...['description', 'priority', 'labels', 'dealId', 'note', 'subject', 'value', 'userId', 'externalId'],
]

describe('bodies', () => {
  test.each(writes)('$key takes its documented fields', async ({ key, ...operation }) => {
    for (const [name, type] of Object.entries(operation.body ?? {})) {
      const { status, body } = await call(key, { ...bodyOf(operation), [name]: sample(name, type) })
      expect([name, status < 300, body]).toEqual([
        name,
        !(REFUSED[key] ?? []).includes(name),
        expect.anything(),
      ])
      await sim.user.call('POST', '/__sim/reset')
    }
  })

  test.each(writes)('$key refuses all others', async ({ key, body: documented = {}, required }) => {
    const known = [...Object.keys(documented), ...(TAKEN[key] ?? [])].filter(
      (name) => !(REFUSED[key] ?? []).includes(name),
    )
    const others = ALL_NAMES.filter((name) => !known.includes(name))
    const extra = Object.fromEntries(others.map((name) => [name, 1]))
    const answer = await call(key, { ...bodyOf({ body: documented, required }), ...extra })
    expect(answer.status).toBe(400)
    const named = answer.body.errorMessage
      ?.replace(/^Invalid fields in the request body: |\.$/g, '')
      .split(', ')
    expect(named?.toSorted()).toEqual([...new Set(others)].toSorted())
  })

  test.each(writes.filter(({ required }) => required.length > 0))(
    '$key needs $required',
    async (operation) => {
      for (const name of operation.required) {
        const { [name]: left, ...body } = bodyOf(operation)
        const answer = await call(operation.key, body)
        expect([answer.status, answer.body.errorMessage]).toEqual([
          400,
          `Missing required field in the request: ${name}.`,
        ])
      }
    },
  )
})

/** For each documented parameter a value that makes another answer than none (or than `from`). */
const EFFECTS: Readonly<Record<string, Record<string, string>>> = {
  'GET /tasks': {
    personId: '5001',
    assignedUserId: '7',
    assignedTo: 'Sam Agent',
    name: 'ord',
    type: 'Call',
    due: 'today',
    dueStart: '2199-01-01T00:00:00Z',
    dueEnd: '2001-01-01T00:00:00Z',
    isCompleted: 'true',
  },
  'GET /people': {
    id: '5001,5002',
    sort: 'name',
    limit: '3',
    offset: '2',
    fields: 'id',
    lastActivityAfter: '2199-01-01 01:02:03',
    lastActivityBefore: '2001-01-01 01:02:03',
    name: 'ar',
    firstName: 'ar',
    lastName: 'ar',
    email: 'x@example.com',
    phone: '555',
    stage: 'Lead',
    source: 'Zillow',
    assignedTo: 'Sam Agent',
    assignedUserId: '7',
    assignedLenderName: 'Lee Lender',
    assignedLenderId: '9',
    contacted: 'false',
    priceAbove: '500000',
    priceBelow: '500000',
    includeTrash: 'true',
    tags: 'none',
  },
  'GET /deals': {
    pipelineId: '2',
    userId: '7',
    personId: '5001',
    includeDeleted: '1',
    includeArchived: '1',
    status: 'Archived',
  },
  'GET /pipelines': { name: 'Sellers' },
  'GET /stages': { limit: '2', offset: '2', sort: 'name' },
  'GET /users': {
    limit: '2',
    offset: '2',
    sort: 'name',
    role: 'Agent',
    name: 'Sam Agent',
    email: 'sam@example.com',
    fields: 'id',
    includeDeleted: 'true',
  },
  'GET /webhooks': { sort: 'event', limit: '1', offset: '1', event: 'tasksUpdated', status: 'Disabled' },
  'GET /dealCustomFields': { limit: '2', offset: '2', label: 'County', sort: 'id' },
}

describe('parameters', () => {
  test('each documented one is listed here, or is among the idle', () => {
    for (const [key, { query }] of entries)
      expect([key, [...Object.keys(EFFECTS[key] ?? {}), ...(IDLE[key] ?? [])].toSorted()]).toEqual([
        key,
        Object.keys(query).toSorted(),
      ])
  })

  test.each(Object.entries(EFFECTS))('%s', async (key, parameters) => {
    await sim.user.call('PUT', '/v1/people/5119', { stage: 'Trash' })
    await sim.user.call('PUT', '/v1/people/5118', { assignedLenderId: 9 })
    await sim.user.call('DELETE', '/v1/users/9?assignTo=1')
    for (const event of ['dealsUpdated', 'tasksUpdated'])
      await sim.api.call('POST', '/v1/webhooks', { event, url: VALUES.url })
    const rows = official.requests[key]?.rows ?? ''
    const ask = async (query: string) => {
      const { body } = await call(key, undefined, query)
      return JSON.stringify([body[rows], (body._metadata as Answer).total])
    }
    const without = await ask('?')
    for (const [name, value] of Object.entries(parameters)) {
      const changed = (await ask(`?${new URLSearchParams({ [name]: value })}`)) !== without
      expect([name, changed]).toEqual([name, true])
    }
  })
})

describe('words', () => {
  test('the nine types of tasks, and no others', async () => {
    expect([...TASK_TYPES].toSorted()).toEqual(official.enums['task.type']?.toSorted())
  })

  test('every documented event can be subscribed to', async () => {
    for (const event of official.enums['webhook.event'] ?? []) expect(EVENT_NAMES).toContain(event)
  })

  test('statuses of deals and webhooks', async () => {
    for (const status of official.enums['deal.status'] ?? [])
      expect((await call('PUT /deals/{id}', { status })).body).toMatchObject({ status })
    expect((await call('PUT /deals/{id}', { status: 'Won' })).status).toBe(400)
    const [, hook] = await locate('PUT /webhooks/{id}')
    for (const status of official.enums['webhook.status'] ?? [])
      expect((await sim.api.call<Answer>('PUT', hook, { status })).body).toMatchObject({ status })
    expect((await sim.api.call('PUT', hook, { status: 'Off' })).status).toBe(400)
  })
})
