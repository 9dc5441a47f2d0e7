import type { Tx } from '../database.ts'

/** All tables of the record but the list of migrations, by name. */
export async function recordTables(tx: Tx): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'dealbridge' and tablename <> 'migration' order by name`
  return rows.map(({ name }) => name)
}

/**
 * Lets rows come in any order for the rest of the transaction: takes foreign keys away and lets triggers rest. What it gives
 * back puts both in force again, and checks all rows. (To switch the checks off alone takes a superuser.)
 */
export async function loosen(tx: Tx, tables: readonly string[]): Promise<() => Promise<void>> {
  const keys = await tx<{ table: string; name: string; definition: string }[]>`
    select c.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and c.relnamespace = 'dealbridge'::regnamespace`
  for (const { table, name } of keys)
    await tx`alter table dealbridge.${tx(table)} drop constraint ${tx(name)}`
  for (const table of tables) await tx`alter table dealbridge.${tx(table)} disable trigger user`
  return async () => {
    for (const table of tables) await tx`alter table dealbridge.${tx(table)} enable trigger user`
    for (const { table, name, definition } of keys)
      await tx`alter table dealbridge.${tx(table)} add constraint ${tx(name)} ${tx.unsafe(definition)}`
  }
}
