import type { Provider } from '../providers/contract.ts'
import type { InFlightCreate } from '../store/ops.ts'
import { stepKey } from './write-op.ts'

/** Whether a service leaves it to us which ids its tasks have. */
export function choosesIds({ capabilities }: Provider): boolean {
  return capabilities.createIdentity === 'client-chosen-id'
}

/**
 * Creates under way by the ids that they give their tasks, where a service leaves that to us: what it shows by such an id is
 * what we have made, whether it keeps our marker or not.
 */
export function byChosenId(
  provider: Provider,
  creates: readonly InFlightCreate[],
): ReadonlyMap<string, InFlightCreate> {
  const chosen = choosesIds(provider) ? creates : []
  return new Map(chosen.map((create) => [stepKey(create, create.firstStep), create]))
}
