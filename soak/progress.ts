import { PAIRS } from '../test/histories/lists/pairs.ts'

/** What a process that plays histories tells of each. `failure`: for a person, when a rule was broken. */
export type Told = {
  readonly seed: number
  readonly lost: number
  readonly doubled: number
  readonly unsettled: number
  readonly windows: number
  readonly asked: number
  readonly failure: string | null
}

/** The services of the kind of histories over both simulators. */
export const SIMULATED = 'follow-up-boss-todoist'
export const FAST_PAIRS = [SIMULATED, ...PAIRS] as const
export type FastPair = (typeof FAST_PAIRS)[number]

/** What is played fast: histories between two services, or of deals that come from stage to stage. */
export type FastKind = FastPair | 'deals'

/** What a process is told to play: seeds from `seed` on, each `step`-th, below `end`. */
export type Share = {
  readonly kind: FastKind
  readonly url: string
  readonly seed: number
  readonly end: number
  readonly step: number
}

export type Totals = Omit<Told, 'seed' | 'failure'> & { readonly histories: number; readonly failed: number }

export const NOTHING: Totals = {
  histories: 0,
  failed: 0,
  lost: 0,
  doubled: 0,
  unsettled: 0,
  windows: 0,
  asked: 0,
}

export function plus(totals: Totals, told: Told): Totals {
  return {
    histories: totals.histories + 1,
    failed: totals.failed + (told.failure === null ? 0 : 1),
    lost: totals.lost + told.lost,
    doubled: totals.doubled + told.doubled,
    unsettled: totals.unsettled + told.unsettled,
    windows: totals.windows + told.windows,
    asked: totals.asked + told.asked,
  }
}

/** The result for a program. `seed`: where it began, so that the same can be played again. */
export function resultOf(
  { fast, real, deals }: Readonly<Record<'fast' | 'real' | 'deals', Totals>>,
  seed: number,
  fastMs: number,
) {
  const sum = (what: 'lost' | 'doubled' | 'unsettled') => fast[what] + real[what] + deals[what]
  return {
    fast: {
      histories: fast.histories,
      perMinute: Math.round((fast.histories / Math.max(fastMs, 1)) * 60_000),
    },
    real: { histories: real.histories },
    ...(deals.histories === 0 ? {} : { deals: { histories: deals.histories } }),
    lost: sum('lost'),
    doubled: sum('doubled'),
    unsettled: sum('unsettled'),
    seed,
  }
}
