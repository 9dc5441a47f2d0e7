import { routesOfSync } from '../../activities/syncs.ts'
import type { Db } from '../../store/database.ts'
import { taskTroubles, writtenTo } from '../../store/sync-report.ts'
import { type NotedSync, syncOfRun } from '../../store/syncs.ts'
import * as schema from './administration-schemas.ts'
import { managing, type Operation } from './operation.ts'
import { notFound } from './refusals.ts'
import { scopeOf } from './sync-names.ts'

const ERRORS = 200

/** A sync that was asked for, while it runs and afterwards. */
export const syncOperations: readonly Operation[] = [
  managing({
    id: 'getSync',
    method: 'get',
    path: '/syncs/{id}',
    tag: 'Sync',
    summary: 'How a sync stands that was asked for: by the `runId` of its answer',
    query: null,
    body: null,
    answers: { 200: { description: 'The sync.', schema: schema.sync } },
    async run({ administration, id }) {
      const { db } = administration.deps
      const before = await noted(db, id)
      const open = before.endedAt === null && before.newest
      // Where Temporal cannot say, the record is believed.
      const running = open && (await administration.isRunning(before.workflowId)) !== false
      // It may have ended while Temporal was asked.
      const now = open && !running ? await noted(db, id) : before
      return { status: 200, body: await shown(db, id, now, running), subject: null }
    },
  }),
]

async function noted(db: Db, id: string): Promise<NotedSync> {
  const found = await syncOfRun(db, id)
  if (found === undefined)
    throw notFound('No sync has that id. It is the runId in the answer to a request for one.')
  return found
}

async function shown(db: Db, id: string, sync: NotedSync, running: boolean): Promise<schema.ShownSync> {
  const { workflowId, beganAt, endedAt, outcome, trouble } = sync
  const scope = scopeOf(workflowId)
  const routes = (scope === undefined ? [] : await routesOfSync(db, scope)).map((route) => route.id)
  const span = { routeIds: routes, since: beganAt, until: endedAt }
  const errors = await taskTroubles(db, { ...span, limit: ERRORS })
  return {
    id,
    workflowId,
    state: running ? 'running' : endedAt === null ? 'lost' : 'ended',
    beganAt,
    endedAt,
    outcome,
    trouble: [...trouble],
    routes,
    written: await writtenTo(db, null, span),
    errors: errors.map(({ error, ...one }) => ({
      ...one,
      message: error?.message ?? null,
      hint: error?.hint ?? null,
    })),
  }
}
