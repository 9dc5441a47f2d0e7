import {
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { CleanPlan } from '../activities/clean/begin.ts'
import type { SyncState } from '../config/temporal-names.ts'
import { nudge, retry, SYNC_STATE, status } from './messages.ts'
import { Trouble } from './settle.ts'
import { orTrouble, providerActivities, record } from './steps.ts'

export type CleanWorkflowInput = { readonly connectionId: string }

/** Between two tries while a service does not answer, or refuses its key. */
const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 5 * 60_000

const LOOK_AGAIN_MS = 1_000

const WAITS = `Waits: a service does not answer, or refuses its key; "dealbridge status" says which.

It tries again by itself, every five minutes at the least; signal \`retry\` has it try now. "dealbridge connect remove <name>"
without --clean ends it and leaves what was written.`

type Stage = 'waiting' | 'looking' | 'cleaning' | 'homes' | 'notes'

/** Trouble of one service leaves the others alone; false: there is more to be done about this one. */
async function troubled(error: unknown, connectionId: string): Promise<false> {
  if (!(error instanceof Trouble)) throw error
  if (error.kind === 'auth')
    await record.noteTrouble({ connectionId, state: 'auth-failed', note: error.message })
  return false
}

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
    await condition(() => wakes !== before, ms, { summary: 'until it looks again whether it can go on' })
  }
  const show = (state: SyncState) => {
    setCurrentDetails(state === 'waiting' ? WAITS : '')
    if (patched('shows-waits')) upsertSearchAttributes([{ key: SYNC_STATE, value: state }])
  }

  /** One account; trouble of its service leaves the others alone. Gives back whether everything in it is done. */
  const cleanAccount = async ({
    connectionId,
    provider,
  }: CleanPlan['accounts'][number]): Promise<boolean> => {
    const activities = providerActivities(provider, 'poll')
    const account = { connectionId, leavingId }
    try {
      stage = 'looking'
      await orTrouble(activities.lookForLeftovers(account))
      stage = 'cleaning'
      for (let more = true; more; ) {
        const left = await orTrouble(activities.cleanTasks(account))
        more = left.more
        if (left.waitMs > 0) await rest(Math.min(left.waitMs, FIRST_REST_MS))
        if (more && workflowInfo().continueAsNewSuggested) await continueAsNew<typeof clean>(input)
      }
      stage = 'homes'
      await orTrouble(activities.cleanHomes(account))
      return true
    } catch (error) {
      return troubled(error, connectionId)
    }
  }

  const cleanNotes = async ({ connectionId, provider }: CleanPlan['accounts'][number]): Promise<boolean> => {
    stage = 'notes'
    try {
      for (let more = true; more; ) {
        const left = await orTrouble(
          providerActivities(provider, 'poll').cleanNotes({ connectionId, leavingId }),
        )
        more = left.more
        if (left.waitMs > 0) await rest(Math.min(left.waitMs, FIRST_REST_MS))
        if (more && workflowInfo().continueAsNewSuggested) await continueAsNew<typeof clean>(input)
      }
      return true
    } catch (error) {
      return troubled(error, connectionId)
    }
  }

  for (let troubles = 0; ; ) {
    const { over, waitMs, accounts, notes = [] } = await record.beginClean(input)
    if (over) return
    if (waitMs > 0) {
      // Most answers come long before the last moment for them.
      await rest(Math.min(waitMs, LOOK_AGAIN_MS))
      continue
    }
    let done = true
    for (const account of accounts) done = (await cleanAccount(account)) && done
    // Runs from before there were any have no such plan, and replay as they were.
    for (const account of notes) done = (await cleanNotes(account)) && done
    if (done) {
      await record.finishClean(input)
      return
    }
    stage = 'waiting'
    show('waiting')
    await rest(Math.min(FIRST_REST_MS * 2 ** troubles, LONGEST_REST_MS))
    show('syncing')
    troubles += 1
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof clean>(input)
  }
}
