import type { Connection, DbTime, FoundCreate, LostCreate, Observation, RemoteTask } from '../contract.ts'
import { askerOf, type Client } from './client.ts'
import { notUnderstood } from './errors.ts'
import { observe } from './mapping.ts'
import { latest } from './pull.ts'
import { taskPageSchema } from './wire.ts'

/**
 * How long the service is trusted to remember a command's uuid. Nothing is published; replays minutes apart were
 * seen to be recognised.
 */
const REPLAY_MS = 15 * 60_000
const PAGE_SIZE = 200
/** Ends a listing whose pages never do. A project holds at most 300 open tasks. */
const MAX_PAGES = 50

/** `Provider.findCreated`. `now`: milliseconds since the epoch. */
export async function findCreated(
  client: Client,
  connection: Connection,
  lost: LostCreate,
  now: number,
): Promise<FoundCreate> {
  if (now - Date.parse(lost.attemptedAt) < REPLAY_MS) return { kind: 'not-arrived' }
  const project = lost.op.container?.remoteId ?? null
  const { askedAt, seen } = await (project === null
    ? everything(client, connection)
    : listed(client, connection, project))
  const found = new Map<string, RemoteTask>()
  for (const one of seen) if (isIt(one, lost)) found.set(one.remoteId, one.seen)
  const [first] = found
  if (first === undefined) {
    // Without a marker there is nothing to look by: only a person can tell.
    if (lost.op.marker === null) return { kind: 'ambiguous', candidates: [] }
    return askedAt > lost.settledAt ? { kind: 'not-arrived' } : { kind: 'too-early', askedAt }
  }
  if (found.size > 1) return { kind: 'ambiguous', candidates: [...found.keys()] }
  return { kind: 'arrived', askedAt, remoteId: first[0], now: first[1] }
}

function isIt(
  seen: Observation,
  { op, known }: LostCreate,
): seen is Extract<Observation, { kind: 'present' }> {
  return (
    seen.kind === 'present' &&
    op.marker !== null &&
    seen.seen.marker === op.marker &&
    !known.has(seen.remoteId)
  )
}

async function everything(client: Client, connection: Connection) {
  const asker = askerOf(connection)
  const synced = await client.sync(asker, { token: '*' })
  return { askedAt: synced.askedAt, seen: [...(await latest(client, asker, synced)).values()] }
}

async function listed(client: Client, connection: Connection, project: string) {
  const seen: Observation[] = []
  let askedAt: DbTime | null = null
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ project_id: project, limit: String(PAGE_SIZE) })
    if (cursor !== null) query.set('cursor', cursor)
    const answer = await client.get(askerOf(connection), `/tasks?${query}`)
    const parsed = taskPageSchema.safeParse(answer.body)
    if (!parsed.success) throw notUnderstood('read')
    askedAt ??= answer.askedAt
    seen.push(...parsed.data.results.flatMap((row) => observe(row) ?? []))
    cursor = parsed.data.next_cursor ?? null
    if (cursor === null) return { askedAt, seen }
  }
  throw notUnderstood('read')
}
