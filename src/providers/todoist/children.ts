import type { Connection, WriteOp } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Asker, askerOf, type Client } from './client.ts'
import { notUnderstood } from './errors.ts'
import { stubSchema, taskPageSchema } from './wire.ts'

/** Most tasks that a page of the service's list shows. */
const PAGE = 200
/** A project holds a few hundred tasks: whoever shows more pages goes round in a circle. */
const MAX_PAGES = 10

/**
 * Deletes with all the sub-tasks that the service knows below their tasks: some of them are no business of ours and so in
 * no record, and the service would delete them along. One request for each delete and page.
 */
export async function withAllChildren(
  client: Client,
  connection: Connection,
  ops: readonly WriteOp[],
): Promise<readonly WriteOp[]> {
  const all: WriteOp[] = []
  for (const op of ops) {
    if (op.verb !== 'delete' || op.remoteId === null) all.push(op)
    else {
      const below = await childrenOf(client, askerOf(connection), op.remoteId)
      all.push({ ...op, children: [...new Set([...op.children, ...below])] })
    }
  }
  return all
}

/** Open tasks directly below one; none when it is gone itself. */
async function childrenOf(client: Client, asker: Asker, parent: string): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null; pages += 1) {
    if (pages === MAX_PAGES) throw notUnderstood('read')
    const query = new URLSearchParams({
      parent_id: parent,
      limit: String(PAGE),
      ...(cursor ? { cursor } : {}),
    })
    const page = await listed(client, asker, `/tasks?${query}`)
    if (page === null) return []
    for (const row of page.results) {
      const stub = stubSchema.safeParse(row)
      if (stub.success) found.push(stub.data.id)
    }
    cursor = page.next_cursor ?? null
  }
  return found
}

async function listed(client: Client, asker: Asker, path: string) {
  try {
    const { body } = await client.get(asker, path)
    const parsed = taskPageSchema.safeParse(body)
    if (!parsed.success) throw notUnderstood('read')
    return parsed.data
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'gone') return null
    throw error
  }
}
