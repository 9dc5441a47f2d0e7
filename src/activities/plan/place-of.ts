import type { RemoteTask } from '../../core/observation.ts'
import type { Place } from '../../core/placed.ts'
import type { RouteDeals } from '../route-deals.ts'

/** Where the service shows the task, in the words of deals. */
export function placeOf({ container, task }: RemoteTask, deals: RouteDeals): Place {
  const [inner, outer] = [container, task.list].map((id) => (id === null ? undefined : deals.place(id)))
  return inner ?? outer ?? { kind: 'elsewhere' }
}
