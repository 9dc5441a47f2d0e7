import type { Connection, Observation, Page, PullRequest } from '../contract.ts'
import { accountOf } from './account.ts'
import type { Prop } from './bodies.ts'
import { type Client, isKind } from './client.ts'
import { alsoIn, type Before } from './copies.ts'
import {
  begun,
  type ListState,
  type ListStates,
  type Position,
  readCursor,
  readPosition,
  writeCursor,
  writePosition,
} from './cursor.ts'
import { type Delta, deltaOf } from './delta.ts'
import { inMotion } from './errors.ts'
import { fetchResources } from './fetch.ts'
import { conventionalUid } from './hrefs.ts'
import { containerOf, LIST_PROPS, NO_STATES, type TaskList, TOKENS_ONLY, taskLists } from './lists.ts'
import { lookFor } from './look-for.ts'
import { confirmGone, missingIn } from './lost-lists.ts'
import { decode, observe } from './mapping.ts'

/**
 * `Provider.pull`. A walk goes through the lists in the order of their ids, and through each in the order of its
 * resources: what is there all the time is shown, whatever comes and goes meanwhile. Each page asks anew what changed in
 * its lists since the cursor, so that a position is small. Where a list stands in the next cursor was asked before its
 * first task was shown. A walk of everything ends with what has changed since it began: a task may have been moved into a
 * list that it had left behind.
 *
 * A list whose state the server has forgotten, or that is not there any more, makes a walk of everything: nobody says
 * then which of its tasks are gone.
 */
export async function pull(
  client: Client,
  connection: Connection,
  request: PullRequest,
  pageSize: number,
): Promise<Page> {
  const account = await accountOf(client, connection)
  const before = readCursor(request.cursor)
  const cursor = request.mode === 'complete' ? null : before
  const { askedAt, lists } = await taskLists(client, account, propsFor(cursor))
  const walked = lists.filter(({ id }) => connection.lists?.has(id) ?? true)
  const stored = readPosition(request.position)
  const lost = missingIn(before, lists).filter((id) => connection.lists?.has(id) ?? true)
  const position = stored ?? begun(cursor === null || lost.length > 0)
  const since = position.whole ? {} : (cursor ?? {})
  const walk: Walk = { client, account, since, lists: walked, pageSize, names: new Map(), observations: [] }
  const containers =
    stored === null ? [...lists.map(containerOf), ...(await confirmGone(client, account, lost))] : []
  const page = { askedAt, observations: walk.observations, containers, cursor: null, complete: false }
  const next = await unlessInMotion(goOn(walk, walked, position))
  // What was shown so far is true, and is shown again.
  if (next === 'forgotten') return { ...page, position: writePosition(begun(true)) }
  if (next.at !== null) return { ...page, position: writePosition(next) }
  const end = next.whole ? await unlessInMotion(catchUp(walk, next)) : next
  await tellRemoved(walk, end.removed)
  return { ...page, position: null, cursor: writeCursor(end.lists), complete: end.whole }
}

/** So few lists are asked what changed without looking first whether anything did: for a server that is the same work. */
const FEW_LISTS = 3

/** A list that is known by the etags of its tasks needs its ctag, and so may one that nobody knows yet. */
function propsFor(cursor: ListStates | null): readonly Prop[] {
  const known = Object.values(cursor ?? {})
  if (cursor === null || known.some(({ etags }) => etags !== undefined)) return LIST_PROPS
  return known.length > FEW_LISTS ? TOKENS_ONLY : NO_STATES
}

type Walk = Before & {
  readonly lists: readonly TaskList[]
  readonly observations: Observation[]
  readonly pageSize: number
}

