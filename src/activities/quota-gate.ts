import { setTimeout } from 'node:timers/promises'
import type { Provider, QuotaGate } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { learnQuota, type QuotaPriority, takeSlot } from '../store/quota.ts'
import type { Deps } from './deps.ts'

/** Who asks, at which priority. `signal` ends a wait; absent where nobody would end it. */
type Asker = {
  readonly connectionId: string
  readonly priority: QuotaPriority
  readonly signal?: AbortSignal
  /** Goes on with what others have asked for: its first request waits, too. */
  readonly goesOn?: boolean
  /** Its requests write, and are counted as such. */
  readonly forWrite?: boolean
}

/** So long one attempt waits for slots in all (milliseconds), well inside what a call may take. */
const PATIENCE_MS = 5_000

/**
 * The connection's budget in the record, for one attempt of an activity. Its first request does not wait: without a free
 * slot the attempt ends before it has begun, and holds nobody up meanwhile. One that has asked for something already waits here
 * for its next slots, one after another, as long as that is short: begun anew it would ask for all of it again, and where
 * slots come one by one it would never get further.
 */
export function gateOf(
  deps: Pick<Deps, 'db' | 'log' | 'pause'>,
  provider: Provider,
  asker: Asker,
): QuotaGate {
  const { signal, goesOn = false } = asker
  const { pause = pauseHere } = deps
  let asked = goesOn
  let patienceMs = PATIENCE_MS
  let last: Promise<unknown> = Promise.resolve()
  const take = async (context: string) => {
    for (;;) {
      const answer = await askForSlot(deps, provider, asker, context)
      if ('askedAt' in answer) {
        asked = true
        return answer
      }
      const { retryAfterMs } = answer
      if (!asked || retryAfterMs > patienceMs) throw usedUp(provider, retryAfterMs)
      patienceMs -= retryAfterMs
      await pause(retryAfterMs, signal)
    }
  }
  return {
    take(context) {
      const next = last.then(() => take(context))
      last = next.catch(() => undefined)
      return next
    },
    learn: (news) => learn(deps, asker, news),
  }
}

async function pauseHere(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal })
}

/** For requests that write, which are counted apart. It never waits: a write has little time, and keeps what it has done. */
export function writingGateOf(
  deps: Pick<Deps, 'db' | 'log'>,
  provider: Provider,
  asker: Pick<Asker, 'connectionId' | 'priority'>,
): QuotaGate {
  return {
    async take(context) {
      const answer = await askForSlot(deps, provider, { ...asker, forWrite: true }, context)
      if ('askedAt' in answer) return answer
      throw usedUp(provider, answer.retryAfterMs)
    },
    learn: (news) => learn(deps, asker, news),
  }
}

/** A slot, or how long there is none. */
async function askForSlot(
  { db }: Pick<Deps, 'db'>,
  { kind, quota }: Provider,
  { connectionId, priority, forWrite = false }: Asker,
  context: string,
): ReturnType<typeof takeSlot> {
  const known = quota.find((one) => one.context === context)
  if (known === undefined) throw new Error(`${kind} has no rate context ${context}`)
  return takeSlot(db, connectionId, known, priority, forWrite)
}

function usedUp({ kind }: Provider, retryAfterMs: number): ProviderError {
  return new ProviderError({
    kind: 'rate-limited',
    provider: kind,
    message: `The request budget of ${kind} is used up for now`,
    retryAfterMs,
  })
}

/** Best effort: the next refusal teaches the same lesson. */
function learn(
  deps: Pick<Deps, 'db' | 'log'>,
  { connectionId }: Pick<Asker, 'connectionId'>,
  news: Parameters<QuotaGate['learn']>[0],
): void {
  learnQuota(deps.db, connectionId, news).catch((error: unknown) =>
    deps.log.warn({ connectionId, error }, 'a quota notice was not stored'),
  )
}
