import { otherSide, type Side } from '../core/policy.ts'
import type { Provider } from '../providers/contract.ts'

/**
 * How tasks lie by their deals. `sections`: in a section for each deal, in a project for each stage. `lists`: in a list for each
 * stage, where the app has no sections, with the deal as a label of ours.
 */
export type Filing = 'sections' | 'lists'

export type Providers = Readonly<Record<Side, Provider>>

/**
 * By what the task app can do. Lists of a stage say nothing of the deal, so that its tasks must take a label; one that the CRM
 * would take over for its user's own is none of ours.
 */
export function filingOf(providers: Providers, side: Side): Filing | null {
  const { containers, capabilities } = providers[otherSide(side)]
  if (containers === null) return null
  if (containers.kinds.includes('section')) return 'sections'
  const labelled =
    capabilities.fields.labels === 'rw' && providers[side].capabilities.fields.labels === 'none'
  return capabilities.containers && capabilities.marker && labelled ? 'lists' : null
}
