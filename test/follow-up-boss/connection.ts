import type { AccountFacts, Connection, QuotaNews } from '../../src/providers/contract.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'

/** A connection whose gate counts slots, and gives none any more after `slots`. */
export type TestConnection = Connection & { readonly taken: string[]; readonly news: QuotaNews[] }

export const FACTS: AccountFacts = {
  accountId: '987654321',
  userId: '1',
  zone: 'America/New_York',
  seesEveryone: true,
  domain: 'example',
  limits: {},
  probes: {},
}

export function testConnection(
  baseUrl: string,
  options: Partial<Pick<Connection, 'facts' | 'credentials' | 'signal'>> & { slots?: number } = {},
): TestConnection {
  const taken: string[] = []
  const news: QuotaNews[] = []
  return {
    id: 'crm',
    baseUrl,
    credentials: { apiKey: 'fka_test', ...options.credentials },
    facts: options.facts === undefined ? FACTS : options.facts,
    signal: options.signal ?? new AbortController().signal,
    cursor: null,
    taken,
    news,
    gate: {
      async take(context) {
        if (taken.length >= (options.slots ?? Number.POSITIVE_INFINITY)) {
          const message = 'No slot is free'
          throw new ProviderError({ kind: 'rate-limited', provider: 'test', message, retryAfterMs: 700 })
        }
        taken.push(context)
        return { askedAt: slotTime(taken.length) }
      },
      learn: (one) => news.push(one),
    },
  }
}

/** The database time of the nth slot: the real time, made unique and rising by its microseconds. */
function slotTime(nth: number): string {
  const now = new Date().toISOString()
  return `${now.slice(0, -1)}${String(nth % 1000).padStart(3, '0')}Z`
}
