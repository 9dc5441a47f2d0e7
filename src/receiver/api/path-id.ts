import { z } from 'zod'
import { numberedId } from './administration-schemas.ts'
import type { Operation } from './operation.ts'
import { id } from './values.ts'

/** A conflict's number, or `home-<deal>` of a section that is gone, as answers call it. */
const conflictId = z
  .string()
  .max(300)
  .regex(/^(?:[1-9]\d{0,17}|home-[^/\s]+)$/u, 'is the id of an answer')

/** What the `{id}` of an operation's path may be: of the local store, and of syncs, a UUID. */
export function pathId({ kind, tag }: Pick<Operation, 'kind' | 'tag'>): z.ZodType<string> {
  if (tag === 'Conflicts') return conflictId
  return kind === 'manage' && tag !== 'Sync' ? numberedId : id
}
