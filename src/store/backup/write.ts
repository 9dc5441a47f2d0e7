import type { SecretKey } from '../../config/secret-keys.ts'
import { clockNow } from '../clock.ts'
import type { Db, Tx } from '../database.ts'
import { schemaVersion } from '../migrate.ts'
import { schemaMark } from '../schema-mark.ts'
import { mark } from '../seal.ts'
import { type BackupCounts, type BackupHead, FORMAT, KEY_TEXT } from './format.ts'
import { recordTables } from './tables.ts'

const ROWS_AT_ONCE = 500

/**
 * The whole record as the lines of a backup, as it was at one moment: others may go on writing. `key`: seals its
 * credentials. `write` is awaited. Gives back the head and what was counted.
 */
export async function writeBackup(
  db: Db,
  key: SecretKey | null,
  write: (lines: readonly string[]) => Promise<void>,
): Promise<BackupHead & BackupCounts> {
  return (await db.begin('isolation level repeatable read read only', async (tx) => {
    const head: BackupHead = {
      dealbridge: 'backup',
      format: FORMAT,
      schema: await schemaVersion(tx),
      mark: await schemaMark(tx),
      takenAt: await clockNow(tx),
      key: key === null ? null : mark(KEY_TEXT, key),
    }
    await write([JSON.stringify(head)])
    const tables = await recordTables(tx)
    let rows = 0
    for (const table of tables) {
      await write([JSON.stringify({ table })])
      const all = tx<{ row: string }[]>`select t::text as row from dealbridge.${tx(table)} t`
      for await (const some of all.cursor(ROWS_AT_ONCE)) {
        rows += some.length
        await write(some.map(({ row }) => JSON.stringify(row)))
      }
    }
    await write([JSON.stringify({ counters: await counters(tx) }), JSON.stringify({ end: { rows } })])
    return { ...head, tables: tables.length, rows }
  })) as BackupHead & BackupCounts
}

async function counters(tx: Tx): Promise<Readonly<Record<string, string | null>>> {
  const rows = await tx<{ name: string; last: string | null }[]>`
    select sequencename as name, last_value::text as last from pg_sequences
    where schemaname = 'dealbridge' order by sequencename`
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]))
}
