import type { Db, Tx } from '../database.ts'
import { isId } from './ids.ts'
import { type LocalWriting, nextSeq } from './writing.ts'

/** What is left of something purged. */
export type Tombstone = { readonly id: string; readonly kind: 'list' | 'task'; readonly changedSeq: string }

const COLUMNS = 'id, kind, changed_seq as "changedSeq"'

export async function tombstonesOf(sql: Db | Tx, ids: readonly string[]): Promise<Tombstone[]> {
  const known = ids.filter(isId)
  if (known.length === 0) return []
  return sql<Tombstone[]>`select ${sql.unsafe(COLUMNS)} from local_tombstone where id in ${sql(known)}`
}

/** Of what a create under this key had made. */
export async function tombstoneByKey(sql: Db | Tx, key: string): Promise<Tombstone | null> {
  const [row] = await sql<Tombstone[]>`select ${sql.unsafe(COLUMNS)} from local_tombstone where key = ${key}`
  return row ?? null
}

/** Lists that were purged after this number. */
export async function listTombstonesSince(sql: Db | Tx, seq: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from local_tombstone where kind = 'list' and changed_seq > ${seq} order by changed_seq`
  return rows.map(({ id }) => id)
}

/**
 * Removes a task with all that anybody typed into it, answers to requests about it too. What lies below it must have been
 * moved.
 */
export async function buryTask(writing: LocalWriting, id: string): Promise<void> {
  const { tx } = writing
  const [row] = await tx<{ key: string | null }[]>`delete from task where id = ${id} returning key`
  await bury(writing, 'task', id, row?.key ?? null)
  writing.touched.push({ id, how: 'deleted' })
}

/** As `buryTask`, of a list that holds no tasks any more. */
export async function buryList(writing: LocalWriting, id: string): Promise<void> {
  const { tx } = writing
  const [row] = await tx<{ key: string | null }[]>`delete from task_list where id = ${id} returning key`
  await bury(writing, 'list', id, row?.key ?? null)
  writing.lists.push(id)
}

async function bury(
  writing: LocalWriting,
  kind: Tombstone['kind'],
  id: string,
  key: string | null,
): Promise<void> {
  const { tx } = writing
  await tx`
    insert into local_tombstone (id, kind, key, changed_seq) values (${id}, ${kind}, ${key}, ${await nextSeq(writing)})`
  await tx`update api_request set answer = null where subject = ${id}`
}
