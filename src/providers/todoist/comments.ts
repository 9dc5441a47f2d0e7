import type { CommentNews, Connection, RemoteComment, TaskComments } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Asker, askerOf, type Client, type Synced } from './client.ts'
import { notUnderstood } from './errors.ts'
import { commentPageSchema, commentSchema } from './wire.ts'

const RESOURCES = ['notes']
const PAGE_SIZE = 200
/** Ends a listing of one task's comments whose pages never do. */
const MAX_PAGES = 50
/** The token that asks for everything. */
const ALL = '*'

/**
 * Comments by Sync, with a token of their own: one belongs to a fixed set of resources (reference §13.1). An answer in full may be
 * older than now, and is followed by an incremental one; tasks of which it says that it does not tell all comments are asked for
 * theirs by REST (reference §12).
 */
export const createComments = (client: Client): TaskComments => ({
  async changed(connection, cursor) {
    const asker = askerOf(connection)
    const first = await syncFrom(client, asker, cursor ?? ALL)
    if (first.reply.full_sync !== true) return newsOf([first], first, [])
    const rest = await client.sync(asker, { token: first.reply.sync_token, resources: RESOURCES })
    const more = await listEach(client, connection, first.reply.incomplete_item_ids ?? [])
    return { ...newsOf([first, rest], rest, more), askedAt: first.askedAt, whole: true }
  },
})

/** What changed since a token; everything when the service does not take it any more. */
async function syncFrom(client: Client, asker: Asker, token: string): Promise<Synced> {
  try {
    return await client.sync(asker, { token, resources: RESOURCES })
  } catch (error) {
    if (token === ALL || !(error instanceof ProviderError) || error.kind !== 'invalid') throw error
    const all = await client.sync(asker, { token: ALL, resources: RESOURCES })
    return { ...all, reply: { ...all.reply, full_sync: true } }
  }
}

function newsOf(answers: readonly Synced[], last: Synced, more: readonly unknown[]): CommentNews {
  const found = new Map<string, RemoteComment | null>()
  for (const row of [...more, ...answers.flatMap(({ reply }) => reply.notes ?? [])]) {
    const { data } = commentSchema.safeParse(row)
    // One on a project is on no task.
    if (data === undefined || (data.item_id == null && data.is_deleted !== true)) continue
    found.set(
      data.id,
      data.is_deleted === true || data.item_id == null ? null : commentOf(data.item_id, data),
    )
  }
  return {
    askedAt: last.askedAt,
    comments: [...found.values()].flatMap((one) => one ?? []),
    deleted: [...found].flatMap(([id, one]) => (one === null ? [id] : [])),
    whole: false,
    cursor: last.reply.sync_token,
  }
}

type Row = ReturnType<typeof commentSchema.parse>

function commentOf(task: string, { id, content, file_attachment: file }: Row): RemoteComment {
  const name = file?.file_name ?? file?.title ?? file?.url ?? file?.file_url ?? null
  return {
    remoteId: id,
    task,
    text: content ?? '',
    file: name === null ? null : { name, url: file?.file_url ?? file?.url ?? null },
  }
}

async function listEach(client: Client, connection: Connection, taskIds: readonly string[]) {
  const rows: unknown[] = []
  for (const id of taskIds) rows.push(...(await listOf(client, askerOf(connection), id)))
  return rows
}

async function listOf(client: Client, asker: Asker, taskId: string): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({
      task_id: taskId,
      limit: String(PAGE_SIZE),
      ...(cursor === null ? {} : { cursor }),
    })
    const parsed = commentPageSchema.safeParse((await client.get(asker, `/comments?${query}`)).body)
    if (!parsed.success) throw notUnderstood('read')
    rows.push(...parsed.data.results)
    cursor = parsed.data.next_cursor ?? null
    if (cursor === null) return rows
  }
  throw notUnderstood('read')
}
