import type { RouteRow } from '../../store/routes.ts'
import { routeById } from '../../store/routes.ts'
import { setupOf } from '../../store/setup.ts'
import { proposalFor, type SetupProposal } from '../setup/proposal.ts'
import { survey } from '../setup/survey.ts'
import { askingDeps, type Managing } from './managing.ts'
import { patiently } from './patiently.ts'

/** What is proposed for a route, after asking both services anew. Throws UserError, ProviderError. */
export async function proposalOfRoute(
  managing: Pick<Managing, 'deps' | 'secretKey' | 'signal'>,
  { id, leftId, rightId }: Pick<RouteRow, 'id' | 'leftId' | 'rightId'>,
): Promise<SetupProposal> {
  const deps = await askingDeps(managing)
  for (const connectionId of [leftId, rightId])
    await patiently(managing, () => survey(deps, { connectionId, routeId: id }, managing.signal))
  const { found } = await setupOf(deps.db, id)
  return proposalFor(deps.db, deps, await routeById(deps.db, id), found)
}
