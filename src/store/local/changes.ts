import type { LocalTask } from '../../core/local-task.ts'
import type { LocalPage, LocalPageRequest } from '../../providers/local/store.ts'
import type { Db, Tx } from '../database.ts'
import { allLists, listsSince } from './list-rows.ts'
import { TASK_COLUMNS } from './task-rows.ts'
import { listTombstonesSince } from './tombstones.ts'

type StoreRow = { readonly id: string; readonly seq: string }

export async function storeRow(sql: Db | Tx): Promise<StoreRow> {
  const [row] = await sql<StoreRow[]>`select id, seq from local_store`
  if (row === undefined) throw new Error('the store of our own tasks has lost its one row')
  return row
}

/**
 * One page of everything, or of what changed. A walk tells what was committed when it began: its number is read before its
 * first page, and nothing at or below it is committed later (migration 0010). What changes meanwhile is above it, and is
 * told by the next walk.
 */
export async function changesPage(sql: Db | Tx, request: LocalPageRequest): Promise<LocalPage> {
  const store = await storeRow(sql)
  const since = knownSince(store, request)
  const until = request.until ?? store.seq
  const found = since === null ? await everything(sql, request) : await changed(sql, since, until, request)
  const first = request.after === null
  return {
    storeId: store.id,
    since,
    until,
    ...found,
    lists: !first
      ? []
      : since === null
        ? await allLists(sql, { archived: true, deleted: true })
        : await listsSince(sql, since),
    goneLists: first ? await listTombstonesSince(sql, since ?? '0') : [],
  }
}

/** Null when there is none, or it is another store's, or of a time that this one (put back from a copy) has not come to. */
function knownSince(store: StoreRow, { since }: LocalPageRequest): string | null {
  return since !== null && since.storeId === store.id && BigInt(since.seq) <= BigInt(store.seq)
    ? since.seq
    : null
}

type Found = Pick<LocalPage, 'tasks' | 'gone' | 'next'>

async function everything(sql: Db | Tx, { after, limit }: LocalPageRequest): Promise<Found> {
  const tasks = await sql<LocalTask[]>`
    select ${sql.unsafe(TASK_COLUMNS)} from task
    where nth > ${after ?? '0'} and deleted_at is null order by nth limit ${limit + 1}`
  const shown = tasks.slice(0, limit)
  return { tasks: shown, gone: [], next: tasks.length > limit ? (shown.at(-1)?.nth ?? null) : null }
}

async function changed(
  sql: Db | Tx,
  since: string,
  until: string,
  { after, limit }: LocalPageRequest,
): Promise<Found> {
  const from = after ?? since
  const rows = await sql<{ id: string; seq: string }[]>`
    select id, changed_seq as seq from task where changed_seq > ${from} and changed_seq <= ${until}
    union all
    select id, changed_seq from local_tombstone
    where kind = 'task' and changed_seq > ${from} and changed_seq <= ${until}
    order by seq limit ${limit + 1}`
  const shown = rows.slice(0, limit)
  const ids = shown.map(({ id }) => id)
  const tasks =
    ids.length === 0
      ? []
      : await sql<LocalTask[]>`
          select ${sql.unsafe(TASK_COLUMNS)} from task where id in ${sql(ids)} order by changed_seq`
  const there = new Set(tasks.map(({ id }) => id))
  return {
    tasks,
    // One that is purged in between is gone as well.
    gone: ids.filter((id) => !there.has(id)),
    next: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null,
  }
}
