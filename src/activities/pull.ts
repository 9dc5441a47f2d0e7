import type { DbTime } from '../core/db-time.ts'
import type { Observation } from '../core/observation.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { endStock } from '../store/adoptions.ts'
import { clockNow } from '../store/clock.ts'
import { markPulled, saveFacts, setConnectionState } from '../store/connections.ts'
import { moveCursor, saveWalk, type Walk, walkOf } from '../store/cursors.ts'
import { inTransaction, type Tx } from '../store/database.ts'
import { wakeHomes } from '../store/deal-homes.ts'
import {
  consumeDeliveries,
  hasJustConsumed,
  type WaitingDelivery,
  waitingDeliveries,
} from '../store/deliveries.ts'
import { setOutOfScope } from '../store/first-sync.ts'
import { absentSince } from '../store/mirror.ts'
import { markNudged } from '../store/pairs.ts'
import { routesOfConnection } from '../store/routes.ts'
import { type Announced, announced } from './announced.ts'
import type { Deps } from './deps.ts'
import { type DispatchOutput, dispatch } from './dispatch.ts'
import { followNames } from './follow-names.ts'
import { followUsers } from './follow-users.ts'
import { lookAt } from './look-at.ts'
import { lookAtUnseenHomes } from './look-at-homes.ts'
import { askForComments, copiesComments, takeInComments } from './notes/pull-comments.ts'
import { type OpenConnection, openConnection, type QuotaPriority, TASK_STREAM } from './open-connection.ts'
import { takeInPeople } from './people-news.ts'
import { gateOf } from './quota-gate.ts'
import { type Outside, type TakenIn, takeIn } from './take-in.ts'
import { takeInContainers } from './take-in-containers.ts'

/**
 * One page of a pull. `mode`: `nudge` looks at what waiting deliveries name, `incremental` at what changed since the
 * cursor, `complete` at everything. `named` looks at nothing but named tasks, and leaves a walk where it is. `next`: the
 * page after the one before, from where the record says the walk is. `room`: with it, a nudge also takes up what it made
 * due.
 */
export type PullInput = {
  readonly connectionId: string
  readonly mode: 'nudge' | 'named' | 'incremental' | 'complete'
  readonly next?: boolean
  readonly room?: number
  readonly priority: QuotaPriority
}

/**
 * `more`: ask for the next page. `idle`: no request was made, for nothing that was announced was news. `postponed`: some
 * of it is left for a pull in a moment.
 */
export type PullOutput = {
  readonly found: number
  readonly more: boolean
  readonly idle?: boolean
  readonly postponed?: boolean
  /** Deliveries about deals wait to be taken in. */
  readonly deals?: boolean
  /** What was due is taken up. Absent when that is left to the caller. */
  readonly dispatched?: DispatchOutput
}

/** Takes in a page, and after a nudge takes up at once what it made due: that is somebody's change of a moment ago. */
export async function pull(deps: Deps, input: PullInput, signal: AbortSignal): Promise<PullOutput> {
  const output = await takeInPage(deps, input, signal)
  const { connectionId, mode, room } = input
  // Deals are looked at first: tasks are placed by them.
  if (mode !== 'nudge' || room === undefined || output.more || output.deals === true) return output
  // What comes between is taken up by the caller, who is as patient with the record as a dispatch is.
  const dispatched = await dispatch(deps, { connectionId, room }).catch((error: unknown) => {
    deps.log.warn({ error: String(error) }, 'what a pull made due was not taken up at its end')
    return undefined
  })
  return dispatched === undefined ? output : { ...output, dispatched }
}

async function takeInPage(deps: Deps, input: PullInput, signal: AbortSignal): Promise<PullOutput> {
  const open = await openConnection(deps, input.connectionId, input.priority, signal)
  if (open.row.facts === null)
    await saveFacts(deps.db, open.row.id, await open.provider.check(open.connection))
  const { deliveries, unheeded } = await heeded(deps, open)
  if (unheeded && deliveries.length === 0 && input.mode === 'nudge')
    return { found: 0, more: false, idle: true }
  await takeInPeople(deps, open, deliveries)
  const { tasks, deals } = await sortedByTopic(deps, open, deliveries)
  const waiting = await announced(deps.db, open, tasks)
  const comments = mayEnd(input) ? await askForComments(deps, open) : []
  const output = await pullWaiting(deps, open, input, waiting)
  // The tasks that have them are known by now; after an earlier page some may not be.
  if (!output.more) await takeInComments(deps, comments)
  if (output.idle !== true) await answered(deps, open)
  if (!output.more) await followNames(deps, open)
  if (!output.more && input.mode === 'complete') await followUsers(deps, open)
  return {
    ...output,
    ...(waiting.postponed ? { postponed: true } : {}),
    ...(deals ? { deals } : {}),
  }
}

