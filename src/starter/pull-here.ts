import { setTimeout as pause } from 'node:timers/promises'
import type { Deps } from '../activities/deps.ts'
import { type PullInput, type PullOutput, pull } from '../activities/pull.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { connectionById } from '../store/connections.ts'
import type { RouteRow } from '../store/routes.ts'
import { PullFailed } from '../worker/workflow-calls.ts'
import { type LookContext, lookingDeps } from './first-sync.ts'
import { pullError } from './pull-route.ts'

/** Looks at both sides of a route completely, in this process and without a worker: nothing is written anywhere. */
export async function pullHere(
  context: LookContext & { readonly signal: AbortSignal },
  route: Pick<RouteRow, 'leftId' | 'rightId'>,
): Promise<void> {
  const deps = await lookingDeps(context)
  await Promise.all([route.leftId, route.rightId].map((id) => pullComplete(deps, id, context.signal)))
}

async function pullComplete(deps: Deps, connectionId: string, signal: AbortSignal): Promise<void> {
  for (let next = false, more = true; more; next = true) {
    more = (await patiently(deps, { connectionId, mode: 'complete', priority: 'poll', next }, signal)).more
  }
}

/** A budget that is used up is a matter of seconds; every other failure is for the person to know. */
async function patiently(deps: Deps, input: PullInput, signal: AbortSignal): Promise<PullOutput> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await pull(deps, input, signal)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      if (error.kind !== 'rate-limited') {
        const row = await connectionById(deps.db, input.connectionId)
        throw pullError(new PullFailed(error.kind, error.message), row)
      }
      await pause(error.retryAfterMs ?? 1_000, undefined, { signal }).catch(() => {})
    }
  }
}
