import type { RemoteTask } from '../core/observation.ts'
import type { Provider } from '../providers/contract.ts'

/**
 * A picture with the completions that it tells of. Where the service counts none, an occurrence that was closed is told by
 * the step that the date has taken since the picture `before` it.
 */
export function withClosings(
  { closedBetween }: Pick<Provider, 'closedBetween'>,
  before: RemoteTask | undefined,
  seen: RemoteTask,
): RemoteTask {
  if (closedBetween === undefined || before === undefined) return seen
  return { ...seen, completions: before.completions + closedBetween(before, seen) }
}
