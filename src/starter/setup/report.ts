import { providerOf } from '../../activities/deps.ts'
import type { Preview } from '../../activities/preview.ts'
import { otherSide, SIDES } from '../../core/policy.ts'
import { agreedAdoptions } from '../../store/adoptions.ts'
import { connectionById } from '../../store/connections.ts'
import { dealBookOf } from '../../store/deal-book.ts'
import { connectionOf } from '../../store/routes.ts'
import type { Answer } from '../answer.ts'
import { filingLines } from '../filing-lines.ts'
import { routeNames } from '../side-names.ts'
import { type StatusReport, statusExitCode, statusLines } from '../status-report.ts'
import type { SetupContext } from './context.ts'
import { factsLines } from './facts-lines.ts'

/** How a set-up ended. `preview`: what was shown before it began; null where it had begun before. `status` null: nothing was begun. */
export async function setupReport(
  context: SetupContext,
  {
    preview,
    status,
    lines = [],
  }: {
    readonly preview: Preview | null
    readonly status: StatusReport | null
    readonly lines?: readonly string[]
  },
): Promise<Answer> {
  const { deps } = context.deciding
  const route = await context.route()
  const rows = await Promise.all(SIDES.map((side) => connectionById(deps.db, connectionOf(route, side))))
  const accounts = rows.map(({ name, provider, facts, state }) => ({
    connection: name,
    provider,
    state,
    zone: facts?.zone ?? null,
    seesEveryone: facts?.seesEveryone ?? null,
    limits: facts?.limits ?? {},
    probes: facts?.probes ?? {},
  }))
  return {
    json: {
      route: route.name,
      state: route.state,
      policy: route.policy,
      accounts,
      preview,
      begun: status !== null,
      settled: status?.settled ?? false,
    },
    lines:
      status === null
        ? [...(await shownLines(context)), ...lines, 'Nothing is begun: this was a dry run.']
        : statusLines(status),
    outcome: status === null ? 0 : status.settled ? statusExitCode(status) : statusExitCode(status) || 3,
  }
}

/** The accounts, and where the deals of each stage are to lie. */
export async function shownLines(context: SetupContext): Promise<string[]> {
  const { deps } = context.deciding
  const route = await context.route()
  const [left, right] = [
    await connectionById(deps.db, route.leftId),
    await connectionById(deps.db, route.rightId),
  ]
  const side = providerOf(deps, left.provider).deals === undefined ? 'right' : 'left'
  const { stages } = await dealBookOf(deps.db, connectionOf(route, side))
  const { lists } = (await routeNames(deps)).byId(route.id)
  return [
    ...[left, right].flatMap((row) => factsLines(row, providerOf(deps, row.provider).name)),
    `Route ${route.name}:`,
    ...filingLines(
      route.policy.deals,
      stages,
      lists[otherSide(side)],
      await agreedAdoptions(deps.db, route.id),
    ),
  ]
}
