import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import type { Activity } from './activity.ts'
import { invalidArgument, notFound } from './errors.ts'
import { pageOf } from './paging.ts'
import { answering, ok } from './replies.ts'
import type { Running } from './running-account.ts'

const MAPPED = ['tasks', 'projects', 'sections', 'comments', 'reminders', 'location_reminders']
const MOST_IDS = 100

/** `/activities`, `/id_mappings` and `/moved_ids` (reference §17). */
export function activityRoutes(running: Running): Route[] {
  const at = (path: string, handle: (request: SimRequest) => SimReply): Route => ({
    method: 'GET',
    path: `/api/v1${path}`,
    handle: answering(handle),
  })
  return [
    at('/activities', (request) => list(running, request)),
    at('/id_mappings/{kind}/{ids}', ({ params }) => {
      if (!MAPPED.includes(params.kind ?? '')) throw notFound('Object type')
      if ((params.ids ?? '').split(',').length > MOST_IDS)
        throw invalidArgument('obj_ids', `at most ${MOST_IDS} ids`)
      // No object here is older than the opaque ids.
      return ok([])
    }),
    at('/moved_ids/{kind}', ({ params }) => {
      if (!MAPPED.includes(params.kind ?? '') || params.kind === 'projects') throw notFound('Object type')
      return ok([])
    }),
  ]
}

function list(running: Running, { path, query }: SimRequest): SimReply {
  const { activity } = running()
  const wanted = (name: string) => query.get(name) || undefined
  const same = (name: string, value: string | null) => {
    const asked = wanted(name)
    return asked === undefined || asked === value
  }
  const types = eventTypes(wanted('object_event_types'))
  const from = wanted('date_from')
  const to = wanted('date_to')
  const below = (row: Activity) =>
    wanted('include_child_objects') === 'true' && row.parent_item_id === wanted('object_id')
  const shown = (row: Activity): boolean =>
    same('object_type', row.object_type) &&
    same('event_type', row.event_type) &&
    (same('object_id', row.object_id) || below(row)) &&
    same('parent_project_id', row.parent_project_id) &&
    same('parent_item_id', row.parent_item_id) &&
    same('initiator_id', row.initiator_id) &&
    (types === undefined || types.some((fits) => fits(row))) &&
    (from === undefined || row.event_date >= from) &&
    (to === undefined || row.event_date < to)
  const page = pageOf(running(), path, query, named(activity.newestFirst()), ({ row }) => shown(row))
  return ok({ results: page.rows.map(({ row }) => row), next_cursor: page.nextCursor })
}

/** Pages go by ids of text; a row's own is a number. */
function* named(rows: Iterable<Activity>): Generator<{ id: string; row: Activity }> {
  for (const row of rows) yield { id: String(row.id), row }
}

/** `["item:completed","note:",":deleted"]`, or one of them alone. */
function eventTypes(text: string | undefined): ((row: Activity) => boolean)[] | undefined {
  if (text === undefined) return undefined
  let names: unknown = text
  try {
    names = JSON.parse(text)
  } catch {
    // One name, not a list.
  }
  const list = Array.isArray(names) ? names : [names]
  return list.map((name) => {
    const [object, event] = String(name).split(':')
    if (event === undefined) throw invalidArgument('object_event_types', 'object:event')
    return (row: Activity) =>
      (object === '' || row.object_type === object) && (event === '' || row.event_type === event)
  })
}
