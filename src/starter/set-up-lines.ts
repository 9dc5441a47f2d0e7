import { providerOf } from '../activities/deps.ts'
import { allConnections, type ConnectionRow } from '../store/connections.ts'
import { mappingsOf } from '../store/mappings.ts'
import { allRoutes, type RouteRow } from '../store/routes.ts'
import { quoted } from './command-name.ts'
import type { NamingDeps } from './side-names.ts'

/**
 * What is still to be set up before anything is kept in step, and by which commands. `drafts`: routes whose first sync is to be
 * begun.
 */
export async function setUpLines(deps: NamingDeps, drafts: readonly RouteRow[]): Promise<string[]> {
  const connections = await allConnections(deps.db)
  const routes = await allRoutes(deps.db)
  if (routes.length === 0) return firstSteps(connections)
  const mapped = new Set((await mappingsOf(deps.db, null)).map(({ routeId }) => routeId))
  const needsLists = (route: RouteRow) => !mapped.has(route.id) && !hasCrm(deps, route, connections)
  const unmapped = routes.filter(needsLists)
  const ready = drafts.filter(({ id }) => unmapped.every((route) => route.id !== id))
  return [
    ...unmapped.map(({ name, state }) => {
      const then = state === 'draft' ? `, then ${quoted(`route start ${name}`)} begins its first sync` : ''
      return `Route ${name} keeps no lists in step yet: ${quoted(`map add ${name} <list> <list>`)} maps two${then}.`
    }),
    ...ready.map(
      ({ name }) => `Route ${name} is a draft: ${quoted(`route start ${name}`)} begins its first sync.`,
    ),
  ]
}

function firstSteps(connections: readonly ConnectionRow[]): string[] {
  const names = connections.map(({ name }) => name)
  const lead =
    names.length === 0
      ? 'Nothing is connected yet. In another terminal:'
      : `Nothing is kept in step yet; connected: ${names.join(', ')}. In another terminal:`
  const steps = [
    ...(names.length < 2
      ? ([
          [
            'connect add <name> --provider <kind>',
            'an account of caldav, follow-up-boss, todoist, or local (lists of your own)',
          ],
        ] as const)
      : []),
    ['route add <route> <name> <name>', 'which two are kept in step'],
    [
      'map add <route> <list> <list>',
      'which of their lists (a CRM has none); connect lists <name> shows them',
    ],
    ['route start <route>', 'the first sync; plan shows first what it would write'],
  ] as const
  return [
    lead,
    ...steps.map(([command, what], at) => `  ${at + 1}. ${quoted(command)}: ${what}`),
    `${quoted('setup')} asks for all of it, for a CRM and a task app.`,
    'With FUB_API_KEY and TODOIST_API_TOKEN both set, a start connects these two and makes their route itself.',
  ]
}

function hasCrm(deps: NamingDeps, route: RouteRow, connections: readonly ConnectionRow[]): boolean {
  return connections
    .filter(({ id }) => id === route.leftId || id === route.rightId)
    .some(({ provider }) => providerOf(deps, provider).capabilities.needsPerson)
}
