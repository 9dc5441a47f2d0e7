import { type DbTime, msBetween, plusMs } from '../../core/db-time.ts'
import type { Containers } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { clockNow } from '../../store/clock.ts'
import { type ContainerRow, containersById } from '../../store/containers.ts'
import { inTransaction } from '../../store/database.ts'
import {
  claimHomeOp,
  closeHomeOp,
  type HomeOp,
  putOffFor,
  putOffHomeOp,
  releaseHomeOp,
} from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from '../open-connection.ts'
import { loadRouteById } from '../route-context.ts'
import { lookBeforeMove } from './before-move.ts'
import { call, type Tended } from './home-call.ts'
import { confirmHome } from './home-confirmed.ts'
import { refuseHome } from './home-refused.ts'
import { keepUsersName, whoseName } from './home-rename.ts'
import { sectionLink } from './section-link.ts'
import { fetchLeftBehind, type LookAfter } from './stragglers.ts'

export type TendHomeInput = {
  readonly connectionId: string
  readonly opId: string
  readonly priority: QuotaPriority
}

/**
 * `busy`: another attempt of this op is under way, or what it has done does not show yet; `waitMs`: until that is asked for again,
 * where anybody can say. `since`: from when on looks at the tasks of
 * a section show them as they are after its move.
 */
export type TendHomeOutput = {
  readonly done: boolean
  readonly busy: boolean
  readonly waitMs?: number
  readonly since?: DbTime
}

const DONE: TendHomeOutput = { done: true, busy: false }
const REFUSED: TendHomeOutput = { done: false, busy: false }

/**
 * Carries out one write to a project or section, and takes what the service then shows into the record. Safe to run again: a
 * container is made once under its key, and everything else sets values.
 */
export async function tendHome(
  deps: Deps,
  input: TendHomeInput,
  signal: AbortSignal,
): Promise<TendHomeOutput> {
  const open = await openConnection(deps, input.connectionId, input.priority, signal)
  const { containers } = open.provider
  const op = await inTransaction(deps.db, (tx) => claimHomeOp(tx, input.opId, deps.timing.writeDeadlineMs))
  if (op === null) return busy(await putOffFor(deps.db, input.opId))
  if (containers === null) return REFUSED
  const row = await containerOf(deps, op.containerId)
  // Found by its marker since it was asked for, by a look of somebody else.
  if (op.change.kind === 'make' && row.remoteId !== null) {
    await inTransaction(deps.db, (tx) => closeHomeOp(tx, op, null))
    return DONE
  }
  return write(deps, open, containers, { op, row, project: await projectOf(deps, op, row) })
}

async function write(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  tended: Tended,
): Promise<TendHomeOutput> {
  const { op, row } = tended
  try {
    if (op.change.kind === 'rename') {
      const name = await whoseName(deps, open, containers, tended)
      if (name.is === 'unsure') return putOff(deps, op, name.until)
      if (name.is === 'users') {
        await keepUsersName(deps, tended, name)
        return REFUSED
      }
    }
    const before = op.change.kind === 'move' ? await lookBeforeMove(deps, open, containers, tended) : null
    if (before?.is === 'given-up') return REFUSED
    if (before?.is === 'unsure') return putOff(deps, op, before.until)
    const going = before?.tended ?? tended
    const link = op.change.kind === 'make' ? await linkFor(deps, row) : null
    const shown = await call(containers, open, tended, link)
    const answeredAt = await clockNow(deps.db)
    // Whether its tasks came along is for us to look at; until then nobody says where they lie, for the op is open.
    const after = op.change.kind === 'move' ? await looked(deps, open, containers, going) : NOTHING_SEEN
    if (after.is === 'unsure')
      return putOff(deps, op, plusMs(answeredAt, Math.min(LOOK_AGAIN_MS, deps.timing.staleReadMs)))
    await confirmHome(deps, { ...tended, shown, answeredAt })
    return after.since === null ? DONE : { ...DONE, since: after.since }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    await refuseHome(deps, open, containers, tended, error)
    return REFUSED
  }
}

/** A service that shows what was before its own write is asked again after so long. */
const LOOK_AGAIN_MS = 2_000
const NOTHING_SEEN: LookAfter = { is: 'seen', since: null }

/** A look that fails leaves the op open: it may be done again. */
async function looked(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  tended: Tended,
): Promise<LookAfter> {
  try {
    return await fetchLeftBehind(deps, open, containers, tended)
  } catch (error) {
    if (error instanceof ProviderError)
      await inTransaction(deps.db, (tx) => releaseHomeOp(tx, tended.op, 'unknown'))
    throw error
  }
}

async function putOff(deps: Deps, op: HomeOp, until: DbTime): Promise<TendHomeOutput> {
  await inTransaction(deps.db, (tx) => putOffHomeOp(tx, op, until))
  return busy(Math.max(0, msBetween(await clockNow(deps.db), until)))
}

function busy(waitMs: number | null): TendHomeOutput {
  return { done: false, busy: true, ...(waitMs === null ? {} : { waitMs }) }
}

async function linkFor(deps: Deps, row: ContainerRow): Promise<string | null> {
  return row.role === 'deal' ? sectionLink(row, await loadRouteById(deps.db, deps, row.routeId)) : null
}

/** A section that is made, or comes out of the archive, goes into its project. */
async function projectOf(deps: Deps, { change }: HomeOp, row: ContainerRow): Promise<ContainerRow | null> {
  if (change.kind === 'move') return containerOf(deps, change.to)
  const comesIn = change.kind === 'make' || change.kind === 'unarchive'
  return comesIn && row.role === 'deal' && row.parentId !== null ? containerOf(deps, row.parentId) : null
}

async function containerOf(deps: Deps, id: string): Promise<ContainerRow> {
  const [row] = await containersById(deps.db, [id])
  if (row === undefined) throw new Error(`container ${id} is gone while an op of it, or into it, is open`)
  return row
}
