import type { Connection, ContainerRef, Containers, RemoteContainer } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import {
  type ContainerRow,
  changeContainer,
  containersById,
  dealsIn,
  dealsInLastShard,
  markFull,
  markRoomy,
  resetContainer,
} from '../../store/containers.ts'
import { type Db, inTransaction, type Tx } from '../../store/database.ts'
import { forgetMovedBack, tasksOfDeal, troubleDeal, wakeHomes } from '../../store/deal-homes.ts'
import {
  AHEAD,
  claimHomeOp,
  closeHomeOp,
  type HomeOp,
  refusedWithin,
  releaseHomeOp,
} from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { lookAt } from '../look-at.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from '../open-connection.ts'
import { loadRouteById } from '../route-context.ts'
import { takeIn } from '../take-in.ts'
import { sectionLink } from './section-link.ts'
import { noteStragglers } from './stragglers.ts'

export type TendHomeInput = {
  readonly connectionId: string
  readonly opId: string
  readonly priority: QuotaPriority
}

/** `busy`: another attempt of this op is under way. */
export type TendHomeOutput = { readonly done: boolean; readonly busy: boolean }

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
  if (op === null || containers === null) return { done: false, busy: op === null }
  const [row] = await containersById(deps.db, [op.containerId])
  if (row === undefined) throw new Error(`container ${op.containerId} is gone while an op of it is open`)
  const target = op.change.kind === 'move' ? await targetOf(deps, op.change.to) : null
  // Found by its marker since it was asked for, by a look of somebody else.
  if (op.change.kind === 'make' && row.remoteId !== null) {
    await inTransaction(deps.db, (tx) => closeHomeOp(tx, op.id, null))
    return { done: true, busy: false }
  }
  try {
    const into = await projectFor(deps, op, row, target)
    const link = op.change.kind === 'make' ? await linkFor(deps, row) : null
    const shown = await call(containers, open, op, row, { target: into, link })
    await confirm(deps, open, { op, row, target, shown })
    return { done: true, busy: false }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    await refuse(
      deps,
      { op, row, target },
      error,
      await whoIsLost(containers, open, { op, row, target }, error),
    )
    return { done: false, busy: false }
  }
}

/** Where a container goes, and the line in its description that leads to what it stands for. */
type Aim = { readonly target: ContainerRow | null; readonly link: string | null }

async function linkFor(deps: Deps, row: ContainerRow): Promise<string | null> {
  return row.role === 'deal' ? sectionLink(row, await loadRouteById(deps.db, deps, row.routeId)) : null
}

/** Where it goes; a section that is made goes into its project. */
async function projectFor(
  deps: Deps,
  { change }: HomeOp,
  row: ContainerRow,
  target: ContainerRow | null,
): Promise<ContainerRow | null> {
  return change.kind === 'make' && row.role === 'deal' ? parentOf(deps.db, row) : target
}

async function targetOf(deps: Deps, id: string): Promise<ContainerRow> {
  const [row] = await containersById(deps.db, [id])
  if (row === undefined) throw new Error(`container ${id} is gone while a section moves there`)
  return row
}

/** What the service shows after the call. */
async function call(
  containers: Containers,
  { writing, provider }: OpenConnection,
  { change, key, attempts }: HomeOp,
  row: ContainerRow,
  { target, link }: Aim,
): Promise<RemoteContainer> {
  if (change.kind === 'make') return make(containers, writing, row, { target, link }, attempts)
  const which = refOf(containers, row, key)
  switch (change.kind) {
    case 'move':
      if (target?.remoteId == null)
        throw new Error(`op ${key} moves a section into a project that was never made`)
      return containers.move(writing, which, target.remoteId)
    case 'rename':
      return containers.update(writing, which, { name: change.name })
    case 'relink':
      return containers.update(writing, which, { link: change.link })
    case 'archive':
    case 'unarchive':
      return containers.archive(writing, which, change.kind === 'archive')
    case 'remove':
      // It goes into the archive, and is not deleted: whatever its user puts there in this moment would go with it for good.
      return (await containers.retire?.(writing, which)) ?? inUse(which.kind, provider.kind)
  }
}

