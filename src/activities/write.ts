import type { WriteReply } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { setRemoteId } from '../store/containers.ts'
import { inTransaction } from '../store/database.ts'
import { claimOps, lostCreates, type OpRow, opsById, pairsOfOps, releaseOps } from '../store/ops.ts'
import { endLeases, holdLeases, unsettledPairs } from '../store/pending.ts'
import { confirmOutcomes } from './confirm.ts'
import type { Deps } from './deps.ts'
import { outcomesOf } from './look-back.ts'
import { settleLostCreates } from './lost-creates.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from './open-connection.ts'
import { toWriteOps } from './write-op.ts'

export type WriteInput = {
  readonly connectionId: string
  readonly opIds: readonly string[]
  readonly priority: QuotaPriority
}

/**
 * `pending`: pairs about which something is left to decide. `unsettled`: pairs in which something failed or waits.
 * `stale`: some of the pending were not written because their targets were looked at too long ago.
 */
export type WriteOutput = {
  readonly pending: readonly string[]
  readonly unsettled: readonly string[]
  readonly stale?: boolean
}

/**
 * Read and write follow each other at once, for in between a person's edit would be replaced unseen. An edit that had to
 * wait longer for the request budget is planned anew, from a new look. Milliseconds.
 */
const FRESH_MS = 5_000

/**
 * Sends planned ops in one call and takes their outcomes into the record. Safe to run again: what was sent before is
 * looked for first (creates) or left to the next plan, which looks at the target (edits and deletes).
 */
export async function write(deps: Deps, input: WriteInput, signal: AbortSignal): Promise<WriteOutput> {
  const [open, { pairIds, make }] = await Promise.all([
    openConnection(deps, input.connectionId, input.priority, signal),
    pairsOfOps(deps.db, input.opIds),
  ])
  const { createIdentity, writeBatch } = open.provider.capabilities
  await holdLeases(deps.db, pairIds)
  let held: ProviderError | null = null
  // Each call gets its deadline when it leaves, not when the first one does.
  for (let at = 0; at < input.opIds.length && held === null; at += writeBatch) {
    const ids = input.opIds.slice(at, at + writeBatch)
    if (make) {
      const lost = await inTransaction(deps.db, (tx) => lostCreates(tx, ids, createIdentity !== 'search'))
      await settleLostCreates(deps, open, lost)
    }
    const times = { deadlineMs: deps.timing.writeDeadlineMs, freshMs: FRESH_MS }
    const claimed = await inTransaction(deps.db, (tx) => claimOps(tx, ids, times))
    held = claimed.length === 0 ? null : await send(deps, open, claimed)
  }
  const ops = await opsById(deps.db, input.opIds)
  throwIfUnsettled(open, ops, held)
  return {
    pending: await endLeases(deps.db, pairIds),
    unsettled: await unsettledPairs(deps.db, pairIds),
    // Nothing has held them up, and yet no claim took them.
    stale: ops.some((op) => op.status === 'planned'),
  }
}

/** Null, or why some ops were not sent at all. */
async function send(
  deps: Deps,
  open: OpenConnection,
  claimed: readonly OpRow[],
): Promise<ProviderError | null> {
  const reply = await call(deps, open, claimed)
  const outcomes = await outcomesOf(deps, open, claimed, reply)
  await inTransaction(deps.db, async (tx) => {
    for (const made of reply.containers) await setRemoteId(tx, made.containerId, made.remoteId)
    await confirmOutcomes(tx, deps, open.row.id, outcomes)
  })
  const skipped = reply.results.flatMap((result) => result.steps).find((step) => step.outcome === 'skipped')
  return skipped?.error ?? null
}

async function call(deps: Deps, open: OpenConnection, claimed: readonly OpRow[]): Promise<WriteReply> {
  // Nothing of this attempt is under way any more when others may take it for ended.
  const inTime = AbortSignal.timeout(deps.timing.writeDeadlineMs)
  const writing = { ...open.writing, signal: AbortSignal.any([open.writing.signal, inTime]) }
  try {
    return await open.provider.write(writing, await toWriteOps(deps.db, deps, claimed))
  } catch (error) {
    // The contract: what is thrown as one of these did nothing at all. Anything else stays `sent` until its deadline.
    if (error instanceof ProviderError && error.kind !== 'ambiguous-write') {
      await inTransaction(deps.db, (tx) => releaseOps(tx, claimed))
    }
    throw error
  }
}

/** Asks to be run again soon where only time is missing: a lost create to look for, or a used-up budget. */
function throwIfUnsettled(open: OpenConnection, ops: readonly OpRow[], held: ProviderError | null): void {
  if (held !== null && ops.some((op) => op.status === 'planned')) throw held
  const anytime = open.provider.capabilities.createIdentity !== 'search'
  const lost = ops.some(
    (op) => op.verb === 'create' && op.status === 'unknown' && (anytime || op.emptyAt === null),
  )
  if (!lost) return
  throw new ProviderError({
    kind: 'ambiguous-write',
    provider: open.provider.kind,
    message: 'A new task may or may not have been made; it is looked for before anything is sent again',
  })
}
