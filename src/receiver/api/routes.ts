import {
  changeRoute,
  endRoute,
  makeRoute,
  pauseRoute,
  resumeRoute,
  startRoute,
} from '../../activities/manage/routes.ts'
import type { Stop } from '../../activities/mass-change.ts'
import type { PolicyChange } from '../../activities/policy-change.ts'
import { noSuchRoute } from '../../activities/route-refusals.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import type { DealPolicy } from '../../core/deal-policy.ts'
import type { AssigneeScope } from '../../core/policy.ts'
import type { Db } from '../../store/database.ts'
import { allRoutes, type RouteRow } from '../../store/routes.ts'
import { type RouteStatus, routeStatus } from '../../store/status.ts'
import { temporalAway } from '../administration.ts'
import { ProblemError } from '../problem.ts'
import * as schema from './administration-schemas.ts'
import { given } from './given.ts'
import { managing, type Operation } from './operation.ts'
import { pageOf } from './paging.ts'

const tag = 'Routes'

/** Throws UserError for one that there is not, or not any more. */
export async function routeWithId(db: Db, id: string): Promise<RouteRow> {
  const routes = await allRoutes(db)
  const found = routes.find((route) => route.id === id)
  if (found === undefined) throw noSuchRoute(id, routes)
  return found
}

function withCounts(route: RouteRow, all: readonly RouteStatus[]): schema.ShownRoute {
  const { id, name, leftId: left, rightId: right, state, filledAt } = route
  const { direction, conflicts, deletes, zone, comments = false, notes = false } = route.policy
  const status = all.find((one) => one.route === name)
  const { pairs = 0, pending = 0, waiting = 0, failed = 0, stopped = null } = status ?? {}
  const rules = {
    direction,
    conflicts,
    deletes,
    zone,
    assignees: shownAssignees(route.policy.assignees),
    deals: shownFiling(route.policy.deals),
    comments,
    notes,
  }
  return { id, name, left, right, state, filledAt, ...rules, pairs, pending, waiting, failed, stopped }
}

async function shown(db: Db, route: RouteRow): Promise<schema.ShownRoute> {
  return withCounts(route, await routeStatus(db))
}

function shownAssignees(assignees: AssigneeScope): schema.ShownRoute['assignees'] {
  return typeof assignees === 'string' ? assignees : { ...assignees, only: [...assignees.only] }
}

function shownFiling(deals: DealPolicy | undefined): schema.ShownRoute['deals'] {
  if (deals === undefined) return null
  const { general, layout, others, checklists = [], counties, dealTypes, propertyFacts: facts } = deals
  const templates = Object.fromEntries(
    checklists.map(({ name, stage, items }) => [name, { stage, items: items.length }]),
  )
  return {
    stages: { ...deals.stages },
    general,
    layout,
    others,
    eager: deals.eager === true,
    fields: { ...deals.fields },
    templates,
    labels: { counties: counties ?? null, dealTypes: dealTypes ?? null },
    propertyFacts:
      facts === undefined ? null : { ...facts, show: facts.show === null ? null : [...facts.show] },
  }
}

function changeOf({ deletes, ...rules }: schema.RouteEdit): PolicyChange {
  return { ...given(rules), ...(deletes === undefined ? {} : { deletes: given(deletes) }) }
}

