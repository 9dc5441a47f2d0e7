import { type Assignees, isFor } from './agents.ts'

/** A route that has a checklist, and for whom it is. */
export type StampingRoute = Assignees & { readonly routeId: string }

/**
 * Which of several routes of one account makes the tasks of a checklist, so that they are made once: that of the deal's agent
 * (`users`, in the CRM's order), else the first. Null where there is none.
 */
export function stampingRoute(routes: readonly StampingRoute[], users: readonly string[]): string | null {
  const inOrder = [...routes].sort((a, b) => Number(a.routeId) - Number(b.routeId))
  const [own] = users.flatMap((user) => inOrder.find((route) => isFor(route, user)) ?? [])
  return (own ?? inOrder[0])?.routeId ?? null
}
