import type { Tx } from '../../store/database.ts'
import type { ExportedTable } from './tables.ts'

/** So many rows are in memory at once, whatever a table holds. */
const AT_ONCE = 500

export type ExportedRow = Readonly<Record<string, unknown>>

/** The rows of a table by a cursor. Names are those of the columns, in camel case. */
export async function* readRows(
  tx: Tx,
  { table, columns, order, more = {}, where }: ExportedTable,
): AsyncGenerator<ExportedRow> {
  const own = columns.split(' ').map((column) => `x."${column}" as "${camelCase(column)}"`)
  const further = Object.entries(more).map(([name, sql]) => `${sql} as "${name}"`)
  const only = where === undefined ? '' : `where ${where}`
  const query = tx<ExportedRow[]>`
    select ${tx.unsafe([...own, ...further].join(', '))} from ${tx.unsafe(`"${table}" x ${only}`)}
    order by ${tx.unsafe(order)}`
  for await (const rows of query.cursor(AT_ONCE)) yield* rows
}

function camelCase(column: string): string {
  return column.replace(/_(\w)/gu, (_, letter: string) => letter.toUpperCase())
}
