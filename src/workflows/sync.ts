import {
  condition,
  continueAsNew,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { SyncScope } from '../activities/syncs.ts'
import { nudge, SYNC_ROUTE, SYNC_STATE, status } from './messages.ts'
import { own, record } from './steps.ts'

export type SyncInput = { readonly scope: SyncScope }

const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 10_000
/** What is not settled by then goes on by itself. */
const LONGEST_MS = 15 * 60_000
/** A pull that fails though its connection answers found the request budget empty. */
const PULLS = 4

/**
 * A sync that somebody asked for: has the connections look at everything, and waits until nothing is left to do. Whoever asks
 * while it runs signals `nudge`: then it looks again before it ends. It writes nothing itself.
 */
export async function sync({ scope }: SyncInput): Promise<{ readonly outcome: string }> {
  let again = false
  let stage: 'looking' | 'settling' | 'done' = 'looking'
  setHandler(nudge, () => {
    again = true
  })
  setHandler(status, () => ({ scope, stage }))
  upsertSearchAttributes([{ key: SYNC_STATE, value: 'syncing' }])
  const { workflowId, firstExecutionRunId } = workflowInfo()
  for (let round = 0; ; round += 1) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof sync>({ scope })
    again = false
    stage = 'looking'
    const { syncId, connections, routes } = await record.beginSync({
      workflowId,
      runId: firstExecutionRunId,
      scope,
    })
    // Beginnings of an earlier version do not tell.
    if (routes !== undefined && round === 0) upsertSearchAttributes([{ key: SYNC_ROUTE, value: routes }])
    const name = `sync-${workflowInfo().runId}-${round}`
    const looked = await pullAll(scope, connections, name)
    stage = 'settling'
    await untilSettled(scope, () => again)
    const { outcome } = await record.endSync({ syncId, scope, looked })
    if (again) continue
    stage = 'done'
    return { outcome }
  }
}

/** False when something that answers could not be looked at. */
async function pullAll(scope: SyncScope, connections: readonly string[], name: string): Promise<boolean> {
  let left = connections
  for (let attempt = 0; left.length > 0 && attempt < PULLS; attempt += 1) {
    if (attempt > 0)
      await condition(() => false, FIRST_REST_MS * 2 ** attempt, { summary: 'until the pull is tried again' })
    const looked = await Promise.all(left.map((id) => pull(id, `${name}-${attempt}-${id}`)))
    const failed = left.filter((_, at) => looked[at] !== true)
    if (failed.length === 0) return true
    const { away } = await record.lookAtSync({ scope })
    left = failed.filter((id) => !away.includes(id))
  }
  return left.length === 0
}

async function pull(connectionId: string, updateId: string): Promise<boolean> {
  const { failed } = await own.pullThrough({ connectionId, mode: 'complete', updateId, asked: true })
  return !failed
}

async function untilSettled(scope: SyncScope, stop: () => boolean): Promise<void> {
  const end = Date.now() + LONGEST_MS
  for (let restMs = FIRST_REST_MS; Date.now() < end; restMs = Math.min(restMs * 1.5, LONGEST_REST_MS)) {
    const { pending } = await record.lookAtSync({ scope })
    if (pending === 0 || stop()) return
    await condition(stop, restMs, { summary: 'until it looks what is left' })
  }
}
