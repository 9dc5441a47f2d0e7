import { connectionWithId } from '../../activities/connect.ts'
import {
  addConnection,
  editConnection,
  listsOfConnection,
  removeConnection,
  removeConnectionCleanly,
} from '../../activities/manage/connections.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import { allConnections, type ConnectionRow } from '../../store/connections.ts'
import * as schema from './administration-schemas.ts'
import { given } from './given.ts'
import { managing, type Operation } from './operation.ts'
import { pageOf } from './paging.ts'

const tag = 'Connections'

function shown(row: ConnectionRow): schema.ShownConnection {
  const { id, name, provider, state, stateSince, pollSeconds, webhooks, lastPullAt, lastCompleteAt } = row
  const note = state === 'ok' ? null : row.stateNote
  const zone = row.facts?.zone ?? null
  const baseUrl = withoutUser(row.baseUrl)
  return {
    id,
    name,
    provider,
    baseUrl,
    state,
    stateSince,
    note,
    pollSeconds,
    webhooks,
    zone,
    lastPullAt,
    lastCompleteAt,
  }
}

/** What was configured elsewhere may hold more than an address. */
function withoutUser(url: string): string {
  if (!URL.canParse(url)) return url
  const parsed = new URL(url)
  if (parsed.username === '' && parsed.password === '') return url
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}

/** What one can do with connections. */
export const connectionOperations: readonly Operation[] = [
  managing({
    id: 'getConnections',
    method: 'get',
    path: '/connections',
    tag,
    summary: 'Accounts that are connected, page by page',
    query: schema.pageQuery,
    body: null,
    answers: { 200: { description: 'A page of connections.', schema: schema.connectionPage } },
    async run({ administration, query }) {
      const { rows, nextCursor } = pageOf(await allConnections(administration.deps.db), query)
      return { status: 200, body: { connections: rows.map(shown), nextCursor }, subject: null }
    },
  }),
  managing({
    id: 'addConnection',
    method: 'post',
    path: '/connections',
    tag,
    summary: 'Connect an account; its key is tried before anything is stored',
    query: null,
    body: schema.newConnection,
    answers: { 201: { description: 'The new connection.', schema: schema.connectedConnection } },
    async run({ administration, body: { baseUrl = null, ...body } }) {
      const request = { ...body, baseUrl, webhooks: false }
      const { connection, back, told } = await addConnection(administration, request)
      const subject = { id: connection.id, version: null }
      return { status: 201, body: { ...shown(connection), back, told: told === 0 }, subject }
    },
  }),
  managing({
    id: 'getConnection',
    method: 'get',
    path: '/connections/{id}',
    tag,
    summary: 'One connection',
    query: null,
    body: null,
    answers: { 200: { description: 'The connection.', schema: schema.connection } },
    async run({ administration, id }) {
      return { status: 200, body: shown(await connectionWithId(administration.deps, id)), subject: null }
    },
  }),
  managing({
    id: 'editConnection',
    method: 'patch',
    path: '/connections/{id}',
    tag,
    summary: 'Change a connection, pause it or let it go on; what is left out stays',
    query: null,
    body: schema.connectionEdit,
    answers: { 200: { description: 'The connection.', schema: schema.changedConnection } },
    async run({ administration, id, body: { state, ...body } }) {
      const change = { ...given(body), ...(state === undefined ? {} : { paused: state === 'paused' }) }
      const { connection, told } = await editConnection(administration, id, change)
      return { status: 200, body: { ...shown(connection), told: told === 0 }, subject: null }
    },
  }),
  managing({
    id: 'removeConnection',
    method: 'delete',
    path: '/connections/{id}',
    tag,
    summary: 'Remove a connection and its routes: credentials are forgotten, the tasks of both sides stay',
    query: schema.removeQuery,
    body: null,
    answers: {
      200: { description: 'What was removed.', schema: schema.removedConnection },
      202: { description: 'It is removed once the account is clean.', schema: schema.leavingConnection },
    },
    async run({ administration, id, query }) {
      const row = await connectionWithId(administration.deps, id)
      const how = { dryRun: false, forget: query.forget === 'true' }
      if (query.clean === 'true') {
        const { routes, told } = await removeConnectionCleanly(administration, row, how)
        const body = { id, routes, told: told === 0, workflowId: workflowIds.clean(id) }
        return { status: 202, body, subject: null }
      }
      const { routes, told } = await removeConnection(administration, row, how)
      return { status: 200, body: { id, routes, told: told === 0 }, subject: null }
    },
  }),
  managing({
    id: 'getConnectionLists',
    method: 'get',
    path: '/connections/{id}/lists',
    tag,
    summary: 'The lists of an account, to be mapped by a route; its service is asked',
    query: null,
    body: null,
    answers: { 200: { description: 'The lists.', schema: schema.remoteLists } },
    async run({ administration, id }) {
      const row = await connectionWithId(administration.deps, id)
      const lists = (await listsOfConnection(administration, row)).map(({ remoteId, name, parent }) => ({
        id: remoteId,
        name,
        parent,
      }))
      return { status: 200, body: { lists }, subject: null }
    },
  }),
  managing({
    id: 'syncConnection',
    method: 'post',
    path: '/connections/{id}/sync',
    tag,
    summary: 'Look at everything of a connection now; one that runs is joined',
    query: null,
    body: null,
    answers: { 202: { description: 'It is under way.', schema: schema.started } },
    async run({ administration, id }) {
      await connectionWithId(administration.deps, id)
      const body = await administration.startSync({ connectionId: id }, [id])
      return { status: 202, body, subject: null }
    },
  }),
]
