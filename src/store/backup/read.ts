import { z } from 'zod'
import { UserError } from '../../config/errors.ts'
import type { Tx } from '../database.ts'
import { knownVersion, migrateIn } from '../migrate.ts'
import { markSchema } from '../schema-mark.ts'
import { type BackupCounts, type BackupHead, countersLine, footLine, head, tableLine } from './format.ts'
import { goOnFromBackup } from './go-on.ts'
import { loosen, recordTables } from './tables.ts'

/** Rows that go to Postgres in one statement. */
const ROWS_AT_ONCE = 500

/** The head of a backup. Throws UserError for what is none, or is of a newer version. */
export async function readHead(line: string | undefined): Promise<BackupHead> {
  const found = head.safeParse(parsed(line))
  if (!found.success)
    throw broken('It does not begin as a backup does.', 'Is it a file that "dealbridge backup" wrote?')
  const known = await knownVersion()
  if (found.data.schema > known)
    throw new UserError({
      code: 'NEWER_BACKUP',
      message: `The backup has schema version ${found.data.schema}; this version of Dealbridge knows ${known}.`,
      hints: ['Restore it with the Dealbridge that made it, or a newer one.'],
      exitCode: 2,
    })
  return found.data
}

/**
 * Puts a backup in the place of whatever record there is, brings it to this program's version and lets it go on from there
 * (`goOnFromBackup`): all of it, or nothing where it fails. `lines`: what comes after the head. Throws UserError for a file that is
 * cut off or was changed.
 */
export async function restoreBackup(
  tx: Tx,
  { schema, mark }: BackupHead,
  lines: AsyncIterable<string>,
): Promise<BackupCounts> {
  await tx`drop schema if exists dealbridge cascade`
  await migrateIn(tx, schema)
  const tables = await recordTables(tx)
  const tighten = await loosen(tx, tables)
  for (const table of tables) await tx`delete from dealbridge.${tx(table)}`
  const rows = await fill(tx, new Set(tables), lines)
  await tighten()
  await migrateIn(tx)
  if (mark !== null) await markSchema(tx, mark)
  await goOnFromBackup(tx)
  return { tables: tables.length, rows }
}

async function fill(tx: Tx, tables: ReadonlySet<string>, lines: AsyncIterable<string>): Promise<number> {
  let table: string | null = null
  let waiting: string[] = []
  let rows = 0
  let ended = false
  const flush = async () => {
    if (table !== null && waiting.length > 0) await insert(tx, table, waiting)
    waiting = []
  }
  for await (const line of lines) {
    if (ended) throw broken('It goes on after its end.')
    const value = parsed(line)
    if (typeof value === 'string' && table !== null) {
      rows += 1
      waiting.push(value)
      if (waiting.length >= ROWS_AT_ONCE) await flush()
      continue
    }
    await flush()
    const next = z.union([tableLine, countersLine, footLine]).safeParse(value)
    if (!next.success) throw broken('A line in it is none of a backup.')
    if ('table' in next.data) {
      table = next.data.table
      if (!tables.has(table))
        throw broken(`It has a table ${table}, which its version of the record has not.`)
    } else if ('counters' in next.data) await setCounters(tx, next.data.counters)
    else {
      if (next.data.end.rows !== rows) throw broken('Rows are missing in it.')
      ended = true
    }
  }
  if (!ended) throw broken('Its end is missing.')
  return rows
}

/** Each row is read once as a whole, and then taken apart. */
async function insert(tx: Tx, table: string, rows: readonly string[]): Promise<void> {
  const name = tx`dealbridge.${tx(table)}`
  await tx`
    insert into ${name} overriding system value
    select (s.r).* from (select x::${name} as r from unnest(${tx.array([...rows])}::text[]) x offset 0) s`
}

async function setCounters(tx: Tx, counters: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [name, last] of Object.entries(counters))
    await tx`select setval(${`dealbridge.${name}`}::regclass, ${last ?? '1'}::bigint, ${last !== null})`
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '')
  } catch {
    return undefined
  }
}

function broken(why: string, hint = 'Take another copy of it: nothing was changed.'): UserError {
  return new UserError({
    code: 'BROKEN_BACKUP',
    message: `The backup cannot be read. ${why}`,
    hints: [hint],
    exitCode: 1,
  })
}
