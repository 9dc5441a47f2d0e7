import { resolveHomeOnce, resolveOne } from '../../activities/manage/pairs.ts'
import { conflictsJson, homeConflictJson, readHomeConflictId } from '../../activities/shown/conflict.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import { conflictPage } from '../../store/conflict-page.ts'
import type { Db } from '../../store/database.ts'
import { type HomeConflict, homeConflicts } from '../../store/home-conflicts.ts'
import { keyCursorOf, readKeyCursor } from './cursor.ts'
import { managing, type Operation } from './operation.ts'
import * as schema from './pair-schemas.ts'

const tag = 'Conflicts'
const NUMBER = /^\d{1,18}$/u

function shownHome(home: HomeConflict, all: readonly HomeConflict[]) {
  const { name, ...json } = homeConflictJson(home, all)
  return { ...json, title: name, route: home.routeId }
}

/** Sections that are gone, in the order of their names; they come behind the conflicts with numbers. */
async function homesAfter(db: Db, decided: boolean, after: string) {
  const all = await homeConflicts(db, { decided })
  return all
    .map((home) => shownHome(home, all))
    .filter(({ id }) => NUMBER.test(after) || id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** What waits for a person, and what was decided. */
export const conflictOperations: readonly Operation[] = [
  managing({
    id: 'getConflicts',
    method: 'get',
    path: '/conflicts',
    tag,
    summary: 'What waits for your decision, with all values, page by page',
    query: schema.conflictQuery,
    body: null,
    answers: { 200: { description: 'A page of conflicts.', schema: schema.conflictPage } },
    async run({ administration: { deps }, query }) {
      const { limit, cursor, pair = null } = query
      const after = cursor === undefined ? '0' : readKeyCursor(cursor)
      const decided = query.decided === 'true'
      const numbered = NUMBER.test(after)
        ? await conflictPage(deps.db, { decided, pair, after, limit: limit + 1 })
        : []
      const { conflicts } = conflictsJson(numbered.map((conflict) => ({ conflict })))
      const ofTasks = conflicts.flatMap((one, at) => {
        const row = numbered[at]
        return row === undefined ? [] : { ...one, route: row.route, title: row.title }
      })
      const rest = ofTasks.length > limit || pair !== null ? [] : await homesAfter(deps.db, decided, after)
      const found = [...ofTasks, ...rest]
      const rows = found.slice(0, limit)
      const last = rows.at(-1)
      const nextCursor = last === undefined || found.length <= limit ? null : keyCursorOf(last.id)
      return { status: 200, body: { conflicts: rows, nextCursor }, subject: null }
    },
  }),
  managing({
    id: 'resolveConflict',
    method: 'post',
    path: '/conflicts/{id}/resolve',
    tag,
    summary:
      'Decide: both sides get this value; or which task it is; or what becomes of a section that is gone',
    query: null,
    body: schema.answer,
    answers: { 202: { description: 'It is decided, and carried out.', schema: schema.resolved } },
    async run({ administration, id, body }) {
      const home = readHomeConflictId(id)
      if (home !== null) {
        const decision = 'choice' in body ? body.choice : body.value
        const { deals, pairs, left, changed, told } = await resolveHomeOnce(administration, home, decision)
        const workflowId = workflowIds.deal(deals[0]?.connectionId ?? '', home.dealId)
        const done = { pairs: [...pairs], left: left.map(({ pair }) => pair), decision, changed }
        return { status: 202, body: { workflowId, conflict: id, ...done, told: told === 0 }, subject: null }
      }
      const { pair, decision, changed, told } = await resolveOne(administration, id, body)
      const done = { pairs: [pair], left: [], decision, changed, told: told === 0 }
      return {
        status: 202,
        body: { workflowId: workflowIds.task(pair), conflict: id, ...done },
        subject: null,
      }
    },
  }),
]
