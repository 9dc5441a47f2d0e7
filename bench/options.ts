import { parseArgs } from 'node:util'

/** The benchmarks, with the size each has when none is given: tasks; for `latency` changes in each direction. */
export const BENCHMARKS = {
  'first-sync': { size: 1000, what: 'a book of N tasks into an empty Todoist: time, requests, memory' },
  latency: {
    size: 100,
    what: 'N single changes in each direction with webhooks on: time until they are written',
  },
  stages: { size: 40, what: 'N stage changes of deals with 12 open tasks, webhooks on: time, requests' },
  burst: { size: 500, what: 'N tasks edited at once on one side, then on the other: time, requests, memory' },
  budget: {
    size: 2000,
    what: 'a first sync of N tasks from Todoist inside the rate limits, and changes made meanwhile',
  },
  'quiet-hour': {
    size: 10_000,
    what: 'an hour of N tasks that nobody changes, compressed: requests and Temporal actions',
  },
  deliveries: {
    size: 10_000,
    what: 'N webhook deliveries in 60 s, twice, a third forged or doubled: answers, memory',
  },
  outages: { size: 40, what: 'each part away for a minute, with N tasks: what is said of it, nothing lost' },
  restart: { size: 500, what: 'a first sync of N tasks through ten SIGKILLs: nothing lost, nothing doubled' },
  caldav: {
    size: 1000,
    what: 'two CalDAV accounts with N tasks on one Radicale, beside vdirsyncer: time, requests',
  },
  simulators: {
    size: 20_000,
    what: 'both simulated services with N tasks each: time of their answers, a page under 20 ms',
  },
} as const

export type BenchmarkName = keyof typeof BENCHMARKS

export interface BenchOptions {
  name: BenchmarkName
  size: number
  json: boolean
  /** Milliseconds between two changes. */
  every: number
  /** Of the simulated accounts and of every random moment. */
  seed: number
  /** first-sync: active deals, whose people's the tasks are. */
  deals: number | undefined
  /** deliveries: over how long they come; outages: how long each part is away; quiet-hour: how long an hour takes. */
  seconds: number
  /** deliveries: how often so many come. */
  rounds: number
  /** latency: false without deliveries. */
  webhooks: boolean
  help: boolean
}

export const USAGE = `npm run bench -- <name> [options]
${Object.entries(BENCHMARKS)
  .map(([name, { size, what }]) => `  ${name.padEnd(12)}${what} (N = ${size})\n`)
  .join('')}
  --size N    how many
  --json      one JSON object as the last line of stdout
  --deals N   first-sync: so many deals in twelve stages, into whose sections the tasks go
  --every MS  latency, budget: milliseconds between two changes (2000)
  --no-webhooks  latency: without deliveries, by polls every 2 s
  --seconds S  deliveries: over how long they come (60); outages: how long each part is away (60);
              quiet-hour: how long an hour takes (300)
  --rounds N  deliveries: how often so many come (2)
  --seed N    of the accounts and of every random moment (1)
Exit codes: 0 done · 1 something was lost or doubled, or a limit was exceeded · 2 usage
`

const MOST = 1_000_000

/** The options of the command line, or what is wrong with them. */
export function readOptions(args: string[]): BenchOptions | string {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const { values, positionals } = parsed
  const help = values.help === true
  const [name = help ? 'first-sync' : '', ...more] = positionals
  if (!isBenchmark(name)) {
    const known = Object.keys(BENCHMARKS).join(', ')
    return name === ''
      ? `Name a benchmark: ${known}.`
      : `There is no benchmark "${name}"; there are ${known}.`
  }
  if (more.length > 0) return `One benchmark at a time, not ${positionals.join(' ')}.`
  const size = whole(values.size, BENCHMARKS[name].size)
  const every = whole(values.every, 2_000)
  const seconds = whole(values.seconds, secondsOf(name))
  const seed = whole(values.seed, 1)
  const rounds = whole(values.rounds, 2)
  if (size === undefined || size === 0) return `--size must be a whole number from 1 to ${MOST}.`
  if (every === undefined) return `--every must be milliseconds, 0 to ${MOST}.`
  if (seconds === undefined || seconds === 0) return `--seconds must be a whole number from 1 to ${MOST}.`
  if (rounds === undefined || rounds === 0) return `--rounds must be a whole number from 1 to ${MOST}.`
  if (seed === undefined) return `--seed must be a whole number, 0 to ${MOST}.`
  const deals = values.deals === undefined ? undefined : whole(values.deals, 0)
  if (values.deals !== undefined && (deals === undefined || deals === 0))
    return `--deals must be a whole number from 1 to ${MOST}.`
  return {
    name,
    size,
    json: values.json === true,
    every,
    seed,
    seconds,
    rounds,
    deals,
    webhooks: values['no-webhooks'] !== true,
    help,
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      size: text,
      every: text,
      seed: text,
      seconds: text,
      rounds: text,
      deals: text,
      json: flag,
      'no-webhooks': flag,
      help: flag,
    },
  })
}

/** Of a benchmark that has none it is never read. */
function secondsOf(name: BenchmarkName): number {
  return name === 'quiet-hour' ? 300 : 60
}

function isBenchmark(name: string): name is BenchmarkName {
  return Object.hasOwn(BENCHMARKS, name)
}

function whole(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback
  return /^\d{1,7}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined
}
