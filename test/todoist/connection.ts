import type { Connection, QuotaGate, QuotaNews } from '../../src/providers/contract.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'

/** A gate that counts: `taken` are the rate contexts in order, `news` what it was told. */
export type CountingGate = QuotaGate & { readonly taken: string[]; readonly news: QuotaNews[] }

/** The nth slot of all gates has the nth microsecond, so that slots of one test sort. */
let slots = 0

/** Gives `most` slots and refuses the next. `start`: the database time of the slots. */
export function countingGate(most = Number.POSITIVE_INFINITY, start = '2026-11-21T10:00:00'): CountingGate {
  const taken: string[] = []
  const news: QuotaNews[] = []
  return {
    taken,
    news,
    async take(context) {
      if (taken.length >= most)
        throw new ProviderError({
          kind: 'rate-limited',
          provider: 'test',
          message: 'No slot',
          retryAfterMs: 700,
        })
      taken.push(context)
      slots += 1
      return { askedAt: `${start}.${String(slots).padStart(6, '0')}Z` }
    },
    learn: (one) => news.push(one),
  }
}

export function todoistConnection(
  baseUrl: string,
  options: Partial<Pick<Connection, 'id' | 'credentials' | 'signal' | 'cursor' | 'gate'>> = {},
): Connection {
  return {
    id: 'todo',
    baseUrl,
    credentials: { token: 'token-1' },
    facts: null,
    gate: countingGate(),
    signal: new AbortController().signal,
    cursor: null,
    ...options,
  }
}
