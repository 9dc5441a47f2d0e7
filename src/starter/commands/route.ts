import type { Command } from 'commander'
import { pauseRoute, resumeRoute } from '../../activities/manage/routes.ts'
import type { RouteChange } from '../../activities/route-state.ts'
import { accountUsers } from '../../store/account-users.ts'
import { allConnections } from '../../store/connections.ts'
import { allRoutes } from '../../store/routes.ts'
import { routeStatus } from '../../store/status.ts'
import { agentWords } from '../agent-flags.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { ARROWS } from '../mapping-lines.ts'
import { resumedLines } from '../resumed-lines.ts'
import { routeNamed } from '../route-named.ts'
import { routeNames } from '../side-names.ts'
import { statePaint } from '../terminal/paint.ts'
import { type Column, tableLines } from '../terminal/table.ts'
import { addRouteAdmin } from './route-admin.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
type ChangeFlags = JsonFlag & { readonly dryRun?: boolean }
type ResumeFlags = ChangeFlags & { readonly once?: boolean }

const COLUMNS: readonly Column[] = [
  { head: 'route' },
  { head: 'state', paint: statePaint },
  { head: 'sides', shrinks: true },
  { head: 'pairs', align: 'right' },
  { head: 'pending', align: 'right' },
  { head: 'times of' },
  { head: '', shrinks: true },
]

export function addRoute(program: Command, finish: (outcome: Outcome) => void): void {
  const route = program.command('route').description('what is kept in step with what')
  route
    .command('list')
    .description('every route, its two sides and its state')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: JsonFlag) =>
      finish(await decide(async (deciding) => say(await list(deciding), flags.json))),
    )
  addRouteAdmin(route, finish)
  route
    .command('pause <route>')
    .description('write nothing until it is resumed; both sides are still looked at')
    .option('--dry-run', 'show what would be changed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, flags: ChangeFlags) =>
      finish(await decide(async (deciding) => say(await pause(deciding, name, flags), flags.json))),
    )
  route
    .command('resume <route>')
    .description('let a route go on; one that was stopped shows first what it would end')
    .option('--once', 'let through what a stopped route would end now')
    .option('--dry-run', 'show what would be changed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, flags: ResumeFlags) =>
      finish(await decide(async (deciding) => say(await resume(deciding, name, flags), flags.json))),
    )
}

export async function list({ deps: { db } }: Pick<Deciding, 'deps'>): Promise<Answer> {
  const [routes, counts, connections] = await Promise.all([
    allRoutes(db),
    routeStatus(db),
    allConnections(db),
  ])
  const nameOf = (id: string) => connections.find((one) => one.id === id)?.name ?? id
  const whose = new Map<string, string>()
  for (const { name, leftId, policy } of routes) {
    const words =
      typeof policy.assignees === 'string'
        ? null
        : agentWords(policy.assignees, await accountUsers(db, leftId))
    if (words !== null) whose.set(name, words)
  }
  const shown = routes.map(({ name, leftId, rightId, state, policy }) => {
    const { direction, conflicts, deletes, zone, assignees } = policy
    const count = counts.find((one) => one.route === name)
    return {
      route: name,
      left: nameOf(leftId),
      right: nameOf(rightId),
      state,
      direction,
      conflicts,
      deletes,
      zone,
      assignees,
      deals: policy.deals ?? null,
      pairs: count?.pairs ?? 0,
      pending: count?.pending ?? 0,
    }
  })
  const rows = shown.map((one) => [
    one.route,
    one.state,
    `${one.left} ${ARROWS[one.direction]} ${one.right}`,
    String(one.pairs),
    String(one.pending),
    one.zone,
    whose.get(one.route) ?? '',
  ])
  return {
    json: { routes: shown },
    lines:
      rows.length === 0
        ? [`No route yet: ${quoted('route add')} makes one between two connections.`]
        : tableLines(COLUMNS, rows),
    outcome: 0,
  }
}

export async function pause(
  { deps }: Pick<Deciding, 'deps'>,
  name: string,
  { dryRun = false }: ChangeFlags,
): Promise<Answer> {
  const done = await pauseRoute({ deps }, await routeNamed(deps.db, name), { dryRun })
  const head = done.changed
    ? `Route ${name} is paused: nothing is written, and changes are kept for later.`
    : `Route ${name} was paused already.`
  return answerOf(done, dryRun, [head, `To go on: ${quoted(`route resume ${name}`)}.`], 0)
}

export async function resume(
  deciding: Deciding,
  name: string,
  { dryRun = false, once = false }: ResumeFlags,
): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, name)
  const { told, ...done } = await resumeRoute(deciding, route, { dryRun, once })
  const stays = !done.changed && done.route.state === 'stopped'
  const names = (await routeNames(deciding.deps)).byId(route.id)
  return answerOf(done, dryRun, resumedLines(done, once, names), stays ? 3 : told)
}

function answerOf(
  { route, changed, ...more }: RouteChange,
  dryRun: boolean,
  lines: readonly string[],
  outcome: Outcome,
): Answer {
  return {
    json: { route: route.name, state: route.state, changed, ...more },
    lines: dryRun ? [DRY, ...lines] : lines,
    outcome,
  }
}
