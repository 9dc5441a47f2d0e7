import { ProviderError } from '../../providers/provider-error.ts'
import { routeById } from '../../store/routes.ts'
import { setupOf } from '../../store/setup.ts'
import type { Deps } from '../deps.ts'
import { openConnection } from '../open-connection.ts'
import { proposalFor, type SetupProposal } from './proposal.ts'
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
