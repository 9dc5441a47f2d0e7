import { z } from 'zod'
import * as admin from './administration-schemas.ts'
import * as alerting from './alerts.ts'
import * as deals from './deal-schemas.ts'
import type { Operation } from './operation.ts'
import * as pairs from './pair-schemas.ts'
import { pathId } from './path-id.ts'
import * as schema from './schemas.ts'
import { writtenDue } from './values.ts'

type Json = Readonly<Record<string, unknown>>

/** Schemas with a name of their own: those of requests, and those of answers. */
const REQUESTS = {
  WrittenDue: writtenDue,
  NewTask: schema.newTask,
  TaskEdit: schema.taskEdit,
  NewList: schema.newList,
  ListEdit: schema.listEdit,
  NewConnection: admin.newConnection,
  ConnectionEdit: admin.connectionEdit,
  NewRoute: admin.newRoute,
  RouteEdit: admin.routeEdit,
  NewMapping: admin.newMapping,
  MappingEdit: admin.mappingEdit,
  PairEdit: pairs.pairEdit,
  Answer: pairs.answer,
} as const
const ANSWERS = {
  Due: schema.due,
  Task: schema.task,
  TaskPage: schema.taskPage,
  List: schema.list,
  Lists: schema.allLists,
  Connection: admin.connection,
  Connections: admin.connectionPage,
  NewlyConnected: admin.connectedConnection,
  ChangedConnection: admin.changedConnection,
  RemovedConnection: admin.removedConnection,
  LeavingConnection: admin.leavingConnection,
  RemoteLists: admin.remoteLists,
  Route: admin.route,
  Routes: admin.routePage,
  AddedRoute: admin.addedRoute,
  ChangedRoute: admin.changedRoute,
  RemovedRoute: admin.removedRoute,
  RouteWork: admin.routeWork,
  Mapping: admin.mapping,
  Mappings: admin.mappingPage,
  ChangedMapping: admin.changedMapping,
  RemovedMapping: admin.removedMapping,
  Deal: deals.deal,
  Deals: deals.dealPage,
  DealWork: deals.dealWork,
  Pair: pairs.pair,
  Pairs: pairs.pairPage,
  WholePair: pairs.wholePair,
  EditedPair: pairs.editedPair,
  PairWork: pairs.pairWork,
  Conflict: pairs.conflict,
  Conflicts: pairs.conflictPage,
  Resolved: pairs.resolved,
  Op: pairs.op,
  Ops: pairs.opPage,
  Alert: alerting.alert,
  Alerts: alerting.alerts,
  Started: admin.started,
  Sync: admin.sync,
  SyncRun: admin.syncRun,
  SyncStatus: admin.syncStatus,
  Problem: schema.problem,
} as const

const COMPONENTS = '#/components/schemas/'

/** The description of these operations, as OpenAPI 3.1. `server`: where they begin. */
export function openApi(operations: readonly Operation[], server: string): Json {
  const requests = components(REQUESTS, 'input')
  const answers = components(ANSWERS, 'output')
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described(operation) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dealbridge',
      version: '1',
      description:
        'What Dealbridge keeps in step: connections, routes, mappings, deals and pairs of tasks; and lists and tasks of your own.',
    },
    servers: [{ url: server }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: { ...requests, ...answers },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'API_TOKEN, where one is set.' },
      },
    },
  }
}

function components(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  const named = z.registry<{ id: string }>()
  for (const [id, one] of Object.entries(schemas)) named.add(one, { id })
  const made = z.toJSONSchema(named, { io, uri: (id) => COMPONENTS + id }).schemas
  return Object.fromEntries(
    Object.entries(made).map(([id, { $schema: _schema, $id: _id, ...one }]) => [id, one]),
  )
}

function described(operation: Operation): Json {
  const { id, tag, summary, kind, body, answers } = operation
  return {
    operationId: id,
    tags: [tag],
    summary,
    parameters: parametersOf(operation),
    ...(body === null ? {} : { requestBody: { required: true, content: jsonContent(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, schema: shown }]) => [
          status,
          {
            description,
            ...(shown === null ? {} : { content: jsonContent(shown) }),
            ...(shown === schema.task || shown === schema.list ? { headers: ETAG } : {}),
          },
        ]),
      ),
      ...(kind !== 'write'
        ? {}
        : { 412: problem('It was changed meanwhile; `current` is what is there now.') }),
      default: problem('What is wrong, by its status and `type`.'),
    },
  }
}

const ETAG = { ETag: { description: 'The version, for If-Match.', schema: { type: 'string' } } }

function problem(description: string): Json {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: `${COMPONENTS}Problem` } } },
  }
}

function parametersOf(operation: Operation): Json[] {
  const { kind, method, path, query } = operation
  const fields = query === null ? {} : query.shape
  return [
    ...(path.includes('{id}')
      ? [{ name: 'id', in: 'path', required: true, schema: idSchema(operation) }]
      : []),
    ...Object.entries(fields).map(([name, field]) => {
      const { $schema: _schema, description, ...one } = z.toJSONSchema(field as z.ZodType, { io: 'input' })
      return { name, in: 'query', ...(description === undefined ? {} : { description }), schema: one }
    }),
    ...(kind === 'write' && path.includes('{id}') ? [IF_MATCH] : []),
    ...(kind !== 'read' && method === 'post' ? [KEY] : []),
  ]
}

function idSchema(operation: Operation): Json {
  const { $schema: _schema, ...one } = z.toJSONSchema(pathId(operation), { io: 'input' })
  return one
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description: 'ETags of the versions that may be changed, or *. Without it whatever is there is changed.',
  schema: { type: 'string' },
}

const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'The same request under the same key is done once, for 48 hours; later ones get the answer of the first.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

function jsonContent(one: z.ZodType): Json {
  const all = { ...REQUESTS, ...ANSWERS }
  const found = Object.entries(all).find(([, known]) => known === one)?.[0]
  if (found === undefined) throw new Error('a body has no name among the schemas')
  return { 'application/json': { schema: { $ref: `${COMPONENTS}${found}` } } }
}
