export const PROBE_STATES = ['ok', 'differs', 'failed'] as const
export type ProbeState = (typeof PROBE_STATES)[number]

/**
 * One fact of a service, found out by a write test. `ms`: how long it took (milliseconds), where that was measured. `differs`: it is
 * not as Dealbridge takes it to be.
 */
export type Probe = {
  readonly connection: string
  readonly fact: string
  readonly state: ProbeState
  readonly words: string
  readonly ms: number | null
}

/** What a write test of one connection found; `exit` null: nothing was in its way. */
export type WriteTested = { readonly probes: readonly Probe[]; readonly exit: 2 | 3 | 4 | null }

/** Gathers the facts of one connection. `told`: hears of each at once. */
export class Probes {
  readonly #connection: string
  readonly #told: (probe: Probe) => void
  readonly found: Probe[] = []

  constructor(connection: string, told: (probe: Probe) => void) {
    this.#connection = connection
    this.#told = told
  }

  add(fact: string, state: ProbeState, words: string, ms: number | null = null): void {
    const probe = {
      connection: this.#connection,
      fact,
      state,
      words,
      ms: ms === null ? null : Math.round(ms),
    }
    this.found.push(probe)
    this.#told(probe)
  }
}
