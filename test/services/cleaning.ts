import { beginClean, finishClean } from '../../src/activities/clean/begin.ts'
import { cleanHomes } from '../../src/activities/clean/clean-homes.ts'
import { cleanTasks } from '../../src/activities/clean/clean-tasks.ts'
import { lookForLeftovers } from '../../src/activities/clean/look.ts'
import type { Deps } from '../../src/activities/deps.ts'

/** What the workflow `clean` does, without Temporal. */
export async function cleanHere(deps: Deps, connectionId: string): Promise<void> {
  const { signal } = new AbortController()
  const { accounts } = await beginClean(deps, { connectionId })
  for (const account of accounts) {
    const input = { connectionId: account.connectionId, leavingId: connectionId }
    await lookForLeftovers(deps, input, signal)
    while ((await cleanTasks(deps, input, signal)).more);
    await cleanHomes(deps, input, signal)
  }
  await finishClean(deps, { connectionId })
}
