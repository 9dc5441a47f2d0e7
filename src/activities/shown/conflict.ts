import type { ConflictRow } from '../../store/conflicts.ts'
import type { HomeConflict } from '../../store/home-conflicts.ts'

/** Conflicts for programs, in `conflicts --json` and over HTTP: names that others rely on. */
export function conflictsJson(conflicts: readonly { readonly conflict: ConflictRow }[]) {
  return {
    conflicts: conflicts.map(({ conflict }) => {
      const { id, kind, pairId, field, base, left, right, decision, at } = conflict
      return { id, kind, pair: pairId, field, base, left, right, decision, at }
    }),
  }
}

/** How a section that is gone is named: by its deal, and by the route where several ask about that deal. */
export function homeConflictId({ dealId, route }: HomeConflict, all: readonly HomeConflict[]): string {
  const several = all.filter((one) => one.dealId === dealId).length > 1
  return several ? `home-${dealId}@${route}` : `home-${dealId}`
}

/** What such a name names; null for any other conflict. */
export function readHomeConflictId(
  id: string,
): { readonly dealId: string; readonly route: string | null } | null {
  const found = /^home-([^@]+)(?:@(.+))?$/u.exec(id)
  return found?.[1] === undefined ? null : { dealId: found[1], route: found[2] ?? null }
}

/** Of `conflicts --json`, with the names that every conflict has. */
export function homeConflictJson(conflict: HomeConflict, all: readonly HomeConflict[]) {
  const { dealId, deal, route, section, project, deleted, tasks, decision, at } = conflict
  return {
    id: homeConflictId(conflict, all),
    kind: 'home',
    pair: null,
    field: null,
    base: null,
    left: null,
    right: null,
    decision,
    at,
    deal: dealId,
    name: deal,
    route,
    section,
    project,
    deleted,
    tasks,
  }
}