/** What one can do with routes. */
export const routeOperations: readonly Operation[] = [
  managing({
    id: 'getRoutes',
    method: 'get',
    path: '/routes',
    tag,
    summary: 'What is kept in step with what, page by page',
    query: schema.pageQuery,
    body: null,
    answers: { 200: { description: 'A page of routes.', schema: schema.routePage } },
    async run({ administration: { deps }, query }) {
      const { rows, nextCursor } = pageOf(await allRoutes(deps.db), query)
      const counts = await routeStatus(deps.db)
      const routes = rows.map((row) => withCounts(row, counts))
      return { status: 200, body: { routes, nextCursor }, subject: null }
    },
  }),
  managing({
    id: 'addRoute',
    method: 'post',
    path: '/routes',
    tag,
    summary: 'Add a route, as a draft: nothing is written before it is started',
    query: null,
    body: schema.newRoute,
    answers: { 201: { description: 'The new route.', schema: schema.addedRoute } },
    async run({ administration, body: { name, left, right, ...rules } }) {
      const request = { name, leftId: left, rightId: right, policy: changeOf(rules) }
      const { route, back } = await makeRoute(administration, request)
      const subject = { id: route.id, version: null }
      return { status: 201, body: { ...(await shown(administration.deps.db, route)), back }, subject }
    },
  }),
  managing({
    id: 'getRoute',
    method: 'get',
    path: '/routes/{id}',
    tag,
    summary: 'One route',
    query: null,
    body: null,
    answers: { 200: { description: 'The route.', schema: schema.route } },
    async run({ administration: { deps }, id }) {
      return { status: 200, body: await shown(deps.db, await routeWithId(deps.db, id)), subject: null }
    },
  }),
  managing({
    id: 'editRoute',
    method: 'patch',
    path: '/routes/{id}',
    tag,
    summary: 'Change what a route does; what is left out stays',
    query: null,
    body: schema.routeEdit,
    answers: { 200: { description: 'The route.', schema: schema.changedRoute } },
    async run({ administration, id, body }) {
      const { db } = administration.deps
      const known = await routeWithId(db, id)
      const { route, told } = await changeRoute(administration, known, changeOf(body), { dryRun: false })
      return { status: 200, body: { ...(await shown(db, route)), told: told === 0 }, subject: null }
    },
  }),
  managing({
    id: 'removeRoute',
    method: 'delete',
    path: '/routes/{id}',
    tag,
    summary: 'Remove a route; the tasks of both sides stay',
    query: null,
    body: null,
    answers: { 200: { description: 'What was removed.', schema: schema.removedRoute } },
    async run({ administration, id }) {
      const route = await routeWithId(administration.deps.db, id)
      const { lists } = await endRoute(administration, route, { dryRun: false })
      return { status: 200, body: { id, mappings: lists }, subject: null }
    },
  }),
  managing({
    id: 'startRoute',
    method: 'post',
    path: '/routes/{id}/start',
    tag,
    summary: 'Begin the first sync: what is on both sides is matched, the rest is made',
    query: null,
    body: null,
    answers: { 202: { description: 'It has begun, now or before.', schema: schema.routeWork } },
    async run({ administration, id }) {
      const { db } = administration.deps
      const { begun, told } = await startRoute(administration, await routeWithId(db, id))
      if (told !== 0) throw temporalAway()
      const route = await shown(db, await routeWithId(db, id))
      const workflowId = workflowIds.backfill(id)
      return { status: 202, body: { workflowId, changed: begun, told: true, route }, subject: null }
    },
  }),
  managing({
    id: 'pauseRoute',
    method: 'post',
    path: '/routes/{id}/pause',
    tag,
    summary: 'Write nothing until it is resumed; both sides are still looked at',
    query: null,
    body: null,
    answers: { 202: { description: 'It is paused.', schema: schema.routeWork } },
    async run({ administration, id }) {
      const { db } = administration.deps
      const { route, changed } = await pauseRoute(administration, await routeWithId(db, id), {
        dryRun: false,
      })
      const workflowId = workflowIds.connection(route.leftId)
      const body = { workflowId, changed, told: true, route: await shown(db, route) }
      return { status: 202, body, subject: null }
    },
  }),
  managing({
    id: 'resumeRoute',
    method: 'post',
    path: '/routes/{id}/resume',
    tag,
    summary: 'Let a route go on; one that was stopped says first what it would end',
    query: schema.resumeQuery,
    body: null,
    answers: { 202: { description: 'It goes on.', schema: schema.routeWork } },
    async run({ administration, id, query }) {
      const { db } = administration.deps
      const how = { dryRun: false, once: query.once === 'true' }
      const { route, changed, stop, told } = await resumeRoute(administration, await routeWithId(db, id), how)
      if (route.state === 'stopped' && stop !== null) throw staysStopped(stop)
      const workflowId = workflowIds.connection(route.leftId)
      const body = { workflowId, changed, told: told === 0, route: await shown(db, route) }
      return { status: 202, body, subject: null }
    },
  }),
  managing({
    id: 'syncRoute',
    method: 'post',
    path: '/routes/{id}/sync',
    tag,
    summary: 'Look at both sides of a route now, and settle it; one that runs is joined',
    query: null,
    body: null,
    answers: { 202: { description: 'It is under way.', schema: schema.started } },
    async run({ administration, id }) {
      const { leftId, rightId } = await routeWithId(administration.deps.db, id)
      const body = await administration.startSync({ routeId: id }, [leftId, rightId])
      return { status: 202, body, subject: null }
    },
  }),
]

function staysStopped({ counted, limit }: Stop): ProblemError {
  return new ProblemError({
    name: 'stopped',
    title: 'The route stays stopped',
    status: 409,
    detail: `It would delete, complete or unlink ${counted} tasks; up to ${limit} may end within ten minutes. Bring the tasks back, or let through what it would end now with ?once=true.`,
  })
}
