import type { Client } from './client.ts'
import type { ListStates } from './cursor.ts'
import { deltaOf } from './delta.ts'
import { existing } from './fetch.ts'
import { conventionalPath, conventionalUid, nameable } from './hrefs.ts'
import type { TaskList } from './lists.ts'
import type { Account } from './place.ts'

/** What a walk knows of the lists before the one that it is in. `names`: UIDs by the names of all that is in a list. */
export type Before = {
  readonly client: Client
  readonly account: Account
  /** From where the walk looks at each list; one that is not in it is shown whole. */
  readonly since: ListStates
  readonly names: Map<string, ReadonlySet<string>>
}

/**
 * Those of these UIDs that a list before this one holds, too. Apps that copy a task may leave its UID: the first by path is
 * the task then, in every walk, and the others are not seen.
 */
export async function alsoIn(
  before: Before,
  lists: readonly TaskList[],
  uids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const list of lists) {
    const state = before.since[list.id]
    for (const uid of Object.values(state?.odd ?? {})) if (uids.includes(uid)) found.add(uid)
    const names = state === undefined ? await namesIn(before, list) : await asked(before, list, uids)
    for (const uid of uids) if (names.has(uid)) found.add(uid)
  }
  return found
}

/** In a walk of everything the list's own names tell of all tasks at once. */
async function namesIn(before: Before, list: TaskList): Promise<ReadonlySet<string>> {
  const known = before.names.get(list.path)
  if (known !== undefined) return known
  const delta = await deltaOf(before.client, before.account, list, null)
  const names = new Set((delta?.changed ?? []).map(conventionalUid))
  before.names.set(list.path, names)
  return names
}

async function asked(
  { client, account }: Before,
  list: TaskList,
  uids: readonly string[],
): Promise<ReadonlySet<string>> {
  const paths = nameable(uids).map((uid) => conventionalPath(list.path, uid))
  if (paths.length === 0) return new Set()
  return new Set((await existing(client, account, list.path, paths)).map(conventionalUid))
}
