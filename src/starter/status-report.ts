import type { Db } from '../store/database.ts'
import type { Stopped } from '../store/endings.ts'
import type { NoteCounts } from '../store/notes.ts'
import { propertyTroubles } from '../store/property-files.ts'
import {
  type ConnectionStatus,
  connectionStatus,
  type DealCounts,
  type RouteStatus,
  routeStatus,
} from '../store/status.ts'
import { type TeamStatus, teamStatus } from '../store/team-status.ts'
import { asTyped, quoted } from './command-name.ts'
import { dealTrouble } from './deal-words.ts'
import { connectionWay, heldUp, routeWay } from './held-up.ts'
import { noteCountLines } from './note-lines.ts'
import { type PropertyTrouble, propertyLines, withProperties } from './property-lines.ts'
import { takenBack } from './rollback-lines.ts'
import { counted } from './task-words.ts'
import { teamLines } from './team-lines.ts'

/** `status --json`, and what every wait for "settled" looks at. */
export type StatusReport = {
  readonly settled: boolean
  /** `stopped`, `rolledBack`, `broken`, `deals`, `notes`, `propertyFacts`: only where there is something to tell. */
  readonly routes: readonly (Omit<
    RouteStatus,
    'filled' | 'stopped' | 'rolledBack' | 'broken' | 'deals' | 'notes'
  > & {
    readonly notes?: NoteCounts
    readonly stopped?: Stopped
    readonly rolledBack?: number
    readonly broken?: number
    readonly deals?: DealCounts
    readonly propertyFacts?: PropertyTrouble
  })[]
  /** Only where there is something to tell. */
  readonly teams?: readonly TeamStatus[]
  readonly connections: readonly (Omit<ConnectionStatus, 'note'> & { readonly note?: string })[]
}

/** Settled: every route has had its first sync and no pair or deal is pending, every connection answers, nothing is stopped. */
export async function readStatus(db: Db): Promise<StatusReport> {
  const [routes, connections, properties, all] = await Promise.all([
    routeStatus(db),
    connectionStatus(db),
    propertyTroubles(db),
    teamStatus(db),
  ])
  const teams = all.filter(({ ofNobody, gone }) => ofNobody.length + gone.length > 0)
  const report = withProperties(reportOf(routes, connections), properties)
  return teams.length === 0 ? report : { ...report, teams }
}

export function reportOf(
  routes: readonly RouteStatus[],
  connections: readonly ConnectionStatus[],
): StatusReport {
  const quiet = routes.every(
    (route) => route.filled && route.pending === 0 && (route.state === 'active' || route.state === 'paused'),
  )
  return {
    settled: routes.length > 0 && quiet && connections.every((one) => one.state === 'ok'),
    routes: routes.map(({ filled: _, stopped, rolledBack, broken, deals, notes, ...route }) => ({
      ...route,
      ...(stopped && { stopped }),
      ...(rolledBack > 0 && { rolledBack }),
      ...(broken > 0 && { broken }),
      ...(notes !== null && { notes }),
      ...((deals.deals > 0 || deals.waiting + deals.failed > 0) && { deals }),
    })),
    connections: connections.map(({ note, ...one }) => ({
      ...one,
      ...(note === null || one.state === 'ok' ? {} : { note }),
    })),
  }
}

/** 0 healthy (settled or at work), 3 something waits, has failed or is stopped, 4 a service cannot be reached. */
export function statusExitCode(report: StatusReport): 0 | 3 | 4 {
  if (report.connections.some((one) => one.state === 'unreachable')) return 4
  const held = report.connections.some((one) => one.state !== 'ok')
  const stuck = report.routes.some(
    (route) =>
      route.waiting + (route.deals?.waiting ?? 0) > 0 ||
      route.failed + (route.deals?.failed ?? 0) > 0 ||
      (route.broken ?? 0) > 0 ||
      route.state === 'stopped' ||
      route.state === 'draft',
  )
  return held || stuck || report.routes.length === 0 ? 3 : 0
}

/** The report as lines for a person. */
export function statusLines(report: StatusReport): string[] {
  const routes = report.routes.flatMap((route) => [
    `  route ${route.route}: ${routeWord(route)}, ${route.pairs} pairs, ${route.pending} pending, ` +
      `${route.waiting} waiting for you, ${route.failed} failed`,
    ...stoppedLines(route),
    ...(route.broken === undefined
      ? []
      : [
          `    ${brokenWords(route.broken)}: a list of it was deleted or archived, and its tasks are let go; new ones wait`,
        ]),
    ...dealLines(route.deals),
    ...noteCountLines(route.notes),
    ...propertyLines(route.propertyFacts),
    ...(route.rolledBack === undefined
      ? []
      : [
          `    ${takenBack(route.rolledBack)}, as the other side refused it: ${quoted('conflicts')} says which and why`,
        ]),
  ])
  const connections = report.connections.flatMap((one) => [
    `  connection ${one.connection}: ${connectionWord(one)}, ${lagWords(one.lag)}`,
    ...(one.note === undefined ? [] : [`    ${asTyped(one.note)}`]),
  ])
  if (routes.length === 0)
    routes.push(`  no route yet: ${quoted('route add')} makes one between two connections`)
  const advice = listed(report) ? [`  which, why, and what now: ${quoted('conflicts')}`] : []
  return [headline(report), ...routes, ...advice, ...teamLines(report.teams ?? []), ...connections]
}

