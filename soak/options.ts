import { parseArgs } from 'node:util'
import { PAIRS } from '../test/histories/lists/pairs.ts'
import { FAST_PAIRS, type FastPair, SIMULATED } from './progress.ts'

export type SoakOptions = {
  /** So many histories in one process each, from `seed` on. */
  readonly fast: number
  /** So many histories over the whole product, from `seed` on. */
  readonly real: number
  /** So many histories of a hundred stage moves, from `seed` on. */
  readonly deals: number
  readonly seed: number
  /** Between which services the fast ones play. */
  readonly pair: FastPair
  /** Processes for the fast ones. */
  readonly workers: number
  /** Whole products at once for the real ones. */
  readonly stands: number
  /** The story of every real history, not only of those that fail. */
  readonly story: boolean
  readonly json: boolean
  readonly help: boolean
}

export const USAGE = `npm run soak -- [options]

  --fast N      histories without Temporal, seeds S to S+N-1 (default 1000; with --real none)
  --real N      histories over everything that runs, with processes killed, seeds S to S+N-1 (default none)
  --deals N     histories of a hundred stage moves of deals, seeds S to S+N-1 (default none; without --fast, these alone)
  --pair P      services of the fast ones: ${SIMULATED} (the default), or lists of two task
                apps that are in step, over a real Radicale: ${PAIRS.join(' or ')}
  --seed S      the first seed (default: another one each time)
  --workers W   processes for fast histories (default 2)
  --stands P    whole products side by side for real histories (default 3)
  --story       the story of each real history, not only of those that fail
  --json        nothing but the result on stdout

The last line of stdout is the result as JSON. A history that fails is printed with its seed and its story; a
fast one is made shorter first, a real one names a folder with the logs. Exit code 1 when one failed.
`

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): SoakOptions | string {
  const options = {
    fast: { type: 'string' },
    real: { type: 'string' },
    deals: { type: 'string' },
    pair: { type: 'string', default: SIMULATED },
    seed: { type: 'string' },
    workers: { type: 'string', default: '2' },
    stands: { type: 'string', default: '3' },
    story: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    const seed = values.seed ?? String(1 + (Date.now() % 1_000_000_000))
    const { workers, stands } = values
    const others = values.real ?? values.deals
    const fast = values.fast ?? (others === undefined ? '1000' : '0')
    const real = values.real ?? '0'
    const deals = values.deals ?? '0'
    const asked = { fast: values.fast, real: values.real, deals: values.deals, seed, workers, stands }
    for (const [name, text] of Object.entries(asked))
      if (text !== undefined && !/^[1-9]\d{0,9}$/u.test(text))
        return `--${name} takes a whole number from 1 on, not ${text}`
    const pair = FAST_PAIRS.find((one) => one === values.pair)
    if (pair === undefined) return `--pair takes ${FAST_PAIRS.join(', ')}, not ${values.pair}`
    return {
      pair,
      fast: Number(fast),
      real: Number(real),
      deals: Number(deals),
      seed: Number(seed),
      workers: Number(workers),
      stands: Number(stands),
      story: values.story,
      json: values.json,
      help: values.help,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
