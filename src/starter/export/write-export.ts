import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { RoutePolicy } from '../../core/policy.ts'
import { clockNow } from '../../store/clock.ts'
import type { Db } from '../../store/database.ts'
import { schemaVersions } from '../../store/migrate.ts'
import { routeFileText } from '../route-file-text.ts'
import { type ExportedRow, readRows } from './read-rows.ts'
import { EXPORTED } from './tables.ts'

/** Raised when a kind or a field is taken away, or means something else. */
export const EXPORT_FORM = 1

/** How many lines there are of each kind. */
export type ExportCounts = Readonly<Record<string, number>>

/**
 * Writes everything as JSON lines, as it was at one moment. Waits for whoever reads: no more than some hundred rows are in memory.
 * `program`: its version. Throws the signal's reason when it fires.
 */
export async function writeExport(
  db: Db,
  out: Writable,
  { program, signal }: { readonly program: string; readonly signal: AbortSignal },
): Promise<ExportCounts> {
  const counts: Record<string, number> = {}
  await db.begin('isolation level repeatable read read only', async (tx) => {
    const { found } = await schemaVersions(tx)
    await writeLine(out, {
      kind: 'export',
      form: EXPORT_FORM,
      program,
      schema: found,
      at: await clockNow(tx),
    })
    for (const table of EXPORTED) {
      counts[table.kind] = 0
      for await (const row of readRows(tx, table)) {
        signal.throwIfAborted()
        await writeLine(out, { kind: table.kind, ...row, ...fileOf(table.kind, row) })
        counts[table.kind] = (counts[table.kind] ?? 0) + 1
      }
    }
    await writeLine(out, { kind: 'end', counts })
  })
  return counts
}

/** A route as the file that `route edit --file` reads. */
function fileOf(kind: string, { policy }: ExportedRow): { readonly file?: string } {
  return kind === 'route' ? { file: routeFileText(policy as RoutePolicy) } : {}
}

async function writeLine(out: Writable, value: unknown): Promise<void> {
  if (!out.write(`${JSON.stringify(value)}\n`)) await once(out, 'drain')
}
