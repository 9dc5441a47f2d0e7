import type { SetupNeed, SetupPlan } from '../activities/setup/open.ts'
import type { SetupCounts } from '../activities/setup/preview.ts'
import type { SetupShown } from '../activities/setup/propose.ts'
import { Trouble } from './settle.ts'
import { orTrouble, own, providerActivities, record } from './steps.ts'

/** `nextPull`: a name that no pull of this run had before. */
export type LookInput = {
  readonly accounts: SetupPlan['accounts']
  readonly routeId: string
  readonly nextPull: () => string
}

/** What both accounts came to; or what is missing. */
export type Looked =
  | { readonly needs: readonly SetupNeed[] }
  | { readonly needs: null; readonly shown: SetupShown; readonly counts: SetupCounts }

/** Tries the keys of both accounts, looks at all of them, proposes what is not said yet, and previews the first sync. */
export async function lookAndPropose({ accounts, routeId, nextPull }: LookInput): Promise<Looked> {
  // Whose trouble it is.
  let at: string | null = null
  try {
    for (const { connectionId, provider } of accounts) {
      at = connectionId
      await orTrouble(providerActivities(provider, 'change').check({ connectionId }))
    }
    const failed = await pullAll(accounts, nextPull())
    if (failed.length > 0) return { needs: failed }
    for (const { connectionId, provider } of accounts) {
      at = connectionId
      await orTrouble(providerActivities(provider, 'change').survey({ connectionId, routeId }))
    }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    return { needs: [{ connectionId: at, kind: error.kind, words: error.message }] }
  }
  const { shown, changed } = await record.proposeSetup({ routeId })
  // What lies in projects that it uses is seen by a look that knows of it.
  const failed = changed ? await pullAll(accounts, nextPull()) : []
  if (failed.length > 0) return { needs: failed }
  return { needs: null, shown, counts: await own.previewSetup({ routeId }) }
}

/** Has both looked at completely; what could not be. */
async function pullAll(accounts: SetupPlan['accounts'], name: string): Promise<readonly SetupNeed[]> {
  const looked = await Promise.all(
    accounts.map(({ connectionId }) =>
      own.pullThrough({ connectionId, mode: 'complete', updateId: `${name}-${connectionId}`, asked: true }),
    ),
  )
  return accounts
    .filter((_, at) => looked[at]?.failed === true)
    .map(({ connectionId }) => ({ connectionId, kind: 'transient', words: 'it could not be looked at' }))
}
