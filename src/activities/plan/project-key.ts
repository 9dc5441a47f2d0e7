import type { StageProject } from '../../core/marker.ts'

/*
 * The key of a home (`stage/<id>`, `pipeline/<id>`, `project/<remote id>`) in the words of markers. A further project of one
 * that its user had already is made for that, and named so.
 */

export function projectOf(key: string): Pick<StageProject, 'kind' | 'id'> {
  const [kind = '', id = ''] = split(key)
  return kind === 'pipeline' ? { kind, id } : { kind: 'stage', id: kind === 'stage' ? id : key }
}

export function keyOf({ kind, id }: Pick<StageProject, 'kind' | 'id'>): string {
  return usedProject(id) === null ? `${kind}/${id}` : id
}

/** Whether all stages of a pipeline share this home. */
export function isPipeline(key: string): boolean {
  return split(key)[0] === 'pipeline'
}

/** The remote id of a project that its user had already; null for a home that we make. */
export function usedProject(key: string): string | null {
  const [kind, id] = split(key)
  return kind === 'project' ? (id ?? null) : null
}

function split(key: string): readonly string[] {
  const at = key.indexOf('/')
  return at < 0 ? [key] : [key.slice(0, at), key.slice(at + 1)]
}
