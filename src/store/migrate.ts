import { readdir, readFile } from 'node:fs/promises'
import { UserError } from '../config/errors.ts'
import { type Db, inTransaction, type Tx } from './database.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/u
/** Any number that nobody else on the server uses for an advisory lock. */
const LOCK = 7_263_410_551

/** What `migrate` came to: the schema's version before, 0 where there was none, and now. */
export type Migrated = { readonly from: number; readonly to: number }

/**
 * Brings the schema to this program's version. Safe to run from many processes at once: one works, the others wait.
 * Throws UserError when the record was written by a newer version.
 */
export async function migrate(db: Db): Promise<Migrated> {
  return inTransaction(db, (tx) => migrateIn(tx))
}

/** Within the caller's transaction. `upTo`: an earlier version to stop at. */
export async function migrateIn(tx: Tx, upTo?: number): Promise<Migrated> {
  const files = await migrationFiles()
  await tx`select pg_advisory_xact_lock(${LOCK})`
  await tx`create schema if not exists dealbridge`
  await tx`create table if not exists dealbridge.migration (
    version int primary key, name text not null, applied_at timestamptz not null default clock_timestamp())`
  const from = await currentVersion(tx)
  if (from > files.length) throw newerSchema(from, files.length)
  const to = upTo ?? files.length
  for (const file of files.slice(from, to)) {
    await tx.unsafe(await readFile(new URL(file, FOLDER), 'utf8'))
    await tx`insert into dealbridge.migration (version, name) values (${Number(file.slice(0, 4))}, ${file})`
  }
  return { from, to: Math.max(from, to) }
}

/** The schema's version that this program knows. */
export async function knownVersion(): Promise<number> {
  return (await migrationFiles()).length
}

/** The version of the schema that is there; 0 where there is none. */
export async function schemaVersion(sql: Db | Tx): Promise<number> {
  const [row] = await sql<{ made: boolean }[]>`
    select to_regclass('dealbridge.migration') is not null as made`
  return row?.made === true ? currentVersion(sql) : 0
}

/** Which version the schema has (0: none yet), and which this program knows. */
export async function schemaVersions(
  sql: Db | Tx,
): Promise<{ readonly found: number; readonly known: number }> {
  const known = (await migrationFiles()).length
  const [there] = await sql<{ there: boolean }[]>`
    select to_regclass('dealbridge.migration') is not null as there`
  const [row] =
    there?.there === true
      ? await sql<
          { found: number }[]
        >`select coalesce(max(version), 0)::int as found from dealbridge.migration`
      : []
  return { found: row?.found ?? 0, known }
}

async function migrationFiles(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => FILE_NAME.test(name)).sort()
  files.forEach((name, index) => {
    if (Number(name.slice(0, 4)) !== index + 1)
      throw new Error(`migration ${name} should have number ${index + 1}`)
  })
  return files
}

async function currentVersion(sql: Db | Tx): Promise<number> {
  const [row] = await sql<
    { version: number | null }[]
  >`select max(version) as version from dealbridge.migration`
  return row?.version ?? 0
}

function newerSchema(found: number, known: number): UserError {
  return new UserError({
    code: 'NEWER_SCHEMA',
    message: `The database has schema version ${found}; this version of Dealbridge knows ${known}.`,
    hints: ['Run the newer Dealbridge that made it, or point DATABASE_URL at another database.'],
    exitCode: 2,
  })
}
