import type { LocalList } from '../../core/local-task.ts'
import type { Db, Tx } from '../database.ts'
import { isId } from './ids.ts'
import { type LocalWriting, nextSeq } from './writing.ts'

const LIST_COLUMNS = [
  'id',
  'name',
  'colour',
  'position',
  'marker',
  'id = (select default_list from local_store) as "isDefault"',
  'version',
  'changed_seq as "changedSeq"',
  'created_at as "createdAt"',
  'updated_at as "updatedAt"',
  'archived_at as "archivedAt"',
  'deleted_at as "deletedAt"',
].join(', ')

/** Deleted ones too. In no order. */
export async function listsById(sql: Db | Tx, ids: readonly string[]): Promise<LocalList[]> {
  const known = ids.filter(isId)
  if (known.length === 0) return []
  return sql<LocalList[]>`select ${sql.unsafe(LIST_COLUMNS)} from task_list where id in ${sql(known)}`
}

export async function listByKey(sql: Db | Tx, key: string): Promise<LocalList | null> {
  const [row] = await sql<LocalList[]>`select ${sql.unsafe(LIST_COLUMNS)} from task_list where key = ${key}`
  return row ?? null
}

/** In their order. `archived`, `deleted`: whether those come along. */
export async function allLists(
  sql: Db | Tx,
  { archived, deleted }: { readonly archived: boolean; readonly deleted: boolean },
): Promise<LocalList[]> {
  return sql<LocalList[]>`
    select ${sql.unsafe(LIST_COLUMNS)} from task_list
    where (${archived} or archived_at is null) and (${deleted} or deleted_at is null)
    order by position, nth`
}

/** Deleted ones too; those that changed after this number. */
export async function listsSince(sql: Db | Tx, seq: string): Promise<LocalList[]> {
  return sql<LocalList[]>`
    select ${sql.unsafe(LIST_COLUMNS)} from task_list where changed_seq > ${seq} order by changed_seq`
}

export type NewLocalList = Pick<LocalList, 'name' | 'colour' | 'marker'> & {
  /** Null: behind all others. */
  readonly position: number | null
  readonly key: string | null
}

export async function insertList(writing: LocalWriting, given: NewLocalList): Promise<LocalList> {
  const { tx, by, now } = writing
  const [row] = await tx<LocalList[]>`
    insert into task_list (name, colour, position, key, marker, changed_seq, created_by, updated_by, created_at, updated_at)
    values (${given.name}, ${given.colour},
      coalesce(${given.position}::float8, (select coalesce(max(position), 0) + 1 from task_list)), ${given.key},
      ${given.marker}, ${await nextSeq(writing)}, ${by}, ${by}, ${now}, ${now})
    returning ${tx.unsafe(LIST_COLUMNS)}`
  if (row === undefined) throw new Error('a list was not stored')
  writing.lists.push(row.id)
  return row
}

/** Stores the list as it is given, as the store's next change. */
export async function saveList(writing: LocalWriting, list: LocalList): Promise<LocalList> {
  const { tx, by, now } = writing
  const [row] = await tx<LocalList[]>`
    update task_list set name = ${list.name}, colour = ${list.colour}, position = ${list.position}, marker = ${list.marker},
      version = version + 1, changed_seq = ${await nextSeq(writing)}, updated_by = ${by}, updated_at = ${now},
      archived_at = ${list.archivedAt}, deleted_at = ${list.deletedAt}
    where id = ${list.id}
    returning ${tx.unsafe(LIST_COLUMNS)}`
  if (row === undefined) throw new Error(`list ${list.id} is gone while it was locked`)
  writing.lists.push(row.id)
  return row
}
