import type { DbTime, QuotaContext, QuotaGate, QuotaNews } from '../../src/providers/contract.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'

/** The clock of a law, which stands in for the database's: real time and every move forward. */
export class TestTime {
  #offsetMs = 0
  #last = ''
  #nth = 0

  /** Milliseconds since the epoch. */
  now = (): number => Date.now() + this.#offsetMs

  advance(ms: number): void {
    this.#offsetMs += ms
  }

  /** No two are alike, and later ones sort after earlier ones. */
  stamp(): DbTime {
    const ms = new Date(this.now()).toISOString().slice(0, -1)
    this.#nth = ms === this.#last ? this.#nth + 1 : 0
    this.#last = ms
    return `${ms}${String(this.#nth).padStart(3, '0')}Z`
  }
}

/** A gate that counts: `taken` are the slots in order, `news` what it was told. */
export type TestGate = QuotaGate & {
  readonly taken: { readonly context: string; readonly askedAt: DbTime }[]
  readonly news: QuotaNews[]
}

export const REFUSED_FOR_MS = 700

/** Gives slots until `most` are taken. */
export function countingGate(time: TestTime, most = Number.POSITIVE_INFINITY): TestGate {
  return gate(time, (taken) => taken.length < most)
}

/** Gives exactly what the contexts allow, by sliding windows, and nothing at all of others. */
export function declaredGate(time: TestTime, contexts: readonly QuotaContext[]): TestGate {
  return gate(time, (taken, context) => {
    const rule = contexts.find((one) => one.context === context)
    if (rule === undefined) throw new Error(`The rate context "${context}" is not declared`)
    const since = new Date(time.now() - rule.windowMs).toISOString()
    return taken.filter((one) => one.context === context && one.askedAt > since).length < rule.limit
  })
}

function gate(time: TestTime, isFree: (taken: TestGate['taken'], context: string) => boolean): TestGate {
  const taken: TestGate['taken'] = []
  const news: QuotaNews[] = []
  return {
    taken,
    news,
    async take(context) {
      if (!isFree(taken, context))
        throw new ProviderError({
          kind: 'rate-limited',
          provider: 'gate',
          message: 'No slot is free',
          retryAfterMs: REFUSED_FOR_MS,
        })
      const slot = { context, askedAt: time.stamp() }
      taken.push(slot)
      return { askedAt: slot.askedAt }
    },
    learn: (one) => news.push(one),
  }
}
