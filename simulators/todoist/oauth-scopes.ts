import type { SimRequest } from '../kit/http-types.ts'

/** What apps can ask for (reference §4 and the SDK's list). */
export const SCOPES = [
  'task:add',
  'data:read',
  'data:read_write',
  'data:delete',
  'project:delete',
  'backups:read',
  'billing:read',
  'billing:read_write',
  'dev:app_console',
] as const

/** Scopes of a text, comma or blank between them; undefined when one is unknown or there is none. */
export function readScopes(text: string): string[] | undefined {
  const scopes = text.split(/[\s,]+/).filter((each) => each !== '')
  const known = scopes.every((each) => (SCOPES as readonly string[]).includes(each))
  return known && scopes.length > 0 ? [...new Set(scopes)] : undefined
}

/** Scopes of a client's token; undefined for a personal token, which may do everything. */
export type Scopes = readonly string[] | undefined

/** Whether a token may make a REST request. `POST /sync` is asked for each command and for reading. */
export function mayRequest(scopes: Scopes, request: Pick<SimRequest, 'method' | 'path'>): boolean {
  if (scopes === undefined || request.path.endsWith('/sync')) return true
  if (request.method === 'GET') return mayRead(scopes)
  if (request.method === 'DELETE')
    return scopes.includes(request.path.includes('/projects/') ? 'project:delete' : 'data:delete')
  if (scopes.includes('data:read_write')) return true
  return /\/tasks(\/quick)?$/.test(request.path) && scopes.includes('task:add')
}

export function mayRead(scopes: Scopes): boolean {
  return scopes === undefined || scopes.includes('data:read') || scopes.includes('data:read_write')
}

/** Whether a token may run a Sync command of this type. */
export function mayCommand(scopes: Scopes, type: string): boolean {
  if (scopes === undefined) return true
  if (type === 'project_delete') return scopes.includes('project:delete')
  if (type.endsWith('_delete')) return scopes.includes('data:delete')
  return scopes.includes('data:read_write') || (type === 'item_add' && scopes.includes('task:add'))
}
