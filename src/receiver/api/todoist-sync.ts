import { routesOfSync } from '../../activities/syncs.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import type { Db } from '../../store/database.ts'
import { routeStatus } from '../../store/status.ts'
import { taskTroubles, writtenTo } from '../../store/sync-report.ts'
import { latestSyncs, type SyncRun } from '../../store/syncs.ts'
import { ProblemError } from '../problem.ts'
import * as schema from './administration-schemas.ts'
import { managing, type Operation } from './operation.ts'

const tag = 'Sync'
const NAME = 'todoist'
/** Every route by which our own tasks flow to Todoist. */
const SCOPE = { from: 'local', to: 'todoist' } as const
const ERRORS = 200

/** The push of our own tasks to Todoist, and how it stands. */
export const todoistSyncOperations: readonly Operation[] = [
  managing({
    id: 'syncTodoist',
    method: 'post',
    path: '/sync/todoist',
    tag,
    summary: 'Bring Todoist in step with the tasks of your own now; one that runs is joined',
    query: null,
    body: null,
    answers: { 202: { description: 'It is under way.', schema: schema.started } },
    async run({ administration }) {
      const routes = await routesOfSync(administration.deps.db, SCOPE)
      if (routes.length === 0) throw noRoute()
      const connections = routes.flatMap(({ leftId, rightId }) => [leftId, rightId])
      return { status: 202, body: await administration.startSync(NAME, SCOPE, connections), subject: null }
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
      const workflowId = workflowIds.sync(NAME)
      const running = await administration.isRunning(workflowId)
      return { status: 200, body: await statusOf(db, workflowId, running), subject: null }
    },
  }),
]

/** `running` null: Temporal cannot say; then the record does. */
async function statusOf(db: Db, workflowId: string, running: boolean | null) {
  const routes = await routesOfSync(db, SCOPE)
  const routeIds = routes.map(({ id }) => id)
  const [newest, before] = await latestSyncs(db, workflowId)
  const open = newest?.endedAt === null && running !== false ? newest : undefined
  const last = [newest, before].find((one) => one !== undefined && one.endedAt !== null)
  const counted = (await routeStatus(db)).filter(({ route }) => routes.some(({ name }) => name === route))
  const sum = (what: 'pairs' | 'pending' | 'waiting' | 'failed') =>
    counted.reduce((total, one) => total + one[what], 0)
  const since = (last ?? open)?.beganAt ?? null
  const troubles = await taskTroubles(db, SCOPE.from, { routeIds, since, limit: ERRORS })
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
    errors: troubles.map(({ error, ...one }) => ({
      ...one,
      message: error?.message ?? null,
      hint: error?.hint ?? null,
    })),
  }
}

async function shownRun(db: Db, { id: _, ...run }: SyncRun, routeIds: readonly string[]) {
  const span = { routeIds, since: run.beganAt, until: run.endedAt }
  return { ...run, written: await writtenTo(db, SCOPE.to, span) }
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
