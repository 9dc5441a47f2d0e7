import type { Connection, DbTime, Observation, ReadResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Asker, askerOf, type Client } from './client.ts'
import { cancelled } from './errors.ts'
import { observe } from './mapping.ts'
import { latest, syncFrom } from './pull.ts'
import { createSharedQueue } from './sync-batch.ts'

/** Single reads at the same time, where there is no cursor to look from. */
const AT_ONCE = 5

/**
 * `Provider.read`: one incremental Sync from the connection's cursor for the ids of all calls that run at the same
 * time; what it does not show has not changed. The token of its answer is dropped: what else it showed was not taken
 * in. Without a cursor, or when the service answers in full, missing ids are read one by one.
 */
export function createReader(client: Client) {
  const queue = createSharedQueue<{ ids: readonly string[]; cursor: string }, ReadResult>({
    fit: (waiting) => waiting.length,
    send: async (items, asker, onSlot) => {
      const all = [...new Set(items.flatMap((item) => item.ids))]
      const synced = await syncFrom(client, asker, items[0]?.cursor ?? '*')
      const { askedAt, reply } = synced
      onSlot(askedAt)
      const seen = await latest(client, asker, synced)
      const missing = all.filter((id) => !seen.has(id))
      if (reply.full_sync !== true) {
        const whole = (remoteId: string) => seen.get(remoteId) ?? ({ kind: 'unchanged', remoteId } as const)
        return items.map(({ ids }) => ({
          askedAt,
          observations: [...ids.map(whole), ...childrenOf(ids, seen)],
          unreached: null,
        }))
      }
      const { observations, unreached } = await readEach(client, asker, missing)
      for (const observation of observations) seen.set(observation.remoteId, observation)
      return items.map(({ ids }) => ({
        askedAt,
        observations: ids.flatMap((remoteId) => seen.get(remoteId) ?? []),
        unreached: ids.every((id) => seen.has(id)) ? null : unreached,
      }))
    },
    abandon: () => ({ ok: false, error: cancelled() }),
  })

  return async (connection: Connection, remoteIds: readonly string[]): Promise<ReadResult> => {
    const ids = [...new Set(remoteIds)]
    const { cursor } = connection
    if (cursor === null) {
      const { askedAt, observations, unreached } = await readEach(client, askerOf(connection), ids)
      if (askedAt === null) throw unreached ?? new RangeError('A read needs at least one id.')
      return { askedAt, observations, unreached }
    }
    const [outcome] = await queue.submit(cursor, connection, [{ ids, cursor }])
    if (outcome === undefined) throw cancelled()
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }
}

/** What is known to have changed below these tasks: whoever deletes one must not take them along unseen. */
function childrenOf(ids: readonly string[], seen: ReadonlyMap<string, Observation>): Observation[] {
  return [...seen.values()].filter(
    (one) =>
      one.kind === 'present' &&
      one.seen.task.parent !== null &&
      ids.includes(one.seen.task.parent) &&
      !ids.includes(one.remoteId),
  )
}

/** Each by itself, until something stops them all. */
async function readEach(client: Client, asker: Asker, ids: readonly string[]) {
  const found: { askedAt: DbTime; observation: Observation }[] = []
  let unreached: ProviderError | null = null
  for (let from = 0; from < ids.length && unreached === null; from += AT_ONCE) {
    const group = ids.slice(from, from + AT_ONCE)
    const looks = await Promise.allSettled(group.map((id) => readOne(client, asker, id)))
    for (const look of looks) {
      if (look.status === 'fulfilled') found.push(look.value)
      else if (look.reason instanceof ProviderError) unreached = look.reason
      else throw look.reason
    }
  }
  // The earliest slot: none of the observations is older.
  const askedAt = found.map((one) => one.askedAt).sort()[0] ?? null
  return { askedAt, observations: found.map((one) => one.observation), unreached }
}

async function readOne(client: Client, asker: Asker, remoteId: string) {
  let askedAt: DbTime = ''
  const slot = (at: DbTime) => {
    askedAt = at
  }
  try {
    const { body } = await client.get(asker, `/tasks/${encodeURIComponent(remoteId)}`, slot)
    // Asked for under this id: an answer under another (an id of former years) is still about it.
    const seen = observe(body, { alone: true })
    const observation: Observation =
      seen === null ? { kind: 'unknown', remoteId, why: 'unreadable' } : { ...seen, remoteId }
    return { askedAt, observation }
  } catch (error) {
    const observation = error instanceof ProviderError ? observationOf(error, remoteId) : null
    if (observation === null) throw error
    return { askedAt, observation }
  }
}

/** What an error says about the task alone; null when it says something about the call. */
function observationOf(error: ProviderError, remoteId: string): Observation | null {
  switch (error.kind) {
    case 'gone':
      return { kind: 'gone', remoteId, certain: false }
    case 'not-visible':
      return { kind: 'unknown', remoteId, why: 'not-visible' }
    case 'invalid':
      return { kind: 'unknown', remoteId, why: 'unreadable' }
    default:
      return null
  }
}
