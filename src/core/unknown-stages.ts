import type { Stage } from './deal.ts'
import type { DealPolicy } from './deal-policy.ts'

/**
 * Stages that are new in a CRM and of which a route says nothing, so that their deals lie in General: its operator is told once. Where the
 * route gives a project to every stage that it does not name there are none; nor in a first listing, when whoever wrote the route
 * has seen all of them, or is yet to.
 */
export function unknownStages(
  { stages, others }: Pick<DealPolicy, 'stages' | 'others'>,
  before: readonly Stage[],
  after: readonly Stage[],
): Stage[] {
  if (others === 'create' || before.length === 0) return []
  return after.filter(({ id }) => !Object.hasOwn(stages, id) && !before.some((stage) => stage.id === id))
}
