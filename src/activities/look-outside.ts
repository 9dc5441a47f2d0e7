import { messageOf } from '../config/errors.ts'
import type { Observation } from '../core/observation.ts'
import { type OutsideRule, outsideRule } from '../core/scope.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { allConnections, type ConnectionRow } from '../store/connections.ts'
import { waitsAtGate } from '../store/find-pairs.ts'
import { membershipsOf } from '../store/members.ts'
import { type RouteState, sideOf } from '../store/routes.ts'
import type { Deps } from './deps.ts'
import type { TaskReference } from './explain.ts'
import { lookAt } from './look-at.ts'
import { openConnection } from './open-connection.ts'
import { loadRoutesOf, type RouteContext } from './route-context.ts'

/** Why a task that is there is in no pair of a route. `not-seen`: it would be taken in at the next look. */
export type Unpaired = {
  readonly route: string
  readonly why: OutsideRule | 'completed' | 'route-rests' | 'at-the-gate' | 'not-seen'
  readonly state: RouteState
}

/** What a service says of a task that the record does not know. `title`: of one that is there. */
export type OutsideLook = {
  readonly connection: string
  readonly provider: string
  readonly found: 'present' | 'gone' | 'not-visible' | 'in-doubt' | 'unreached'
  readonly title: string | null
  readonly note: string | null
  readonly unpaired: readonly Unpaired[]
}

/** Asks the services themselves about a task that is in no pair: one read at each that may have it, within its budget. */
export async function lookOutside(
  deps: Deps,
  reference: TaskReference,
  signal: AbortSignal,
): Promise<OutsideLook[]> {
  if (reference.kind === 'pair' || reference.kind === 'person') return []
  const provider = reference.kind === 'task' ? reference.provider : null
  const looks: OutsideLook[] = []
  for (const connection of await allConnections(deps.db)) {
    const mayHave = provider === null || connection.provider === provider
    if (mayHave && deps.providers.has(connection.provider))
      looks.push(await lookInto(deps, connection, reference.id, signal))
  }
  return looks
}

async function lookInto(
  deps: Deps,
  connection: ConnectionRow,
  remoteId: string,
  signal: AbortSignal,
): Promise<OutsideLook> {
  const { name, provider } = connection
  const nothing = { connection: name, provider, title: null, note: null, unpaired: [] }
  try {
    const open = await openConnection(deps, connection.id, 'poll', signal)
    const { observations, unreached } = await lookAt(deps, open, open.direct, [remoteId])
    if (unreached !== null) throw unreached
    const seen = observations.find((one) => one.remoteId === remoteId)
    if (seen?.kind !== 'present') return { ...nothing, found: absent(seen) }
    const unpaired: Unpaired[] = []
    for (const route of await loadRoutesOf(deps.db, deps, connection.id))
      unpaired.push(await whyUnpaired(deps, route, connection.id, seen))
    return { ...nothing, found: 'present', title: seen.seen.task.title, unpaired }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { ...nothing, found: 'unreached', note: messageOf(error) }
  }
}

function absent(seen: Observation | undefined): OutsideLook['found'] {
  if (seen?.kind === 'gone') return 'gone'
  return seen?.kind === 'unknown' && seen.why === 'not-visible' ? 'not-visible' : 'in-doubt'
}

async function whyUnpaired(
  deps: Deps,
  { route, sides }: RouteContext,
  connectionId: string,
  task: Extract<Observation, { kind: 'present' }>,
): Promise<Unpaired> {
  const { remoteId, seen } = task
  const of = (why: Unpaired['why']): Unpaired => ({ route: route.name, why, state: route.state })
  const parents =
    seen.task.parent === null ? [] : await membershipsOf(deps.db, connectionId, [seen.task.parent])
  const underPair = parents.some((m) => m.routeId === route.id && m.role === 'current')
  const rule = outsideRule(task, sides[sideOf(route, connectionId)].scope, underPair)
  if (rule !== null) return of(rule)
  if (seen.task.completed) return of('completed')
  if (route.state !== 'active') return of('route-rests')
  return of((await waitsAtGate(deps.db, route.id, connectionId, remoteId)) ? 'at-the-gate' : 'not-seen')
}
