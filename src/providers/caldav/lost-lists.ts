import type { RemoteContainer } from '../contract.ts'
import { propfind } from './bodies.ts'
import { type Client, XML } from './client.ts'
import type { ListStates } from './cursor.ts'
import { inMotion } from './errors.ts'
import { collectionPath } from './hrefs.ts'
import { goneList, type TaskList } from './lists.ts'
import { type Account, urlOf } from './place.ts'
import { allInPool } from './pool.ts'

/** The lists of a cursor that are not among those of the account any more. */
export function missingIn(states: ListStates | null, lists: readonly TaskList[]): string[] {
  return Object.keys(states ?? {}).filter((id) => !lists.some((list) => list.id === id))
}

/**
 * Lists as gone, after each was asked for by itself: that an answer leaves one out lets all its tasks go, and may be the
 * answer's fault. Throws where one is still there.
 */
export async function confirmGone(
  client: Client,
  account: Account,
  ids: readonly string[],
): Promise<RemoteContainer[]> {
  return allInPool(ids, async (id) => {
    const { status } = await client.send(account, {
      method: 'PROPFIND',
      url: urlOf(account, collectionPath(account.home, id)),
      purpose: 'read',
      headers: { ...XML, depth: '0' },
      body: propfind(['d:resourcetype']),
      takes: (one) => one === 207 || one === 403 || one === 404 || one === 410,
    })
    if (status === 207) throw inMotion()
    return goneList(id)
  })
}
