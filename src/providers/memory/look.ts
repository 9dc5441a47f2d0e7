import type { Connection, Observation, Page, PullRequest, RemoteTask } from '../contract.ts'
import type { MemoryOptions } from './call.ts'
import type { Flavour } from './capabilities.ts'
import type { StoredTask } from './service.ts'

/**
 * One page of a pull. `position` is `<changes at the start>/<last id's place>`: what changes behind a walk is told by
 * the next incremental one from its start.
 */
export function page(
  { flavour, service, pageSize = Number.POSITIVE_INFINITY }: MemoryOptions,
  request: PullRequest,
): Omit<Page, 'askedAt'> {
  const { changes, tasks } = service.view()
  const from = request.mode === 'complete' ? null : readCursor(request.cursor, service.forgottenBefore)
  const [start = changes, after = 0] = request.position?.split('/').map(Number) ?? []
  const all = [...tasks.values()]
  const wanted = all
    .map((task, place) => ({ task, place: place + 1 }))
    .filter(({ task, place }) => place > after && (from === null ? !task.deleted : task.changed > from))
  const shown = wanted.slice(0, pageSize)
  const more = shown.length < wanted.length
  return {
    observations: shown.flatMap(({ task }) => observe(flavour, task)),
    containers: request.position === null ? [...service.containers.values()] : [],
    position: more ? `${start}/${shown.at(-1)?.place ?? after}` : null,
    cursor: more ? null : String(start),
    complete: !more && from === null,
  }
}

/** Null for a cursor that is none, or too old. */
function readCursor(cursor: string | null, forgottenBefore: number): number | null {
  if (cursor === null || !/^\d+$/.test(cursor)) return null
  return Number(cursor) < forgottenBefore ? null : Number(cursor)
}

/** In a feed a deletion is told; elsewhere a deleted task is just not there any more. */
function observe(flavour: Flavour, task: StoredTask): Observation[] {
  if (!task.deleted) return [{ kind: 'present', remoteId: task.id, seen: remote(task) }]
  return flavour === 'feed' ? [{ kind: 'gone', remoteId: task.id, certain: true }] : []
}

export function looks(
  { flavour, service }: MemoryOptions,
  connection: Connection,
  ids: readonly string[],
): Observation[] {
  const { tasks } = service.view()
  const since = flavour === 'feed' ? readCursor(connection.cursor, service.forgottenBefore) : null
  return ids.map((remoteId): Observation => {
    const task = tasks.get(remoteId)
    if (since !== null && task !== undefined && task.changed <= since) return { kind: 'unchanged', remoteId }
    if (task === undefined) return { kind: 'gone', remoteId, certain: false }
    if (task.deleted) return { kind: 'gone', remoteId, certain: flavour === 'feed' }
    return { kind: 'present', remoteId, seen: remote(task) }
  })
}

export function remote(task: StoredTask): RemoteTask {
  return {
    task: { ...task.task, list: task.task.list ?? task.container },
    version: String(task.changed).padStart(12, '0'),
    container: task.container ?? task.task.list,
    person: task.person,
    marker: task.marker,
    madeBy: task.madeBy,
    assignedTo: null,
    madeAt: task.madeAt,
    recurs: false,
    completions: 0,
    flags: task.flags,
    block: task.block,
    extra: {},
  }
}