/** A service remembers for some minutes what it has made under a key: an answer that was lost is looked for first. */
async function make(
  containers: Containers,
  writing: Connection,
  { key, name, marker, role }: ContainerRow,
  { target, link }: Aim,
  attempts: number,
): Promise<RemoteContainer> {
  const listed = attempts > 1 ? (await containers.list(writing)).containers : []
  const kind = kindOf(containers, role)
  const [found] = listed.filter((one) => one.kind === kind && one.marker === marker)
  return (
    found ?? containers.create(writing, { key, kind, name, parent: target?.remoteId ?? null, marker, link })
  )
}

/** A deal's section is of the second of the service's kinds, everything else of the first. */
function kindOf({ kinds }: Containers, role: ContainerRow['role']): ContainerRef['kind'] {
  return (role === 'deal' ? kinds[1] : kinds[0]) ?? 'project'
}

function refOf(containers: Containers, { role, remoteId }: ContainerRow, key: string): ContainerRef {
  if (remoteId === null) throw new Error(`op ${key} is for a container that was never made`)
  return { kind: kindOf(containers, role), remoteId }
}

function inUse(kind: string, provider: string): never {
  throw new ProviderError({
    kind: 'conflict',
    provider,
    message: `The ${kind} is not empty any more, and stays`,
  })
}

type Told = {
  readonly op: HomeOp
  readonly row: ContainerRow
  readonly target: ContainerRow | null
  readonly shown: RemoteContainer
}

async function confirm(deps: Deps, open: OpenConnection, told: Told): Promise<void> {
  const { op, row, target } = told
  // Whether its tasks came along is for us to look at; until then nobody says where they lie, for the op is open.
  if (op.change.kind === 'move' && target !== null) {
    const from = row.shownParent ?? (await remoteParent(deps, row))
    await lookAtTasks(deps, open, row, from)
  }
  await inTransaction(deps.db, async (tx) => {
    if (!(await closeHomeOp(tx, op.id, null))) return
    if (op.change.kind === 'remove') await resetContainer(tx, row.id)
    else await changeContainer(tx, row.id, after(told))
    // What has left it makes room again.
    if ((op.change.kind === 'move' || op.change.kind === 'archive') && row.parentId !== target?.id) {
      await markRoomy(tx, row.parentId)
      // The last project of the same home may be nearly empty now.
      if (row.parentId !== null) await wakeHomes(tx, await dealsInLastShard(tx, row.parentId))
    }
  })
}

/** What the service took is so, whatever a look just after it shows: that may be older, and would pass for what its user did. */
function after({ op, row, target, shown }: Told): Parameters<typeof changeContainer>[2] {
  const { remoteId, name: shownName, parent: shownParent, state } = shown
  const seen = { remoteId, shownName, shownParent }
  switch (op.change.kind) {
    case 'make':
      return { ...seen, state }
    case 'move':
      return { ...seen, parentId: target?.id ?? row.parentId, shownParent: target?.remoteId ?? shownParent }
    case 'rename':
      // As the service keeps it: what it cuts is no user's name.
      return { ...seen, name: op.change.name, shownName: op.change.name }
    case 'relink':
      return { ...seen, link: op.change.link }
    case 'archive':
      return { ...seen, state: 'archived', putAway: true }
    case 'unarchive':
      return { ...seen, state: 'active', putAway: false }
    case 'remove':
      return {}
  }
}

async function remoteParent(deps: Deps, row: ContainerRow): Promise<string | null> {
  return (await parentOf(deps.db, row))?.remoteId ?? null
}

async function parentOf(sql: Db | Tx, { parentId }: ContainerRow): Promise<ContainerRow | null> {
  return parentId === null ? null : ((await containersById(sql, [parentId]))[0] ?? null)
}

/** One look at the open tasks of a section that was moved, so that those it left behind are fetched. */
async function lookAtTasks(
  deps: Deps,
  open: OpenConnection,
  row: ContainerRow,
  from: string | null,
): Promise<void> {
  const ids = await tasksOfDeal(deps.db, row.routeId, row.subject, open.row.id)
  const { readBatch } = open.provider.capabilities
  for (let at = 0; at < ids.length; at += readBatch) {
    const read = await lookAt(deps, open, open.connection, ids.slice(at, at + readBatch))
    await inTransaction(deps.db, async (tx) => {
      await takeIn(tx, deps, { connectionId: open.row.id, ...read, direct: true, announced: new Set() })
      await noteStragglers(tx, row, from, read.observations)
    })
  }
}

