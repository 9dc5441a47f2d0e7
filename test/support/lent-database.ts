import { type Db, openDatabase } from '../../src/store/database.ts'
import { openMigratedDatabase } from './database.ts'

/** An empty record, given back when disposed of (`await using`). */
export type LentDatabase = AsyncDisposable & { readonly db: Db }

type Kept = { readonly db: Db; readonly emptying: string }

const free: Kept[] = []
/** After so many loans what deleted rows leave in the files is swept away. */
const SWEEP_EVERY = 40
let loans = 0

/**
 * A record with nothing in it over connections that have been used before, for the next test of this process: to make a
 * database and to plan each query anew takes as long as many a test. For tests that change rows alone, no tables.
 */
export async function lendDatabase(): Promise<LentDatabase> {
  const kept = free.pop() ?? (await makeOne())
  const { db, emptying } = kept
  return {
    db,
    async [Symbol.asyncDispose]() {
      loans += 1
      // One that cannot be emptied is lent to nobody.
      await db
        .begin((tx) => tx.unsafe(emptying))
        .catch(async (error: unknown) => {
          await db.end({ timeout: 5 })
          throw error
        })
      if (loans % SWEEP_EVERY === 0) await db`vacuum`
      free.push(kept)
    },
  }
}

/**
 * A record of its own, for tests of very many rows: queries that were planned over a few take minutes over hundreds, until
 * Postgres has counted them.
 */
export async function ownDatabase(): Promise<LentDatabase> {
  const database = await openMigratedDatabase()
  const db = openDatabase({ url: database.url })
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.end({ timeout: 5 })
      await database[Symbol.asyncDispose]()
    },
  }
}

async function makeOne(): Promise<Kept> {
  const { url } = await openMigratedDatabase()
  const db = openDatabase({ url })
  const tables = await db<{ name: string; filled: boolean }[]>`
    select format('%I.%I', table_schema, table_name) as name,
      query_to_xml(format('select 1 from %I.%I limit 1', table_schema, table_name), false, true, '')::text <> '' as filled
    from information_schema.tables where table_schema = 'dealbridge' and table_type = 'BASE TABLE'`
  const filled = tables.filter((table) => table.filled).map(({ name }) => name)
  await db`create schema pristine`
  for (const name of filled) await db.unsafe(`create table ${pristine(name)} as table ${name}`)
  const counters = await db<{ set: string }[]>`
    select format('setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename), coalesce(last_value, 1),
      last_value is not null) as set
    from pg_sequences where schemaname = 'dealbridge' and sequencename like '%_id_seq'`
  const emptying = emptyingOf({
    tables: tables.map(({ name }) => name),
    filled,
    counters: counters.map(({ set }) => set),
  })
  return { db, emptying }
}

/** Rows are deleted: after a truncation every query is planned anew. Without triggers, so that their order does not matter. */
function emptyingOf(what: Readonly<Record<'tables' | 'filled' | 'counters', readonly string[]>>): string {
  return [
    'set local session_replication_role = replica',
    ...what.tables.map((name) => `delete from ${name}`),
    ...what.filled.map((name) => `insert into ${name} overriding system value table ${pristine(name)}`),
    `select ${what.counters.join(', ')}`,
  ].join('; ')
}

function pristine(table: string): string {
  return `pristine.${table.split('.').at(-1)}`
}
