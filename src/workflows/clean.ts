import {
  condition,
  continueAsNew,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { nudge, retry, SYNC_STATE, status } from './messages.ts'
import { Trouble } from './settle.ts'
import { orTrouble, providerActivities, record } from './steps.ts'

export type CleanWorkflowInput = { readonly connectionId: string }

/** Between two tries while a service does not answer, or refuses its key. */
const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 5 * 60_000

type Stage = 'waiting' | 'looking' | 'cleaning' | 'homes' | 'done'

/**
 * Takes back what we wrote into the account of a connection that is to be removed, and into those of its counterparts, and
 * then removes it. How far it is stands in the record, so that one that is begun again goes on from there. Signals
 * `nudge` and `retry` end a wait.
 */
export async function clean(input: CleanWorkflowInput): Promise<void> {
  const leavingId = input.connectionId
  let stage: Stage = 'waiting'
  let wakes = 0
  const wake = () => {
    wakes += 1
  }
  setHandler(nudge, wake)
  setHandler(retry, wake)
  setHandler(status, () => ({ connection: leavingId, stage }))
  upsertSearchAttributes([{ key: SYNC_STATE, value: 'syncing' }])
  const rest = async (ms: number) => {
    const before = wakes
    await condition(() => wakes !== before, ms)
  }

  let at = leavingId
  for (let troubles = 0; ; ) {
    const { over, waitMs, accounts } = await record.beginClean(input)
    if (over) return
    if (waitMs > 0) {
      await rest(waitMs)
      continue
    }
    try {
      for (const { connectionId, provider } of accounts) {
        at = connectionId
        const activities = providerActivities(provider, 'poll')
        const account = { connectionId, leavingId }
        stage = 'looking'
        await orTrouble(activities.lookForLeftovers(account))
        stage = 'cleaning'
        for (let more = true; more; ) {
          const left = await orTrouble(activities.cleanTasks(account))
          more = left.more
          if (left.waitMs > 0) await rest(left.waitMs)
          if (more && workflowInfo().continueAsNewSuggested) await continueAsNew<typeof clean>(input)
        }
        stage = 'homes'
        await orTrouble(activities.cleanHomes(account))
      }
      await record.finishClean(input)
      stage = 'done'
      return
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      stage = 'waiting'
      if (error.kind === 'auth')
        await record.noteTrouble({ connectionId: at, state: 'auth-failed', note: error.message })
      await rest(Math.min(FIRST_REST_MS * 2 ** troubles, LONGEST_REST_MS))
      troubles += 1
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof clean>(input)
    }
  }
}
