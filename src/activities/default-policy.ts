import { DEFAULT_DEALS } from '../core/deal-policy.ts'
import type { RoutePolicy } from '../core/policy.ts'

/**
 * What a route does unless it is told otherwise: both ways, the newest edit wins, a task deleted in the CRM is deleted
 * in the task app, one deleted in the task app is only unlinked; every open task takes part. `zone`: the task app's; this
 * machine's when unknown. `deals`: whether its two services can file tasks by deals (`dealSide`), which it then does.
 */
export function defaultPolicy(
  zone: string | null,
  { deals = false }: { readonly deals?: boolean } = {},
): RoutePolicy {
  return {
    ...(deals ? { deals: DEFAULT_DEALS } : {}),
    zone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    direction: 'both',
    fields: {},
    conflicts: 'newest',
    deletes: { left: 'propagate', right: 'unlink' },
    assignees: 'own',
    firstSync: { kind: 'open' },
  }
}

/** Between two task apps neither is a book of record: what is deleted in one is deleted in the other. */
export function listPolicy(zone: string | null): RoutePolicy {
  return { ...defaultPolicy(zone), deletes: { left: 'propagate', right: 'propagate' }, assignees: 'anyone' }
}
