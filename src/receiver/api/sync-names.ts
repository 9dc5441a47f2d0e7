import type { SyncScope } from '../../activities/syncs.ts'
import { workflowIds } from '../../config/temporal-names.ts'

/** Every route by which our own tasks flow to Todoist. */
export const PUSH = { from: 'local', to: 'todoist' } as const satisfies SyncScope
const PUSH_NAME = 'todoist'

/** What the API can be asked to sync. */
export type AskedScope = Exclude<SyncScope, { readonly from: string }> | typeof PUSH

/** Requests for what has the same name are one sync. */
export function syncName(scope: AskedScope): string {
  if ('connectionId' in scope) return `connection/${scope.connectionId}`
  if ('routeId' in scope) return `route/${scope.routeId}`
  if ('mappingId' in scope) return `mapping/${scope.mappingId}`
  return PUSH_NAME
}

/** What the sync of this workflow id is about; undefined where the API has none of that name. */
export function scopeOf(workflowId: string): AskedScope | undefined {
  if (workflowId === workflowIds.sync(PUSH_NAME)) return PUSH
  const [, kind, id] = /^(connection|route|mapping)\/(\d+)$/u.exec(nameIn(workflowId)) ?? []
  if (id === undefined) return undefined
  if (kind === 'connection') return { connectionId: id }
  return kind === 'route' ? { routeId: id } : { mappingId: id }
}

function nameIn(workflowId: string): string {
  return workflowId.slice(workflowIds.sync('').length)
}
