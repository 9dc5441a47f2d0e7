import { groupBy } from '../../core/group-by.ts'
import type { DbTime } from '../contract.ts'
import { type Client, isKind } from './client.ts'
import { inMotion } from './errors.ts'
import { type Fetched, fetchResources, queryTasks } from './fetch.ts'
import { collectionOf, conventionalPath, nameable } from './hrefs.ts'
import { type TaskList, taskLists } from './lists.ts'
import { type Decoded, decode, type Resource } from './mapping.ts'
import type { Account } from './place.ts'
import { allInPool } from './pool.ts'

/** Above so many, one look at a whole list costs less than a question for each. */
const MOST_QUESTIONS = 8

export type Found = { readonly resource: Resource; readonly decoded: Decoded }

/** `found`: by UID; what is not in it, was nowhere. `lists`: all of the account, as they were looked at. */
export type LookedFor = {
  readonly askedAt: DbTime
  readonly found: ReadonlyMap<string, Found>
  readonly lists: readonly TaskList[]
}

/**
 * Looks for tasks in all lists of the account: first where they lie by their names, then by their UIDs. Of two resources
 * of one UID the first by path is the task; one at path `besides` does not count. Throws when any list could not be looked
 * at.
 */
export async function lookFor(
  client: Client,
  account: Account,
  uids: readonly string[],
  besides?: string,
): Promise<LookedFor> {
  const { askedAt, lists } = await taskLists(client, account)
  const found = new Map<string, Found>()
  const left = () => uids.filter((uid) => !found.has(uid))
  const take = ({ found: resources }: Fetched) => {
    for (const resource of [...resources.values()].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      if (resource.path === besides) continue
      const decoded = decode(resource, account.home)
      if (decoded.kind === 'other' || found.has(decoded.uid)) continue
      found.set(decoded.uid, { resource, decoded })
    }
  }
  for (const { path } of lists) {
    const paths = nameable(left()).map((uid) => conventionalPath(path, uid))
    if (paths.length > 0) take(await unlessGone(fetchResources(client, account, path, paths)))
  }
  for (const { path } of lists) {
    const asked: readonly (string | null)[] = left().length > MOST_QUESTIONS ? [null] : left()
    for (const one of await allInPool(asked, (uid) => unlessGone(queryTasks(client, account, path, uid))))
      take(one)
  }
  return { askedAt, found: new Map([...found].filter(([uid]) => uids.includes(uid))), lists }
}

/** A list that was there a moment ago: whatever was in it may be elsewhere now. */
async function unlessGone(look: Promise<Fetched>): Promise<Fetched> {
  try {
    return await look
  } catch (error) {
    throw isKind(error, 'gone') ? inMotion() : error
  }
}

/** Tasks where they are known to lie, as far as they are still there. Throws when a list could not be looked at. */
export async function lookAtPlaces(
  client: Client,
  account: Account,
  places: ReadonlyMap<string, string>,
): Promise<{ readonly askedAt: DbTime | null; readonly found: ReadonlyMap<string, Found> }> {
  const byList = groupBy([...places], ([, path]) => collectionOf(path))
  const looks = await allInPool([...byList], async ([collection, those]) => {
    try {
      return await fetchResources(
        client,
        account,
        collection,
        those.map(([, path]) => path),
      )
    } catch (error) {
      // The list is gone; its tasks may have been moved before.
      if (isKind(error, 'gone')) return null
      throw error
    }
  })
  const found = new Map<string, Found>()
  for (const [uid, path] of places)
    for (const look of looks) {
      const resource = look?.found.get(path)
      const decoded = resource === undefined ? null : decode(resource, account.home)
      if (resource === undefined || decoded === null || decoded.kind === 'other' || decoded.uid !== uid)
        continue
      found.set(uid, { resource, decoded })
    }
  return { askedAt: looks.flatMap((look) => look?.askedAt ?? []).sort()[0] ?? null, found }
}