async function goOn(
  walk: Walk,
  lists: readonly TaskList[],
  position: Position,
): Promise<Position | 'forgotten'> {
  let { at } = position
  let { lists: states, removed } = position
  let room = walk.pageSize
  for (const list of lists.filter(({ id }) => at === null || id >= at.list)) {
    const since = walk.since[list.id] ?? null
    const delta = await deltaOf(walk.client, walk.account, list, since)
    if (delta === null) return 'forgotten'
    if (since === null) walk.names.set(list.path, new Set(delta.changed.map(conventionalUid)))
    const after = at?.list === list.id ? at.after : ''
    const left = delta.changed.filter((path) => path > after)
    const shown = left.slice(0, room)
    const before: ListState = states[list.id] ?? { ...delta.next, odd: since?.odd ?? {} }
    const odd = { ...before.odd, ...(await show(walk, list, shown)) }
    states = { ...states, [list.id]: { ...before, odd: without(odd, list, delta) } }
    // Before its first page nothing of a list was known: what it calls deleted is somebody's past.
    if (since !== null) removed = { ...removed, ...removedIn(list, delta, { ...since.odd, ...odd }) }
    room -= shown.length
    if (shown.length < left.length)
      return { ...position, lists: states, removed, at: { list: list.id, after: shown.at(-1) ?? after } }
    at = null
  }
  return { ...position, lists: states, removed, at: null }
}

/** What has changed in all lists of a walk since it looked at each of them. */
async function catchUp(walk: Walk, position: Position): Promise<Position> {
  const { lists } = await taskLists(walk.client, walk.account)
  let { lists: states, removed } = position
  for (const [id, state] of Object.entries(position.lists)) {
    const list = lists.find((one) => one.id === id)
    if (list === undefined) throw inMotion()
    // Whoever forgets a state at once is asked for everything once more.
    const delta =
      (await deltaOf(walk.client, walk.account, list, state)) ??
      (await deltaOf(walk.client, walk.account, list, null))
    if (delta === null) throw inMotion()
    const odd = { ...state.odd, ...(await show(walk, list, delta.changed)) }
    states = { ...states, [id]: { ...delta.next, odd: without(odd, list, delta) } }
    removed = { ...removed, ...removedIn(list, delta, odd) }
  }
  return { ...position, lists: states, removed }
}

/** Shows resources of a list; gives back the UIDs of those that are not named after them, by name. */
async function show(walk: Walk, list: TaskList, paths: readonly string[]): Promise<ListState['odd']> {
  if (paths.length === 0) return {}
  const { client, account, observations } = walk
  const { found } = await fetchResources(client, account, list.path, paths)
  const odd: ListState['odd'] = {}
  const shown: Observation[] = []
  for (const path of paths) {
    const resource = found.get(path)
    // What was deleted since is told by the next walk.
    const observation = resource === undefined ? null : observe(decode(resource, account.home))
    if (observation === null) continue
    shown.push(observation)
    if (observation.remoteId !== conventionalUid(path))
      odd[path.slice(list.path.length)] = observation.remoteId
  }
  const before = walk.lists.filter((one) => one.id < list.id)
  const copies = await alsoIn(
    walk,
    before,
    shown.map(({ remoteId }) => remoteId),
  )
  observations.push(...shown.filter(({ remoteId }) => !copies.has(remoteId)))
  return odd
}

function without(odd: ListState['odd'], list: TaskList, { removed }: Delta): ListState['odd'] {
  const gone = new Set(removed.map((path) => path.slice(list.path.length)))
  return Object.fromEntries(Object.entries(odd).filter(([name]) => !gone.has(name)))
}

function removedIn(list: TaskList, { removed, told }: Delta, odd: ListState['odd']): Position['removed'] {
  return Object.fromEntries(
    removed.map((path) => [odd[path.slice(list.path.length)] ?? conventionalUid(path), told]),
  )
}

/**
 * What was taken out of a list may have been put into another one: it is gone only when it is in none. Certain is what the
 * server itself has called deleted.
 */
async function tellRemoved(walk: Walk, removed: Position['removed']): Promise<void> {
  const shown = new Set(walk.observations.map(({ remoteId }) => remoteId))
  const uids = Object.keys(removed).filter((uid) => !shown.has(uid))
  if (uids.length === 0) return
  const { found } = await lookFor(walk.client, walk.account, uids)
  for (const remoteId of uids) {
    const one = found.get(remoteId)
    const seen = one === undefined ? null : observe(one.decoded)
    walk.observations.push(seen ?? { kind: 'gone', remoteId, certain: removed[remoteId] === true })
  }
}

/** A list that was there when the walk asked for all of them. */
async function unlessInMotion<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isKind(error, 'gone') ? inMotion() : error
  }
}