/** Waiting deliveries, but for those about comments that no route copies (`unheeded`: there were any), which are ticked off. */
async function heeded(deps: Deps, open: OpenConnection) {
  const all = await waitingDeliveries(deps.db, open.row.id)
  const about = all.filter((one) => one.about === 'comments')
  if (about.length === 0 || (await copiesComments(deps, open))) return { deliveries: all, unheeded: false }
  await inTransaction(deps.db, (tx) =>
    consumeDeliveries(
      tx,
      about.map(({ id }) => id),
    ),
  )
  return { deliveries: all.filter((one) => one.about !== 'comments'), unheeded: true }
}

/** Whether this page can be the last one of its walk: comments are taken in with that. */
function mayEnd({ mode, next }: PullInput): boolean {
  return mode !== 'named' && (mode !== 'complete' || next === true)
}

/** Deliveries about deals are left to who pulls these, where anybody does. */
async function sortedByTopic(
  deps: Deps,
  { provider, row }: OpenConnection,
  deliveries: readonly WaitingDelivery[],
): Promise<{ readonly tasks: readonly WaitingDelivery[]; readonly deals: boolean }> {
  const tasks = deliveries.filter(({ about }) => about !== 'deals' && about !== 'stages')
  if (provider.deals === undefined || tasks.length === deliveries.length)
    return { tasks: deliveries, deals: false }
  const routes = await routesOfConnection(deps.db, row.id)
  const deals = routes.some(({ policy }) => policy.deals !== undefined)
  return deals ? { tasks, deals } : { tasks: deliveries, deals }
}

/** A nudge comes at most so long after its delivery was stored: deliveries store, then signal, at most once in 2 s. */
const NUDGE_LATE_MS = 5_000

/**
 * Where a service has no feed of changes, whatever deliveries name is looked at itself, in every pull: a window of
 * changes would not show a deletion. A nudge that names nothing says only that something changed somewhere.
 */
async function pullWaiting(
  deps: Deps,
  open: OpenConnection,
  input: PullInput,
  waiting: Announced,
): Promise<PullOutput> {
  const { mode } = input
  if (open.provider.capabilities.changes === 'delta') {
    if (mode === 'named') return { found: 0, more: false, idle: true, postponed: true }
    return pullPage(deps, open, { ...input, mode }, waiting)
  }
  // Deliveries that come in during a walk name what its earlier pages may have shown as it was before.
  const rest = { ...waiting, naming: [], named: [], deleted: new Set<string>(), toldAt: new Map() }
  const looks = input.next !== true && (waiting.naming.length > 0 || waiting.postponed)
  const found = looks ? await pullNamed(deps, open, waiting) : 0
  const idle = waiting.unseen.length === 0
  if (mode === 'named') return { found, more: false, idle, postponed: waiting.general.length > 0 }
  if (mode === 'nudge' && waiting.general.length === 0) {
    // A pull under way has been quicker than the nudge. One that no delivery explains is somebody's wish to have a look.
    const served = looks || (await hasJustConsumed(deps.db, open.row.id, NUDGE_LATE_MS))
    if (served) return { found, more: false, idle }
  }
  const page = await pullPage(deps, open, { ...input, mode }, rest)
  return { ...page, found: page.found + found }
}

/** What is taken in is ticked off at once, so that the next attempt after a failure goes on from there. */
async function pullNamed(deps: Deps, open: OpenConnection, waiting: Announced): Promise<number> {
  const { readBatch } = open.provider.capabilities
  // Whatever pull it is that gets to them: they are changes that somebody made a moment ago.
  const urgent = {
    ...open.direct,
    gate: gateOf(deps, open.provider, {
      connectionId: open.row.id,
      priority: 'change',
      signal: open.direct.signal,
    }),
  }
  const looked = new Set(waiting.named.filter((id) => !waiting.unseen.includes(id)))
  const left = new Set(waiting.naming)
  const tickOff = async (tx: Tx) => {
    const done = [...left].filter((one) => one.remoteIds.every((id) => looked.has(id)))
    await consumeDeliveries(
      tx,
      done.map(({ id }) => id),
    )
    for (const one of done) left.delete(one)
  }
  await inTransaction(deps.db, tickOff)
  let found = 0
  for (let at = 0; at < waiting.unseen.length; at += readBatch) {
    const ids = waiting.unseen.slice(at, at + readBatch)
    const read = await lookAt(deps, open, urgent, ids)
    found += await inTransaction(deps.db, async (tx) => {
      const looks = { ...read, direct: true, announced: waiting.deleted, toldAt: waiting.toldAt, named: ids }
      const { count } = await store(tx, deps, open, looks)
      for (const seen of read.observations) if (!isInDoubt(seen)) looked.add(seen.remoteId)
      await tickOff(tx)
      return count
    })
    if (read.unreached !== null) throw read.unreached
  }
  await inTransaction(deps.db, async (tx) => markPulled(tx, open.row.id, await clockNow(tx), false))
  return found
}

/** The service failed at this one: what was announced of it is still to be looked at. */
function isInDoubt(seen: Observation): boolean {
  return seen.kind === 'unknown' && seen.why === 'in-doubt'
}

