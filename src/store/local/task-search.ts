import type { LocalStatus, LocalTask } from '../../core/local-task.ts'
import type { Db, Tx } from '../database.ts'
import { TASK_COLUMNS } from './task-rows.ts'

/** Whether archived (or deleted) tasks come along, or come alone. */
export type Shown = 'no' | 'only' | 'too'

/**
 * Which tasks; null: whatever. `dueFrom`, `dueTo`: days (YYYY-MM-DD) on which it is due, the ends included, seen from `zone`
 * (IANA). `text`: in title or notes, whatever the case. `updatedSince`: a moment; every change that is committed later is
 * at or after any that was seen before. `after`: `nth` of the last task of the page before.
 */
export type TaskSearch = {
  readonly list: string | null
  readonly parent: string | null
  readonly status: readonly LocalStatus[] | null
  readonly dueFrom: string | null
  readonly dueTo: string | null
  readonly zone: string
  readonly label: string | null
  readonly text: string | null
  readonly updatedSince: string | null
  readonly archived: Shown
  readonly deleted: Shown
  readonly after: string | null
  readonly limit: number
}

/** In the order of creation. `next`: where the page after this one begins; null when there is none. */
export async function searchTasks(
  sql: Db | Tx,
  search: TaskSearch,
): Promise<{ readonly tasks: readonly LocalTask[]; readonly next: string | null }> {
  const { list, parent, status, label, text, updatedSince, limit } = search
  const when = (wanted: unknown, condition: () => ReturnType<Db>) =>
    wanted === null ? sql`` : sql`and ${condition()}`
  const found = await sql<LocalTask[]>`
    select ${sql.unsafe(TASK_COLUMNS)} from task
    where nth > ${search.after ?? '0'}
      ${when(list, () => sql`list_id = ${list}`)}
      ${when(parent, () => sql`parent_id = ${parent}`)}
      ${when(status, () => sql`status = any(${[...(status ?? [])]})`)}
      ${when(label, () => sql`${label} = any(labels || flags)`)}
      ${when(text, () => sql`title || E'\n' || notes ilike ${`%${literally(text ?? '')}%`}`)}
      ${when(updatedSince, () => sql`updated_at >= ${updatedSince}`)}
      ${when(search.dueFrom, () => sql`${dueDay(sql, search.zone)} >= ${search.dueFrom}`)}
      ${when(search.dueTo, () => sql`${dueDay(sql, search.zone)} <= ${search.dueTo}`)}
      ${isShown(sql, 'archived_at', search.archived)}
      ${isShown(sql, 'deleted_at', search.deleted)}
    order by nth limit ${limit + 1}`
  const tasks = found.slice(0, limit)
  return { tasks, next: found.length > limit ? (tasks.at(-1)?.nth ?? null) : null }
}

/** Days compare as text. One instant of a year that Postgres does not read the same way must not fail every search. */
function dueDay(sql: Db | Tx, zone: string) {
  return sql`(case
    when due ->> 'at' ~ '^[1-9]' then to_char((due ->> 'at')::timestamptz at time zone ${zone}, 'YYYY-MM-DD')
    else due ->> 'day' end) collate "C"`
}

function isShown(sql: Db | Tx, column: 'archived_at' | 'deleted_at', shown: Shown) {
  switch (shown) {
    case 'no':
      return sql`and ${sql(column)} is null`
    case 'only':
      return sql`and ${sql(column)} is not null`
    case 'too':
      return sql``
  }
}

/** Signs of a pattern stand for themselves. */
function literally(text: string): string {
  return text.replace(/[\\%_]/gu, (sign) => `\\${sign}`)
}
