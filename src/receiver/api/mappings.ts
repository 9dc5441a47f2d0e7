import { addMapping, changeMapping, endMapping } from '../../activities/manage/mappings.ts'
import { mappingNumbered } from '../../activities/map-lists.ts'
import { type StandingMapping, standingMapping, standingMappings } from '../../activities/mapping-state.ts'
import type { Db } from '../../store/database.ts'
import type { Mapping } from '../../store/mappings.ts'
import * as schema from './administration-schemas.ts'
import { managing, type Operation } from './operation.ts'
import { pageOf } from './paging.ts'
import { routeWithId } from './routes.ts'

const tag = 'Mappings'

function shown({ id, routeId: route, left, right, direction, names, broken, ...state }: StandingMapping) {
  const { inStep, lastSyncAt, lastError, pending, waiting, failed } = state
  const lists = { id, route, left, right, direction, names, broken }
  return { ...lists, inStep, lastSyncAt, lastError, pending, waiting, failed }
}

async function shownNow(db: Db, mapping: Mapping) {
  return shown(await standingMapping(db, mapping))
}

/** What one can do with mappings. */
export const mappingOperations: readonly Operation[] = [
  managing({
    id: 'getMappings',
    method: 'get',
    path: '/mappings',
    tag,
    summary: 'Lists that are mapped to each other, page by page',
    query: schema.mappingQuery,
    body: null,
    answers: { 200: { description: 'A page of mappings.', schema: schema.mappingPage } },
    async run({ administration, query }) {
      const all = await standingMappings(administration.deps.db, query.route ?? null)
      const { rows, nextCursor } = pageOf(all, query)
      return { status: 200, body: { mappings: rows.map(shown), nextCursor }, subject: null }
    },
  }),
  managing({
    id: 'addMapping',
    method: 'post',
    path: '/mappings',
    tag,
    summary: 'Keep a list of the left in step with one of the right',
    query: null,
    body: schema.newMapping,
    answers: { 201: { description: 'The new mapping.', schema: schema.changedMapping } },
    async run({ administration, body: { route: routeId, ...lists } }) {
      const route = await routeWithId(administration.deps.db, routeId)
      const { mapping, told } = await addMapping(administration, route, lists, { dryRun: false })
      const subject = { id: mapping.id, version: null }
      return {
        status: 201,
        body: { ...(await shownNow(administration.deps.db, mapping)), told: told === 0 },
        subject,
      }
    },
  }),
  managing({
    id: 'getMapping',
    method: 'get',
    path: '/mappings/{id}',
    tag,
    summary: 'One mapping',
    query: null,
    body: null,
    answers: { 200: { description: 'The mapping.', schema: schema.mapping } },
    async run({ administration, id }) {
      const { db } = administration.deps
      return { status: 200, body: await shownNow(db, await mappingNumbered(db, id)), subject: null }
    },
  }),
  managing({
    id: 'editMapping',
    method: 'patch',
    path: '/mappings/{id}',
    tag,
    summary: 'Let a mapping flow another way, or go by other names; what is left out stays',
    query: null,
    body: schema.mappingEdit,
    answers: { 200: { description: 'The mapping.', schema: schema.changedMapping } },
    async run({ administration, id, body }) {
      const { db } = administration.deps
      const mapping = await mappingNumbered(db, id)
      const { told } = await changeMapping(administration, mapping, body, { dryRun: false })
      return { status: 200, body: { ...(await shownNow(db, mapping)), told: told === 0 }, subject: null }
    },
  }),
  managing({
    id: 'removeMapping',
    method: 'delete',
    path: '/mappings/{id}',
    tag,
    summary: 'End a mapping; the tasks of both lists stay',
    query: null,
    body: null,
    answers: { 200: { description: 'What was removed.', schema: schema.removedMapping } },
    async run({ administration, id }) {
      const mapping = await mappingNumbered(administration.deps.db, id)
      const { told } = await endMapping(administration, mapping, { dryRun: false })
      return { status: 200, body: { id, told: told === 0 }, subject: null }
    },
  }),
  managing({
    id: 'syncMapping',
    method: 'post',
    path: '/mappings/{id}/sync',
    tag,
    summary: 'Look at both sides of a mapping now, and settle its route; one that runs is joined',
    query: null,
    body: null,
    answers: { 202: { description: 'It is under way.', schema: schema.started } },
    async run({ administration, id }) {
      const { routeId } = await mappingNumbered(administration.deps.db, id)
      const { leftId, rightId } = await routeWithId(administration.deps.db, routeId)
      const body = await administration.startSync({ mappingId: id }, [leftId, rightId])
      return { status: 202, body, subject: null }
    },
  }),
]
