import type {
  Connection,
  ContainerTarget,
  FoundCreate,
  LostCreate,
  Observation,
  RemoteTask,
} from '../contract.ts'
import { type Asker, askerOf, type Client } from './client.ts'
import { latest } from './pull.ts'
import { listTasks } from './task-list.ts'

/**
 * How long the service is trusted to remember a command's uuid. Nothing is published; replays minutes apart were
 * seen to be recognised.
 */
const REPLAY_MS = 15 * 60_000

/** `Provider.findCreated`. `now`: milliseconds since the epoch. */
export async function findCreated(
  client: Client,
  connection: Connection,
  lost: LostCreate,
  now: number,
): Promise<FoundCreate> {
  if (now - Date.parse(lost.attemptedAt) < REPLAY_MS) return { kind: 'not-arrived' }
  const { askedAt, seen } = await around(client, connection, lost.op.container)
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

/** What lies where it was to be made. Out of a section a user may have moved it meanwhile, within its project. */
async function around(client: Client, connection: Connection, container: ContainerTarget | null) {
  const asker = askerOf(connection)
  const id = container?.remoteId ?? null
  if (container === null || id === null) return everything(client, asker)
  if (container.kind !== 'section') {
    const listed = await listTasks(client, asker, { project_id: id })
    return { askedAt: listed.askedAt, seen: listed.observations }
  }
  const inside = await listTasks(client, asker, { section_id: id })
  const project = container.parent?.remoteId ?? null
  const beside = project === null ? null : await listTasks(client, asker, { project_id: project })
  return { askedAt: inside.askedAt, seen: [...inside.observations, ...(beside?.observations ?? [])] }
}

async function everything(client: Client, asker: Asker) {
  const synced = await client.sync(asker, { token: '*' })
  return { askedAt: synced.askedAt, seen: [...(await latest(client, asker, synced)).values()] }
}
