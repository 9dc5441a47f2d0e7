import { ProviderError } from '../../providers/provider-error.ts'
import { connectionById } from '../../store/connections.ts'
import { allRoutes, type RouteRow, routeById } from '../../store/routes.ts'
import { setupOf } from '../../store/setup.ts'
import { fillProgress } from '../../store/status.ts'
import type { Deps } from '../deps.ts'
import { openConnection } from '../open-connection.ts'
import type { SetupNeed } from './open.ts'
import { proposalFor, type SetupProposal } from './proposal.ts'
import type { SetupInput } from './propose.ts'
import { type SurveyInput, survey } from './survey.ts'

/**
 * Makes the standard labels that the account of this connection lacks, where the set-up says so. `made`: how many. An account
 * that takes no more goes without the rest. Safe to run again.
 */
export async function makeLabels(
  deps: Deps,
  input: SurveyInput,
  signal: AbortSignal,
): Promise<{ readonly made: number }> {
  const { makeLabels: wanted } = await setupOf(deps.db, input.routeId)
  const open = await openConnection(deps, input.connectionId, 'change', signal)
  const { labels } = open.provider
  if (!wanted || labels === undefined) return { made: 0 }
  await survey(deps, input, signal)
  const missing = (await proposalOf(deps, input.routeId)).labels
    .filter(({ make }) => make)
    .map(({ name, kind }) => ({ name, color: labels.colors[kind] }))
  if (missing.length === 0) return { made: 0 }
  try {
    return { made: (await labels.make(open.writing, missing)).length }
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'limit-reached') throw error
    deps.log.warn({ connectionId: open.row.id, reason: error.message }, 'not all labels could be made')
    return { made: 0 }
  }
}

async function proposalOf(deps: Deps, routeId: string): Promise<SetupProposal> {
  const { found } = await setupOf(deps.db, routeId)
  return proposalFor(deps.db, deps, await routeById(deps.db, routeId), found)
}

/** How far a first sync is. `held`: what keeps it from going on; null when nothing does. */
export type SetupProgress = {
  /** The route was removed meanwhile. */
  readonly gone: boolean
  readonly filled: boolean
  readonly pairs: number
  readonly pending: number
  readonly held: SetupNeed | null
}

export async function lookAtSetup(deps: Deps, { routeId }: SetupInput): Promise<SetupProgress> {
  const route = await routeById(deps.db, routeId)
  const { pairs, pending } = await fillProgress(deps.db, routeId)
  const gone = (await allRoutes(deps.db)).every(({ id }) => id !== routeId)
  return { gone, filled: route.filledAt !== null, pairs, pending, held: await heldBy(deps, route) }
}

async function heldBy(deps: Deps, route: RouteRow): Promise<SetupNeed | null> {
  if (route.state === 'paused' || route.state === 'stopped')
    return { connectionId: null, kind: route.state, words: `the route is ${route.state}` }
  for (const connectionId of [route.leftId, route.rightId]) {
    const { state } = await connectionById(deps.db, connectionId)
    if (state !== 'ok') return { connectionId, kind: state, words: `its connection is ${state}` }
  }
  return null
}
