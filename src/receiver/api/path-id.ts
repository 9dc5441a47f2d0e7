import type { z } from 'zod'
import { numberedId } from './administration-schemas.ts'
import type { Operation } from './operation.ts'
import { id } from './values.ts'

/** What the `{id}` of an operation's path may be: of the local store, and of syncs, a UUID. */
export function pathId({ kind, tag }: Pick<Operation, 'kind' | 'tag'>): z.ZodType<string> {
  return kind === 'manage' && tag !== 'Sync' ? numberedId : id
}
