import type { z } from 'zod'
import { routesOfSync } from '../../activities/syncs.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import { allConnections } from '../../store/connections.ts'
import type { Db } from '../../store/database.ts'
import { mappingsOf } from '../../store/mappings.ts'
import type { RouteRow } from '../../store/routes.ts'
import { routeStatus } from '../../store/status.ts'
import { type TaskTrouble, taskTroubles, writtenTo } from '../../store/sync-report.ts'
import { latestSyncs, type SyncRun } from '../../store/syncs.ts'
import { ProblemError } from '../problem.ts'
import * as schema from './administration-schemas.ts'
import { managing, type Operation } from './operation.ts'
import { type AskedScope, PUSH, syncName } from './sync-names.ts'

const tag = 'Sync'
const ERRORS = 200

/** The push of our own tasks to Todoist, and how it stands. */
export const todoistSyncOperations: readonly Operation[] = [
  managing({
    id: 'syncTodoist',
    method: 'post',
    path: '/sync/todoist',
    tag,
    summary:
      'Bring Todoist in step with the tasks of your own now, all, of a route or of a list; one that runs is joined',
    query: schema.pushQuery,
    body: null,
    answers: { 202: { description: 'It is under way.', schema: schema.started } },
    async run({ administration, query }) {
      const { scope, routes } = await pushOf(administration.deps.db, query)
      if (routes.length === 0) throw noRoute()
      const connections = routes.flatMap(({ leftId, rightId }) => [leftId, rightId])
      return { status: 202, body: await administration.startSync(scope, connections), subject: null }
    },
  }),
  managing({
    id: 'getTodoistSync',
    method: 'get',
    path: '/sync/todoist/status',
    tag,
    summary: 'Whether a sync runs, how the last one ended, and what is not in step',
    query: null,
    body: null,
    answers: { 200: { description: 'How it stands.', schema: schema.syncStatus } },
    async run({ administration }) {
      const { db } = administration.deps
      const workflowId = workflowIds.sync(syncName(PUSH))
      const running = await administration.isRunning(workflowId)
      return { status: 200, body: await statusOf(db, workflowId, running), subject: null }
    },
  }),
]

type Push = { readonly scope: AskedScope; readonly routes: readonly RouteRow[] }

/** What is to be pushed. Of a list, that by which it flows to Todoist. */
async function pushOf(db: Db, { route, list }: z.output<typeof schema.pushQuery>): Promise<Push> {
  const all = await routesOfSync(db, PUSH)
  const routes = all.filter(({ id }) => route === undefined || id === route)
  if (list !== undefined) {
    const mappings = await mappingsOf(db, null)
    const mapped = mappings.find(
      (one) => [one.left, one.right].includes(list) && routes.some(({ id }) => id === one.routeId),
    )
    const own = routes.filter(({ id }) => id === mapped?.routeId)
    return { scope: { mappingId: mapped?.id ?? '' }, routes: own }
  }
  return { scope: route === undefined ? PUSH : { routeId: route }, routes }
}

/** `running` null: Temporal cannot say; then the record does. */
async function statusOf(db: Db, workflowId: string, running: boolean | null) {
  const routes = await routesOfSync(db, PUSH)
  const routeIds = routes.map(({ id }) => id)
  const [newest, before] = await latestSyncs(db, workflowId)
  const open = newest?.endedAt === null && running !== false ? newest : undefined
  const last = [newest, before].find((one) => one !== undefined && one.endedAt !== null)
  const counted = (await routeStatus(db)).filter(({ route }) => routes.some(({ name }) => name === route))
  const sum = (what: 'pairs' | 'pending' | 'waiting' | 'failed') =>
    counted.reduce((total, one) => total + one[what], 0)
  const since = (last ?? open)?.beganAt ?? null
  const troubles = await taskTroubles(db, { routeIds, since, until: null, limit: ERRORS })
  const connections = await allConnections(db)
  const ownOf = ({ route: id, left, right }: TaskTrouble) => {
    const leftId = routes.find((route) => route.id === id)?.leftId
    return connections.find((one) => one.id === leftId)?.provider === PUSH.from ? left : right
  }
  return {
    workflowId,
    running: running ?? open !== undefined,
    current: open === undefined ? null : await shownRun(db, open, routeIds),
    last: last === undefined ? null : await shownRun(db, last, routeIds),
    routes: routeIds,
    counts: {
      tasks: sum('pairs'),
      pending: sum('pending'),
      waiting: sum('waiting'),
      failed: sum('failed'),
    },
    errors: troubles.map((trouble) => ({
      pair: trouble.pair,
      route: trouble.route,
      task: ownOf(trouble),
      state: trouble.state,
      reason: trouble.reason,
      message: trouble.error?.message ?? null,
      hint: trouble.error?.hint ?? null,
      at: trouble.at,
    })),
  }
}

async function shownRun(db: Db, { id: _, ...run }: SyncRun, routeIds: readonly string[]) {
  const span = { routeIds, since: run.beganAt, until: run.endedAt }
  return { ...run, written: await writtenTo(db, PUSH.to, span) }
}

function noRoute(): ProblemError {
  return new ProblemError({
    name: 'no-route',
    title: 'No route leads there',
    status: 409,
    detail:
      'No tasks of your own flow to Todoist. Connect both (POST /connections), add a route between them (POST /routes) and map lists (POST /mappings).',
  })
}
