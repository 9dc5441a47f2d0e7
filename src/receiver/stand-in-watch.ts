import { WORKER_AWAY_MS } from '../activities/alerts/findings.ts'
import { lookForTrouble } from '../activities/alerts/look-for-trouble.ts'
import { sendMessages } from '../activities/alerts/send-messages.ts'
import type { WatchDeps } from '../activities/alerts/watch-deps.ts'
import { messageOf } from '../config/errors.ts'
import { sinceWorkerLook } from '../store/watch.ts'
import { lookAgainAndAgain } from '../worker/look-again.ts'

const EVERY_MS = 60_000

/**
 * Looks for trouble, and tells of it, while no worker does: one that is away, or whose Temporal is, could not tell of itself. Where
 * a worker has never looked there is nothing to miss.
 */
export async function standIn(deps: WatchDeps, signal: AbortSignal): Promise<boolean> {
  const ms = await sinceWorkerLook(deps.db)
  if (ms === null || ms < WORKER_AWAY_MS) return false
  const { send } = await lookForTrouble(deps, { by: 'receiver' })
  if (send) await sendMessages(deps, signal)
  return true
}

export function keepStandingIn(deps: WatchDeps): { stop(): Promise<void> } {
  const ending = new AbortController()
  const look = async () => {
    if (ending.signal.aborted) return
    try {
      await standIn(deps, ending.signal)
    } catch (error) {
      deps.log.debug({ reason: messageOf(error) }, 'nobody could look for trouble; it is tried again')
    }
  }
  const looking = lookAgainAndAgain(look, EVERY_MS)
  return {
    async stop() {
      ending.abort()
      await looking.stop()
    },
  }
}