/** Whether `conflicts` lists any of what is held up. Of deals it has those whose section is gone: only these are a question. */
function listed(report: StatusReport): boolean {
  return report.routes.some(
    ({ waiting, failed, broken = 0, deals }) =>
      waiting + failed + broken > 0 || deals?.reasons.some(({ reason }) => reason === 'home-gone') === true,
  )
}

/** Deals of which somebody has to see to something. */
function dealLines(deals: DealCounts | undefined): string[] {
  if (deals === undefined || deals.waiting + deals.failed === 0) return []
  return [
    `    deals: ${deals.deals} filed, ${deals.waiting} waiting for you, ${deals.failed} failed`,
    ...deals.reasons.map(
      ({ reason, count }) => `      ${counted(count, 'deal')}: ${dealTrouble(reason).why}`,
    ),
    `      which, and what now: ${quoted('deals list --waiting')}`,
  ]
}

/** What stopped a route, and the two ways out. */
function stoppedLines({ route, stopped }: StatusReport['routes'][number]): string[] {
  if (stopped === undefined) return []
  return [
    `    It was stopped when ${stopped.counted} tasks would have been deleted, completed or unlinked within ten minutes; up to ${stopped.limit} may.`,
    `    Nothing is written since. See those of now with ${quoted(`route resume ${route}`)}; if it was meant, let them`,
    `    through with ${quoted(`route resume ${route} --once`)}; if not, bring the tasks back, then resume.`,
  ]
}

function headline(report: StatusReport): string {
  const held = heldUp(report).map(({ words }) => words)
  const but = [...held, heldWords(report)].filter((words) => words !== '').join(', and ')
  if (report.settled) return but === '' ? 'Settled.' : `Settled, but ${but}.`
  const pending = total(report, 'pending')
  const toGo = pending > 0 ? `${pending} to go` : ''
  if (held.length > 0) return `Held up: ${held.join(', and ')}${toGo === '' ? '' : `; ${toGo}`}.`
  return toGo === '' ? 'Not settled.' : `Working: ${toGo}.`
}

function brokenWords(count: number): string {
  return count === 1 ? '1 mapping is broken' : `${count} mappings are broken`
}

/** E.g. `2 tasks wait and 1 task has failed`; empty when nothing is held up. */
function heldWords(report: StatusReport): string {
  const broken = report.routes.reduce((sum, route) => sum + (route.broken ?? 0), 0)
  return [
    ...some(total(report, 'waiting'), 'task', ['waits', 'wait']),
    ...some(total(report, 'failed'), 'task', ['has failed', 'have failed']),
    ...some(totalOfDeals(report, 'waiting'), 'deal', ['waits', 'wait']),
    ...some(totalOfDeals(report, 'failed'), 'deal', ['has failed', 'have failed']),
    ...(broken > 0 ? [brokenWords(broken)] : []),
  ].join(' and ')
}

function some(count: number, what: string, [one, several]: readonly [string, string]): string[] {
  return count === 0 ? [] : [`${counted(count, what)} ${count === 1 ? one : several}`]
}

function totalOfDeals(report: StatusReport, what: 'waiting' | 'failed'): number {
  return report.routes.reduce((sum, { deals }) => sum + (deals?.[what] ?? 0), 0)
}

function total(report: StatusReport, what: 'pending' | 'waiting' | 'failed'): number {
  return report.routes.reduce((sum, route) => sum + route[what], 0)
}

function routeWord({ route, state }: Pick<RouteStatus, 'route' | 'state'>): string {
  const words = {
    draft: 'draft (not confirmed: ',
    matching: 'first sync begins',
    active: 'active',
    paused: 'paused (',
    stopped: 'stopped',
  }
  const open = words[state].includes('(')
  return open ? `${words[state]}${routeWay(route, state)})` : words[state]
}

function connectionWord({ connection, state }: Pick<ConnectionStatus, 'connection' | 'state'>): string {
  const words = {
    ok: 'ok',
    'auth-failed': `its key is refused (${connectionWay(connection, state)})`,
    unreachable: 'does not answer',
    paused: `paused (${connectionWay(connection, state)})`,
  }
  return words[state]
}

function lagWords(lag: number | null): string {
  return lag === null ? 'never looked at completely' : `last complete look ${Math.round(lag)} s ago`
}
