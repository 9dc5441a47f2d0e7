import type { Connection, DbTime, Observation, ReadResult, RemoteTask } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { accountOf } from './account.ts'
import type { Client } from './client.ts'
import { pathOf } from './hrefs.ts'
import { type Found, lookAtPlaces, lookFor } from './look-for.ts'
import { observe } from './mapping.ts'

/**
 * `Provider.read`: first where the tasks were last seen, by one request for each list; those that are not there, or
 * of which no place is known, are looked for in all lists. A task that is nowhere is gone, but not for certain: a server
 * may lag behind, and only a deletion that it tells itself is sure.
 */
export async function read(
  client: Client,
  connection: Connection,
  remoteIds: readonly string[],
  known: () => Promise<ReadonlyMap<string, RemoteTask>> = async () => new Map(),
): Promise<ReadResult> {
  const account = await accountOf(client, connection)
  const ids = [...new Set(remoteIds)]
  const observations: Observation[] = []
  let askedAt: DbTime | null = null
  try {
    const there = await lookAtPlaces(client, account, placesOf(ids, await known()))
    askedAt = there.askedAt
    observations.push(...shownIn(ids, there.found))
    const left = ids.filter((id) => !there.found.has(id))
    if (left.length > 0) {
      const elsewhere = await lookFor(client, account, left)
      askedAt ??= elsewhere.askedAt
      observations.push(...shownIn(left, elsewhere.found))
      for (const remoteId of left)
        if (!elsewhere.found.has(remoteId)) observations.push({ kind: 'gone', remoteId, certain: false })
    }
  } catch (error) {
    if (askedAt === null || observations.length === 0 || !(error instanceof ProviderError)) throw error
    return { askedAt, observations, unreached: error }
  }
  if (askedAt === null) throw new RangeError('A read needs at least one id.')
  return { askedAt, observations, unreached: null }
}

/** Where tasks were last seen, by their ids. */
export function placesOf(
  ids: readonly string[],
  known: ReadonlyMap<string, RemoteTask>,
): ReadonlyMap<string, string> {
  return new Map(
    ids.flatMap((id) => {
      const path = placeOf(known.get(id) ?? null)
      return path === null ? [] : [[id, path] as const]
    }),
  )
}

/** The path in a task's `extra`; null where it holds none. */
export function placeOf(task: RemoteTask | null): string | null {
  const href = task?.extra.href
  return typeof href === 'string' ? pathOf(href) : null
}

function shownIn(ids: readonly string[], found: ReadonlyMap<string, Found>): Observation[] {
  return ids.flatMap((id) => {
    const one = found.get(id)
    return one === undefined ? [] : (observe(one.decoded) ?? [])
  })
}
