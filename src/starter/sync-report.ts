import type { DbTime } from '../core/db-time.ts'
import type { Db } from '../store/database.ts'
import { linkCounts, type RequestCount, requestCounts } from '../store/report.ts'
import { type OpCount, opCounts } from '../store/status.ts'
import type { HoldUp } from './held-up.ts'
import type { SideNames } from './side-names.ts'
import type { StatusReport } from './status-report.ts'

type Writes = { created: number; updated: number; completed: number; deleted: number }

/** `sync-once --json`. */
export type SyncReport = {
  readonly settled: boolean
  readonly routes: readonly {
    readonly route: string
    readonly left: Writes
    readonly right: Writes
    readonly linked: number
    readonly waiting: number
    readonly failed: number
    readonly ambiguous: number
  }[]
  readonly requests: Readonly<Record<string, { readonly read: number; readonly write: number }>>
  readonly seconds: number
}

/** What was there at the beginning, to count from. */
export type Beginning = {
  readonly since: DbTime
  readonly requests: readonly RequestCount[]
  readonly at: number
}

/** All that was done since `beginning`. `seconds`: wall clock, to the millisecond. */
export async function syncReport(db: Db, status: StatusReport, beginning: Beginning): Promise<SyncReport> {
  const [ops, links, requests] = await Promise.all([
    opCounts(db, beginning.since),
    linkCounts(db, beginning.since),
    requestCounts(db),
  ])
  return {
    settled: status.settled,
    routes: status.routes.map(({ route, waiting, failed }) => {
      const link = links.find((one) => one.route === route)
      return {
        route,
        left: writesOf(ops, route, 'left'),
        right: writesOf(ops, route, 'right'),
        linked: link?.linked ?? 0,
        waiting,
        failed,
        ambiguous: link?.ambiguous ?? 0,
      }
    }),
    requests: Object.fromEntries(requests.map((now) => [now.connection, spent(now, beginning.requests)])),
    seconds: Math.round(performance.now() - beginning.at) / 1000,
  }
}

function writesOf(ops: readonly OpCount[], route: string, side: 'left' | 'right'): Writes {
  const count = (verb: OpCount['verb']) =>
    ops
      .filter((op) => op.route === route && op.side === side && op.verb === verb && op.status === 'confirmed')
      .reduce((sum, op) => sum + op.count, 0)
  return {
    created: count('create'),
    updated: count('update'),
    completed: count('complete'),
    deleted: count('delete'),
  }
}

function spent(now: RequestCount, before: readonly RequestCount[]): { read: number; write: number } {
  const then = before.find((one) => one.connection === now.connection)
  const write = now.written - (then?.written ?? 0)
  return { read: now.taken - (then?.taken ?? 0) - write, write }
}

/** 0 done and settled, 3 some tasks wait or have failed, or a person must let the work go on (`held`), 1 not settled. */
export function syncExitCode(report: SyncReport, held: readonly HoldUp[] = []): 0 | 1 | 3 {
  if (held.some((one) => one.byPerson)) return 3
  if (report.routes.some((route) => route.waiting + route.failed + route.ambiguous > 0)) return 3
  return report.settled ? 0 : 1
}

/** The report for a person. `names`: by the route's name. */
export function syncLines(
  report: SyncReport,
  names: (route: string) => SideNames,
  held: readonly HoldUp[] = [],
): string[] {
  const lines = [
    `${report.settled ? 'Settled' : 'Not settled'} after ${report.seconds} s.`,
    ...held.map(({ words, way }) => `  ${words}, so nothing of it was written (${way})`),
  ]
  for (const route of report.routes) {
    const { left, right } = names(route.route)
    lines.push(`  route ${route.route}: ${sideWords(left, route.left)}; ${sideWords(right, route.right)}`)
    if (route.linked > 0) lines.push(`    ${route.linked} tasks were on both sides already and are linked`)
    if (route.waiting > 0) lines.push(`    ${route.waiting} waiting for you`)
    if (route.failed > 0) lines.push(`    ${route.failed} failed`)
  }
  for (const [name, { read, write }] of Object.entries(report.requests)) {
    lines.push(`  requests to ${name}: ${read} to read, ${write} to write`)
  }
  return lines
}

function sideWords(name: string, writes: Writes): string {
  const done = Object.entries(writes).filter(([, count]) => count > 0)
  const words = done.map(([what, count]) => `${count} ${what}`).join(', ')
  return `${name}: ${words === '' ? 'unchanged' : words}`
}
