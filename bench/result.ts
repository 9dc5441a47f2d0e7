import type { HopSplit } from './hops.ts'
import type { Outage } from './outage.ts'
import type { Percentiles } from './percentiles.ts'
import type { TemporalActions } from './temporal-actions.ts'

export interface RequestCounts {
  read: number
  write: number
}

/** What each service had to answer. */
export type Requests = Record<'follow-up-boss' | 'todoist', RequestCounts>

/** One part of benchmark `caldav`, by one program: medians over the rounds. */
export interface PartFigures {
  seconds: number
  /** Of the server's own time, added up over the requests, their waits for each other included. */
  serverSeconds: number
  requests: RequestCounts
}

/** Dealbridge's seconds in units of vdirsyncer's. */
export type Ratio = Record<'firstSync' | 'edits' | 'empty', number>

/** What an account costs in an hour in which nobody changes anything. */
export interface QuietHour {
  requests: Requests
  /** Looks at everything that ended in it, at both services. */
  completeLooks: number
  temporalActions: TemporalActions
}

/** The object that `--json` prints. What a benchmark does not measure is left out. */
export interface BenchResult {
  name: string
  size: number
  seconds: number
  requests?: Requests | Record<'caldav', RequestCounts>
  /** How long a service takes to answer, by what is asked. */
  answersMs?: Record<string, Percentiles & { max: number }>
  latencyMs?: { leftToRight: Percentiles; rightToLeft: Percentiles }
  /** `latency`: the same time, split by what a change came to on its way. */
  hopsMs?: { leftToRight: HopSplit; rightToLeft: HopSplit }
  /** `quiet-hour`: of one hour. */
  quietHour?: Record<'withoutWebhooks' | 'withWebhooks', QuietHour>
  /** `outages`: by the part that was away. */
  outages?: Record<string, Outage>
  /** `deliveries`: of the receiver, before the first one, and the least in each round. */
  receiverRssMb?: { start: number; rounds: readonly number[] }
  /** `stages`: from the CRM's acknowledgement until all is where it belongs. */
  stageChangeMs?: Percentiles
  ops?: { created: number; updated: number; completed: number; deleted: number }
  lost: number
  duplicated: number
  secondPassWrites?: number
  /** `caldav`: what comes after the first sync, by its parts. */
  passes?: Record<string, PartFigures>
  /** `caldav`: the same by vdirsyncer, on the same data. */
  vdirsyncer?: Record<string, PartFigures>
  ratio?: Ratio
  /** Requests that a service refused because of their number. */
  rateLimited?: number
  /** Seconds in units of the least that the services' limits allow. */
  ofLeastTime?: number
  peakRssMb?: { worker: number; temporal: number; postgres: number }
}

export interface Outcome {
  result: BenchResult
  /** More that a person may want to know. */
  notes: string[]
  /** Why the exit code is 1; none when it is 0. */
  failures: string[]
}

export function writesOf(requests: Requests): number {
  return requests['follow-up-boss'].write + requests.todoist.write
}

export function totalOf(requests: Requests): number {
  return writesOf(requests) + requests['follow-up-boss'].read + requests.todoist.read
}

export function addRequests(all: readonly Requests[]): Requests {
  const sum = (service: keyof Requests) => ({
    read: all.reduce((total, one) => total + one[service].read, 0),
    write: all.reduce((total, one) => total + one[service].write, 0),
  })
  return { 'follow-up-boss': sum('follow-up-boss'), todoist: sum('todoist') }
}

/** What came after an earlier count. */
export function takeRequests(now: Requests, before: Requests): Requests {
  const since = (service: keyof Requests) => ({
    read: now[service].read - before[service].read,
    write: now[service].write - before[service].write,
  })
  return { 'follow-up-boss': since('follow-up-boss'), todoist: since('todoist') }
}

/** The result as a table for a person. */
export function resultLines({ result, notes, failures }: Outcome): string[] {
  const { requests, answersMs, latencyMs, ops, peakRssMb } = result
  const rows: [string, string][] = [['seconds', String(result.seconds)]]
  for (const [service, { read, write }] of Object.entries(requests ?? {}))
    rows.push([`requests to ${service}`, `${read} read, ${write} write`])
  for (const [asked, { p50, p95, p99, max, n }] of Object.entries(answersMs ?? {}))
    rows.push([asked, `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, max ${max} ms (n = ${n})`])
  for (const [direction, { p50, p95, p99, n }] of Object.entries(latencyMs ?? {}))
    rows.push([`latency ${direction}`, `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms (n = ${n})`])
  if (ops !== undefined) rows.push(['confirmed writes', countWords(ops)])
  rows.push(['lost', String(result.lost)], ['duplicated', String(result.duplicated)])
  if (result.secondPassWrites !== undefined)
    rows.push(['writes of a second pass', String(result.secondPassWrites)])
  if (result.rateLimited !== undefined) rows.push(['requests refused with 429', String(result.rateLimited)])
  if (result.ofLeastTime !== undefined) rows.push(['of the least time', `${result.ofLeastTime} ×`])
  for (const [part, ratio] of Object.entries(result.ratio ?? {}))
    rows.push([`of vdirsyncer's time, ${part}`, `${ratio} ×`])
  if (peakRssMb !== undefined) rows.push(['peak memory, MB', countWords(peakRssMb)])
  const width = Math.max(28, ...rows.map(([name]) => name.length + 1))
  return [
    `${result.name}, size ${result.size}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`),
    ...notes.map((note) => `  ${note}`),
    ...failures.map((failure) => `FAILED: ${failure}`),
  ]
}

function countWords(counts: object): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
