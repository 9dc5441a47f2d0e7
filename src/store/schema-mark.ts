import type { Db, Tx } from './database.ts'

/** Whose tasks the record holds: those of real accounts, or of the demo's simulated ones. */
export type SchemaMark = 'live' | 'demo'

/** Null when nothing is recorded yet. A schema without a mark counts as real once it holds a connection. */
export async function schemaMark(db: Db | Tx): Promise<SchemaMark | null> {
  const [row] = await db<{ mark: string | null; made: boolean }[]>`
    select obj_description(to_regnamespace('dealbridge')::oid, 'pg_namespace') as mark,
      to_regclass('dealbridge.connection') is not null as made`
  if (row?.made !== true) return null
  if (row.mark === 'demo' || row.mark === 'live') return row.mark
  const [used] = await db<{ used: boolean }[]>`select exists (select from dealbridge.connection) as used`
  return used?.used === true ? 'live' : null
}

export async function markSchema(tx: Tx, mark: SchemaMark): Promise<void> {
  await tx.unsafe(`comment on schema dealbridge is '${mark}'`)
}
