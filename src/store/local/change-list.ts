import { sameValue } from '../../core/equal.ts'
import { LocalRefusal } from '../../core/local-refusal.ts'
import type { LocalList } from '../../core/local-task.ts'
import { type Expected, requireExpected } from './expected.ts'
import { insertList, listByKey, listsById, saveList } from './list-rows.ts'
import { tombstoneByKey } from './tombstones.ts'
import type { LocalWriting } from './writing.ts'

/** A list to be made. `name`: one line, not empty. `position` left out: behind all others. */
export type ListDraft = Pick<LocalList, 'name'> & {
  readonly colour?: string | null
  readonly position?: number
  readonly marker?: string | null
  readonly key?: string
}

/** What is to become of a list; what is left out stays. */
export type ListChange = Partial<Pick<LocalList, 'name' | 'colour' | 'position' | 'marker'>> & {
  readonly archived?: boolean
}

/** Made again under the same key it stays one. Throws LocalRefusal `no-list` when that one was purged since. */
export async function addList(
  writing: LocalWriting,
  { name, colour = null, position, marker = null, key }: ListDraft,
): Promise<LocalList> {
  if (key !== undefined) {
    const known = await listByKey(writing.tx, key)
    if (known !== null) return known
    if ((await tombstoneByKey(writing.tx, key)) !== null) throw noList()
  }
  return insertList(writing, { name, colour, marker, position: position ?? null, key: key ?? null })
}

/** Throws LocalRefusal. A change that changes nothing leaves no trace. */
export async function changeList(
  writing: LocalWriting,
  id: string,
  { archived, ...change }: ListChange,
  expected: Expected = null,
): Promise<LocalList> {
  const list = await requireList(writing, id)
  requireExpected(list, expected)
  if (list.deletedAt !== null) throw new LocalRefusal('deleted', 'The list is deleted: restore it first.')
  if (archived === true) requireOther(list)
  const archivedAt =
    archived === undefined ? list.archivedAt : archived ? (list.archivedAt ?? writing.now) : null
  const after = { ...list, ...change, archivedAt }
  return sameValue(after, list) ? list : saveList(writing, after)
}

/** A list, deleted or not. Throws LocalRefusal `no-list`. */
export async function requireList({ tx }: LocalWriting, id: string): Promise<LocalList> {
  const [list] = await listsById(tx, [id])
  if (list === undefined) throw noList()
  return list
}

/** Throws LocalRefusal for the default list, which is always there. */
export function requireOther(list: LocalList): void {
  if (list.isDefault)
    throw new LocalRefusal('default-list', 'This is the list of tasks that name none; it is always there.')
}

function noList(): LocalRefusal {
  return new LocalRefusal('no-list', 'There is no such list, or not any more.')
}