type Refused = Omit<Told, 'shown'>
type Lost = 'container' | 'target' | null

/** Of a section that could not be moved: whether it is gone itself, or the project into which it was to go. */
async function whoIsLost(
  containers: Containers,
  open: OpenConnection,
  { op, row, target }: Refused,
  { kind }: ProviderError,
): Promise<Lost> {
  if (kind !== 'gone' && kind !== 'not-visible') return null
  if (target === null) return kind === 'gone' ? 'container' : null
  try {
    await containers.update(open.direct, refOf(containers, row, op.key), {})
    return 'target'
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'gone') return 'container'
    throw error
  }
}

/** So many projects one after another are tried for a section: a service that refuses all of them means something else. */
const MAX_PLACES = 3

/** Nothing was done, or nobody knows: tried again. Refused for good: the next plan finds another way, or a person does. */
async function refuse(
  deps: Deps,
  { op, row, target }: Refused,
  error: ProviderError,
  lost: Lost,
): Promise<void> {
  const { kind, message, hint } = error
  switch (kind) {
    case 'rate-limited':
    case 'auth':
    case 'transient':
    case 'ambiguous-write':
      await inTransaction(deps.db, (tx) =>
        releaseHomeOp(tx, op.id, kind === 'ambiguous-write' ? 'unknown' : 'planned'),
      )
      throw error
    case 'limit-reached':
    case 'gone':
    case 'not-visible':
    case 'conflict':
    case 'invalid':
      return inTransaction(deps.db, async (tx) => {
        if (!(await closeHomeOp(tx, op.id, { kind, message, hint: hint ?? null }))) return
        const comesIn = op.change.kind === 'unarchive' || op.change.kind === 'make'
        const full = target ?? (comesIn ? await parentOf(tx, row) : null)
        // Of one that is not made yet it is the project that is gone.
        if (lost === 'container' && op.change.kind === 'make' && full !== null) {
          await loseProject(tx, full, kind)
          return
        }
        if (lost === 'container') await changeContainer(tx, row.id, { state: 'gone' })
        else if (lost === 'target' && target !== null) await loseProject(tx, target, kind)
        else if (
          kind === 'limit-reached' &&
          full !== null &&
          (await refusedWithin(tx, row.id, op.change.kind, 1)) <= MAX_PLACES
        )
          await markFull(tx, full.id)
        else return fail(tx, op, row, error)
        if (op.cause === 'moved-back') await forgetMovedBack(tx, row.routeId, row.subject)
      })
  }
}

/** Its user has taken it away: what lies in it waits for him. */
async function loseProject(tx: Tx, { id }: ContainerRow, kind: ProviderError['kind']): Promise<void> {
  await changeContainer(tx, id, { state: kind === 'gone' ? 'gone' : 'archived' })
  await wakeHomes(tx, await dealsIn(tx, [id]))
}

/** A person must see to it: the account takes no more projects, or the service does not allow it. */
async function fail(
  tx: Tx,
  { change, cause }: HomeOp,
  { id, role, routeId, subject }: ContainerRow,
  { message, hint }: ProviderError,
): Promise<void> {
  const error = [message, hint].filter(Boolean).join('. ')
  // What is only in the way waits for nobody.
  if (change.kind === 'remove' || cause === AHEAD) return
  for (const deal of await dealsOf(tx, { change, id, role, subject }))
    await troubleDeal(tx, routeId, deal, { reason: 'refused', error })
}

/** Whom a write to a container is for. */
async function dealsOf(
  tx: Tx,
  { change, id, role, subject }: Pick<HomeOp, 'change'> & Pick<ContainerRow, 'id' | 'role' | 'subject'>,
): Promise<string[]> {
  if (role === 'deal') return [subject]
  if (change.kind === 'make') return [change.deal]
  return change.kind === 'unarchive' ? (await dealsIn(tx, [id])).map(({ deal }) => deal) : []
}
