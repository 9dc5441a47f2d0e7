import { z } from 'zod'
import type { Connection, WriteOp, WriteResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Asker, askerOf, type Client } from './client.ts'
import { commented, notUnderstood } from './errors.ts'
import { taskPageSchema } from './wire.ts'

/** A comment as far as it is read here (reference §12). */
const noteSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  content: z.string().nullish(),
  is_deleted: z.boolean().nullish(),
})

/**
 * Results of the deletes that spare their task because somebody has commented on it: they are refused, and not sent. One request
 * for each delete; ours is the comment that the op names.
 */
export async function spared(
  client: Client,
  connection: Connection,
  ops: readonly WriteOp[],
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = []
  for (const op of ops) {
    const { spares, remoteId } = op
    if (op.verb !== 'delete' || spares === undefined || remoteId === null) continue
    const found = await commentsOf(client, askerOf(connection), remoteId)
    if (found.notes.every(({ id, content }) => id === spares.but?.id || content === spares.but?.text))
      continue
    const error = commented()
    const steps = op.steps.map(({ name }) => ({ name, outcome: 'refused' as const, error }))
    results.push({ opId: op.opId, askedAt: found.askedAt, remoteId, now: null, steps })
  }
  return results
}

/** The first page tells enough: of ours there is one. None when the task is gone itself. */
async function commentsOf(client: Client, asker: Asker, taskId: string) {
  try {
    const { askedAt, body } = await client.get(asker, `/comments?${new URLSearchParams({ task_id: taskId })}`)
    const page = taskPageSchema.safeParse(body)
    const notes = page.success ? z.array(noteSchema).safeParse(page.data.results) : null
    if (notes?.success !== true) throw notUnderstood('read')
    return { askedAt, notes: notes.data.filter((note) => note.is_deleted !== true) }
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'gone') return { askedAt: '', notes: [] }
    throw error
  }
}
