import { setTimeout as pause } from 'node:timers/promises'
import { beginClean, finishClean } from '../../src/activities/clean/begin.ts'
import { cleanHomes } from '../../src/activities/clean/clean-homes.ts'
import { cleanNotes } from '../../src/activities/clean/clean-notes.ts'
import { cleanTasks } from '../../src/activities/clean/clean-tasks.ts'
import { lookForLeftovers } from '../../src/activities/clean/look.ts'
import type { Deps } from '../../src/activities/deps.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'

/** What the workflow `clean` does, without Temporal. */
export async function cleanHere(deps: Deps, connectionId: string): Promise<void> {
  const { signal } = new AbortController()
  const { accounts, notes = [] } = await beginClean(deps, { connectionId })
  for (const account of accounts) {
    const input = { connectionId: account.connectionId, leavingId: connectionId }
    await again(() => lookForLeftovers(deps, input, signal))
    for (let more = true; more; ) {
      const left = await again(() => cleanTasks(deps, input, signal))
      more = left.more
      if (left.waitMs > 0) await pause(left.waitMs)
    }
    await again(() => cleanHomes(deps, input, signal))
  }
  for (const account of notes) {
    const input = { connectionId: account.connectionId, leavingId: connectionId }
    for (let more = true; more; ) {
      const left = await again(() => cleanNotes(deps, input, signal))
      more = left.more
      if (left.waitMs > 0) await pause(left.waitMs)
    }
  }
  await finishClean(deps, { connectionId })
}

/** As Temporal would: an activity that a service has failed is run again. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      await pause(error.retryAfterMs ?? 0)
    }
  }
}