async function pullPage(
  deps: Deps,
  open: OpenConnection,
  input: PullInput & { readonly mode: 'nudge' | 'incremental' | 'complete' },
  waiting: Announced,
): Promise<PullOutput> {
  const walk = input.next === true ? await walkOf(deps.db, open.row.id) : null
  const from = walk === null ? open.connection.cursor : walk.from
  const complete = walk?.complete ?? input.mode === 'complete'
  const page = await open.provider.pull(open.connection, {
    mode: complete ? 'complete' : 'incremental',
    cursor: from,
    position: walk?.position ?? null,
  })
  const startedAt = walk?.startedAt ?? page.askedAt
  const { position } = page
  const found = await inTransaction(deps.db, async (tx) => {
    const homes = await takeInContainers(tx, deps, open.row.id, page.containers, page.askedAt)
    const { count: found, outside: seen } = await store(tx, deps, open, {
      ...page,
      direct: false,
      announced: waiting.deleted,
      toldAt: waiting.toldAt,
      named: waiting.named,
    })
    const outside = countOutside(walk?.outside, seen, open.provider.capabilities.changes === 'delta')
    await saveWalk(
      tx,
      open.row.id,
      position === null ? null : { startedAt, position, from, complete, outside },
    )
    await wakeHomes(tx, homes)
    if (position !== null) return found
    if (page.complete) {
      await setOutOfScope(tx, open.row.id, outside)
      await endStock(tx, open.row.id, startedAt)
    }
    // The cursor is moved with what it covers, never before (I13).
    if (page.cursor !== null) {
      const where = { connectionId: open.row.id, stream: TASK_STREAM }
      await moveCursor(tx, where, { from, to: page.cursor, askedAt: page.askedAt })
    }
    // The first page was asked for after these had come in.
    const covered = [...waiting.naming, ...waiting.general].filter((one) => one.receivedAt <= startedAt)
    await consumeDeliveries(
      tx,
      covered.map(({ id }) => id),
    )
    await markPulled(tx, open.row.id, startedAt, page.complete)
    return found
  })
  if (position !== null) return { found, more: true }
  if (page.complete) await confirmAbsences(deps, open, startedAt)
  return { found, more: false }
}

/**
 * Counts the tasks that are no route's business over the pages of a walk. `repeats`: a service of deltas brings a page up
 * to date by the next one, so that a task may be on both; only there are ids kept, from page to page.
 */
function countOutside(
  before: Walk['outside'],
  seen: readonly Outside[],
  repeats: boolean,
): NonNullable<Walk['outside']> {
  const known = new Set(before?.ids)
  const more = seen.filter(({ remoteId }) => !known.has(remoteId))
  const ofNobody: Record<string, number> = { ...before?.ofNobody }
  for (const { of } of more) if (of !== undefined) ofNobody[of] = (ofNobody[of] ?? 0) + 1
  return {
    count: (before?.count ?? 0) + more.length,
    ids: repeats ? [...known, ...more.map(({ remoteId }) => remoteId)] : [],
    ofNobody,
  }
}

/**
 * What a complete walk did not show is looked at itself, before anybody believes that it is gone (I7). The walk is done and in
 * the record, so what the budget leaves out here is left to the next one.
 */
async function confirmAbsences(deps: Deps, open: OpenConnection, walkStartedAt: DbTime): Promise<void> {
  try {
    if (await lookAtUnseenHomes(deps, open, walkStartedAt)) await lookAtAbsentTasks(deps, open, walkStartedAt)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'rate-limited') throw error
  }
}

/** Most tasks that one pull looks at because a complete walk did not show them. */
const ABSENT_LIMIT = 100

async function lookAtAbsentTasks(deps: Deps, open: OpenConnection, walkStartedAt: DbTime): Promise<void> {
  const { readBatch, listsCompleted } = open.provider.capabilities
  const walk = { startedAt: walkStartedAt, showsCompleted: listsCompleted }
  const absent = await absentSince(deps.db, open.row.id, walk, ABSENT_LIMIT)
  for (let at = 0; at < absent.length; at += readBatch) {
    const read = await lookAt(deps, open, open.direct, absent.slice(at, at + readBatch))
    await inTransaction(deps.db, (tx) =>
      store(tx, deps, open, { ...read, direct: true, announced: new Set(), named: [] }),
    )
  }
}

type Looks = {
  readonly askedAt: DbTime
  readonly observations: readonly Observation[]
  readonly direct: boolean
  readonly announced: ReadonlySet<string>
  readonly toldAt?: ReadonlyMap<string, DbTime>
  readonly named: readonly string[]
}

/** A service that answers again is no longer unreachable. */
async function answered(deps: Deps, open: OpenConnection): Promise<void> {
  if (open.row.state === 'unreachable') await setConnectionState(deps.db, open.row.id, 'ok', null)
}

async function store(tx: Tx, deps: Deps, open: OpenConnection, looks: Looks): Promise<TakenIn> {
  const changed = await takeIn(tx, deps, { connectionId: open.row.id, ...looks })
  if (looks.named.length > 0) await markNudged(tx, open.row.id, looks.named, changed.ids)
  return changed
}
