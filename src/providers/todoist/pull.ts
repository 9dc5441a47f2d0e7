import type { Connection, Observation, Page, PullRequest } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Asker, askerOf, type Client, type Synced } from './client.ts'
import { containersOf } from './container-list.ts'
import { observe } from './mapping.ts'

/**
 * `Provider.pull`. An incremental walk is one Sync request. A complete one is a full Sync, which may be older than
 * now, and at once an incremental one: two pages, and a task may be in both. The second goes on from the cursor, where
 * there is one: a full Sync shows open tasks alone, and an edit of a completed one that lies before its token would never
 * be seen. So the chain of incremental answers never breaks. The service may answer an incremental request in full; that
 * walk then goes on as a complete one.
 */
export async function pull(client: Client, connection: Connection, request: PullRequest): Promise<Page> {
  const asker = askerOf(connection)
  const before = request.position === null ? null : readPosition(request.position)
  if (before !== null) {
    const second = await (before.fromCursor
      ? syncFrom(client, asker, before.token)
      : client.sync(asker, { token: before.token }))
    if (before.fromCursor && second.reply.full_sync === true)
      return pageOf(second, { next: second.reply.sync_token })
    return pageOf(second, { next: null, complete: !before.blurred && !isBlurred(second) })
  }
  const { mode, cursor } = request
  const first = await syncFrom(client, asker, mode === 'complete' ? ALL : (cursor ?? ALL))
  if (first.reply.full_sync !== true && mode === 'incremental' && cursor !== null)
    return pageOf(first, { next: null, complete: false })
  const goesOn = mode === 'complete' && cursor !== null
  return pageOf(first, { next: goesOn ? `${FROM_CURSOR}${cursor}` : first.reply.sync_token })
}

/** The token that asks for everything. */
const ALL = '*'

/** `next`: from where the page after it goes on (see `readPosition`); null when this is the last one. */
type Walk = { readonly next: string } | { readonly next: null; readonly complete: boolean }

/** What changed since a token; everything when the service does not take the token any more. */
export async function syncFrom(client: Client, asker: Asker, token: string): Promise<Synced> {
  try {
    return await client.sync(asker, { token })
  } catch (error) {
    if (token === ALL || !(error instanceof ProviderError) || error.kind !== 'invalid') throw error
    const all = await client.sync(asker, { token: ALL })
    return { ...all, reply: { ...all.reply, full_sync: true } }
  }
}

/**
 * The tasks of an answer by id, as of its slot. A full answer may be older than that: it is brought up to date by an
 * incremental one from its token.
 */
export async function latest(
  client: Client,
  asker: Asker,
  { reply }: Synced,
): Promise<Map<string, Observation>> {
  const rest = reply.full_sync === true ? await client.sync(asker, { token: reply.sync_token }) : null
  const all = [...observations(reply.items), ...observations(rest?.reply.items)]
  return new Map(all.map((one) => [one.remoteId, one]))
}

/**
 * Where a complete walk stands: the token from which it goes on. Before it a `?` when a row of the first page had no id
 * that could be read: such a row is a task that was not shown, so that the walk is not complete. Then a `^` when the token
 * is the cursor, which the service may have forgotten.
 */
const BLURRED = '?'
const FROM_CURSOR = '^'

function readPosition(position: string) {
  const blurred = position.startsWith(BLURRED)
  const rest = blurred ? position.slice(BLURRED.length) : position
  const fromCursor = rest.startsWith(FROM_CURSOR)
  return { token: fromCursor ? rest.slice(FROM_CURSOR.length) : rest, blurred, fromCursor }
}

function isBlurred({ reply }: Synced): boolean {
  return (reply.items ?? []).some((row) => observe(row) === null)
}

function pageOf(synced: Synced, walk: Walk): Page {
  const { askedAt, reply } = synced
  return {
    askedAt,
    observations: observations(reply.items),
    containers: containersOf(reply),
    position: walk.next === null ? null : `${isBlurred(synced) ? BLURRED : ''}${walk.next}`,
    cursor: walk.next === null ? reply.sync_token : null,
    complete: walk.next === null && walk.complete,
  }
}

function observations(rows: readonly unknown[] | null | undefined): Observation[] {
  return (rows ?? []).flatMap((row) => observe(row) ?? [])
}
