import type { Containers, RemoteContainer } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import {
  type ContainerRow,
  changeContainer,
  containersById,
  markFull,
  resetContainer,
} from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { tasksOfDeal, troubleDeal } from '../../store/deal-homes.ts'
import { claimHomeOp, closeHomeOp, type HomeOp, releaseHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import { lookAt } from '../look-at.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from '../open-connection.ts'
import { takeIn } from '../take-in.ts'
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
  try {
    const shown = await call(containers, open, op, row, target)
    await confirm(deps, open, { op, row, target, shown })
    return { done: true, busy: false }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    await refuse(deps, op, row, target, error)
    return { done: false, busy: false }
  }
}

async function targetOf(deps: Deps, id: string): Promise<ContainerRow> {
  const [row] = await containersById(deps.db, [id])
  if (row === undefined) throw new Error(`container ${id} is gone while a section moves there`)
  return row
}

/** What the service shows after the call; null where it was removed. */
async function call(
  containers: Containers,
  { writing }: OpenConnection,
  { change, key }: HomeOp,
  row: ContainerRow,
  target: ContainerRow | null,
): Promise<RemoteContainer | null> {
  const kind = row.role === 'deal' ? 'section' : 'project'
  if (change.kind === 'make') {
    const { name, marker } = row
    return containers.create(writing, { key: row.key, kind, name, parent: null, marker })
  }
  if (row.remoteId === null) throw new Error(`op ${key} is for a container that was never made`)
  const which = { kind, remoteId: row.remoteId } as const
  switch (change.kind) {
    case 'move':
      if (target?.remoteId == null)
        throw new Error(`op ${key} moves a section into a project that was never made`)
      return containers.move(writing, which, target.remoteId)
    case 'rename':
      return containers.update(writing, which, { name: change.name })
    case 'archive':
    case 'unarchive':
      return containers.archive(writing, which, change.kind === 'archive')
    case 'remove':
      // Completed tasks keep it: then it goes into the archive.
      return (await containers.removeEmpty(writing, which)) ? null : containers.archive(writing, which, true)
  }
}

type Told = {
  readonly op: HomeOp
  readonly row: ContainerRow
  readonly target: ContainerRow | null
  readonly shown: RemoteContainer | null
}

async function confirm(deps: Deps, open: OpenConnection, told: Told): Promise<void> {
  const { op, row, target, shown } = told
  // Whether its tasks came along is for us to look at; until then nobody says where they lie, for the op is open.
  if (op.change.kind === 'move' && shown !== null && target !== null) {
    const from = row.shownParent ?? (await remoteParent(deps, row))
    await lookAtTasks(deps, open, row, from)
  }
  await inTransaction(deps.db, async (tx) => {
    if (!(await closeHomeOp(tx, op.id, null))) return
    if (op.change.kind === 'remove') await resetContainer(tx, row.id)
    else await changeContainer(tx, row.id, after(told))
  })
}

function after({ op, row, target, shown }: Told): Parameters<typeof changeContainer>[2] {
  const seen =
    shown === null
      ? {}
      : { remoteId: shown.remoteId, shownName: shown.name, shownParent: shown.parent, state: shown.state }
  switch (op.change.kind) {
    case 'make':
      return seen
    case 'move':
      return { ...seen, parentId: target?.id ?? row.parentId }
    case 'rename':
      // As the service keeps it: what it cuts is no user's name.
      return { ...seen, name: op.change.name, shownName: op.change.name }
    case 'archive':
      return { ...seen, putAway: true }
    case 'unarchive':
      return { ...seen, putAway: false }
    case 'remove':
      return {}
  }
}

async function remoteParent(deps: Deps, row: ContainerRow): Promise<string | null> {
  if (row.parentId === null) return null
  const [parent] = await containersById(deps.db, [row.parentId])
  return parent?.remoteId ?? null
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

/** Nothing was done, or nobody knows: tried again. Refused for good: the next plan finds another way, or a person does. */
async function refuse(
  deps: Deps,
  op: HomeOp,
  row: ContainerRow,
  target: ContainerRow | null,
  error: ProviderError,
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
        if (kind === 'gone') await changeContainer(tx, row.id, { state: 'gone' })
        else if (kind === 'limit-reached' && target !== null) await markFull(tx, target.id)
        else await fail(tx, row, error)
      })
  }
}

/** A person must see to it: the account takes no more projects, or the service does not allow the move. */
async function fail(tx: Tx, row: ContainerRow, { message, hint }: ProviderError): Promise<void> {
  const error = [message, hint].filter(Boolean).join('. ')
  if (row.role === 'deal') await troubleDeal(tx, row.routeId, row.subject, { reason: 'refused', error })
}
