import type { Asker } from './client.ts'
import { asCollection, pathOf } from './hrefs.ts'

/** An account whose place is known. `home`: the path of the collection that holds its lists. */
export type Account = Asker & {
  readonly origin: string
  readonly home: string
  /** The list of tasks that go into none in particular, as it was when the account was checked. */
  readonly firstList: string | null
}

export function accountAt(asker: Asker, home: URL, firstList: string | null): Account {
  const path = asCollection(pathOf(home.href) ?? '/')
  return { ...asker, origin: home.origin, home: path, firstList }
}

export function urlOf(account: Pick<Account, 'origin'>, path: string): URL {
  return new URL(path, account.origin)
}
