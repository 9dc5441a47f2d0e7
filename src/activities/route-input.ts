import type { RouteInput } from '../config/route-input.ts'
import type { PolicyChange } from './policy-change.ts'

/** What a file says of a route, as a change of it. */
export function routeChange({
  direction,
  conflicts,
  deletes,
  firstSync,
  zone,
  scope,
  deals,
  comments,
  notes,
  ...filing
}: RouteInput): PolicyChange {
  const change: PolicyChange = {
    ...(comments === undefined ? {} : { comments }),
    ...(notes === undefined ? {} : { notes }),
    ...(direction === undefined ? {} : { direction }),
    ...(conflicts === undefined ? {} : { conflicts }),
    ...(firstSync === undefined ? {} : { firstSync }),
    ...(zone === undefined ? {} : { zone }),
    ...(scope?.assignees === undefined ? {} : { assignees: scope.assignees }),
    deletes: {
      ...(deletes?.left === undefined ? {} : { left: deletes.left }),
      ...(deletes?.right === undefined ? {} : { right: deletes.right }),
    },
  }
  if (deals === false) return { ...change, deals: null }
  return deals === true || Object.keys(filing).length > 0 ? { ...change, deals: filing } : change
}
