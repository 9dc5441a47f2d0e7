import { parseArgs } from 'node:util'

export type SoakOptions = {
  /** So many histories in one process each, from `seed` on. */
  readonly fast: number
  readonly seed: number
  /** Processes. */
  readonly workers: number
  readonly json: boolean
  readonly help: boolean
}

export const USAGE = `npm run soak -- [options]

  --fast N      histories without Temporal, seeds S to S+N-1 (default 1000)
  --seed S      the first seed (default: another one each time)
  --workers W   processes (default 2)
  --json        nothing but the result on stdout

The last line of stdout is the result as JSON. A history that fails is made shorter, and printed with its seed and
its story. Exit code 1 when one failed.
`

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): SoakOptions | string {
  const options = {
    fast: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    workers: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    const seed = values.seed ?? String(1 + (Date.now() % 1_000_000_000))
    for (const [name, text] of Object.entries({ fast: values.fast, seed, workers: values.workers }))
      if (!/^[1-9]\d{0,9}$/u.test(text)) return `--${name} takes a whole number from 1 on, not ${text}`
    return {
      fast: Number(values.fast),
      seed: Number(seed),
      workers: Math.min(Number(values.workers), Number(values.fast)),
      json: values.json,
      help: values.help,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
