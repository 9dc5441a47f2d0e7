import type { Containers } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { type ContainerRow, changeContainer, dealsIn, markFull } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { forgetMovedBack, troubleDeal, wakeHomes } from '../../store/deal-homes.ts'
import { AHEAD, closeHomeOp, releaseHomeOp } from '../../store/home-ops.ts'
import { refusedWithin } from '../../store/home-refusals.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { refOf, type Tended } from './home-call.ts'

/** So many projects one after another are tried for a section: a service that refuses all of them means something else. */
const MAX_PLACES = 3

/**
 * A write that failed. Nothing was done, or nobody knows: it is tried again, and the error thrown. Refused for good: the next
 * plan finds another way, or a person does.
 */
export async function refuseHome(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  tended: Tended,
  error: ProviderError,
): Promise<void> {
  const { op, row } = tended
  const { kind, message, hint } = error
  switch (kind) {
    case 'rate-limited':
    case 'auth':
    case 'transient':
    case 'ambiguous-write':
      await release(deps, tended, kind === 'ambiguous-write' ? 'unknown' : 'nothing')
      throw error
    case 'limit-reached':
    case 'gone':
    case 'not-visible':
    case 'conflict':
    case 'invalid': {
      const missing = kind === 'gone' || kind === 'not-visible'
      const lost = missing ? await whatIsLost(deps, open, containers, tended) : null
      return inTransaction(deps.db, async (tx) => {
        if (!(await closeHomeOp(tx, op, { kind, message, hint: hint ?? null }))) return
        if (lost !== null) await lose(tx, lost)
        else if (!(await mayBeTriedElsewhere(tx, tended, error))) return fail(tx, tended, error)
        if (op.cause === 'moved-back') await forgetMovedBack(tx, row.routeId, row.subject)
      })
    }
  }
}

/** `done`: `nothing` by this attempt; an earlier one may still have done it. */
async function release(deps: Deps, { op }: Tended, done: 'nothing' | 'unknown'): Promise<void> {
  const status = done === 'unknown' || op.mayBeDone ? 'unknown' : 'planned'
  await inTransaction(deps.db, (tx) => releaseHomeOp(tx, op, status))
}

type Lost = { readonly row: ContainerRow; readonly state: 'archived' | 'gone' }

/**
 * One refusal does not say what is missing, and a project is the home of many deals: those concerned are looked at, that
 * into which something was to go before what was to go there. Null where all are as we know them: what lies in the archive
 * is not lost there.
 */
async function whatIsLost(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  tended: Tended,
): Promise<Lost | null> {
  try {
    for (const row of [tended.project, tended.row]) {
      const state = row?.remoteId == null ? 'active' : await stateOf(open, containers, row)
      if (row !== null && state !== 'active' && state !== row.state) return { row, state }
    }
    return null
  } catch (error) {
    if (error instanceof ProviderError) await release(deps, tended, 'nothing')
    throw error
  }
}

async function stateOf(
  { direct }: OpenConnection,
  containers: Containers,
  row: ContainerRow,
): Promise<'active' | 'archived' | 'gone'> {
  try {
    return (await containers.update(direct, refOf(containers, row), {})).state
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'gone') return 'gone'
    // Nobody can put anything into it.
    if (error instanceof ProviderError && error.kind === 'not-visible') return 'archived'
    throw error
  }
}

/** Its user has taken it away: what lies in it waits for him. */
async function lose(tx: Tx, { row, state }: Lost): Promise<void> {
  await changeContainer(tx, row.id, { state })
  if (row.role !== 'deal') await wakeHomes(tx, await dealsIn(tx, [row.id]))
}

/** In another project, as this one is full; or as before, where all that is needed is there after all. */
async function mayBeTriedElsewhere(
  tx: Tx,
  { op, row, project }: Tended,
  { kind }: ProviderError,
): Promise<boolean> {
  const full = kind === 'limit-reached' ? project : null
  const isThere = kind === 'gone' || kind === 'not-visible' ? (project ?? row).remoteId !== null : false
  if (full === null && !isThere) return false
  if ((await refusedWithin(tx, row.id, op.change.kind, 1)) > MAX_PLACES) return false
  if (full !== null) await markFull(tx, full.id)
  return true
}

/** A person must see to it: the account takes no more projects, or the service does not allow it. */
async function fail(tx: Tx, { op, row }: Tended, { kind, message, hint }: ProviderError): Promise<void> {
  // Nobody waits for what is only in the way, still in use, or made ahead.
  if (
    op.cause === AHEAD ||
    op.change.kind === 'remove' ||
    (op.change.kind === 'archive' && kind === 'conflict')
  )
    return
  const error = [message, hint].filter(Boolean).join('. ')
  for (const deal of await dealsOf(tx, { op, row }))
    await troubleDeal(tx, row.routeId, deal, { reason: 'refused', error })
}

/** Whom a write to a container is for. */
async function dealsOf(
  tx: Tx,
  { op: { change }, row: { id, role, subject } }: Pick<Tended, 'op' | 'row'>,
): Promise<string[]> {
  if (role === 'deal') return [subject]
  if (change.kind === 'make') return [change.deal]
  return change.kind === 'unarchive' ? (await dealsIn(tx, [id])).map(({ deal }) => deal) : []
}
