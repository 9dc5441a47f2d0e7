import type { DbTime } from '../core/db-time.ts'
import type { FieldConflict } from '../core/merge-types.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/**
 * Records conflicts with all values in full. A decided one is history, and noted once, however often its write is planned
 * anew; one without a winner waits for a person.
 */
export async function recordConflicts(
  tx: Tx,
  conflicts: readonly (FieldConflict & { readonly pairId: string })[],
): Promise<void> {
  for (const conflict of conflicts) {
    await tx`
      with given as (
        select ${conflict.pairId}::bigint as pair_id, ${conflict.field}::text as field, ${json(tx, conflict.base)}::jsonb as base,
          ${json(tx, conflict.left)}::jsonb as "left", ${json(tx, conflict.right)}::jsonb as "right",
          ${conflict.winner}::text as decision, ${conflict.by ?? 'rule'}::text as by)
      insert into conflict (pair_id, field, base, "left", "right", decision, decided_by, decided_at)
      select g.pair_id, g.field, g.base, g."left", g."right", g.decision,
        case when g.decision is not null then g.by end, case when g.decision is not null then clock() end
      from given g
      where g.decision is null or (g.base, g."left", g."right", g.decision) is distinct from (
        select (c.base, c."left", c."right", c.decision) from conflict c
        where c.pair_id = g.pair_id and c.kind = 'field' and c.field = g.field order by c.id desc limit 1)
      on conflict (pair_id, kind, coalesce(field, '')) where decision is null
      do update set base = excluded.base, "left" = excluded."left", "right" = excluded."right"`
  }
}

/** Those of these pairs of which a field waits for a person. */
export async function pairsInConflict(tx: Tx, pairIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (pairIds.length === 0) return new Set()
  const rows = await tx<{ id: string }[]>`
    select distinct pair_id as id from conflict
    where pair_id in ${tx([...pairIds])} and kind = 'field' and decision is null`
  return new Set(rows.map((row) => row.id))
}

/** Conflicts of fields that waited for a person, and are none any more: both sides agree, or somebody wrote since. */
export async function settleConflicts(tx: Tx, pairId: string, still: readonly string[]): Promise<void> {
  await tx`
    update conflict set decision = 'settled', decided_by = 'edit', decided_at = clock()
    where pair_id = ${pairId} and kind = 'field' and decision is null and field <> all (${[...still]}::text[])`
}

/** A create that may have arrived more than once: a person must say which task it is. */
export async function recordAmbiguity(tx: Tx, pairId: string, candidates: readonly string[]): Promise<void> {
  await tx`
    insert into conflict (pair_id, kind, base) values (${pairId}, 'ambiguous', ${json(tx, { candidates })})
    on conflict (pair_id, kind, coalesce(field, '')) where decision is null do update set base = excluded.base`
}

export const CONFLICT_KINDS = ['field', 'home', 'ambiguous', 'person'] as const

/**
 * What a person decides, or a rule has decided. `base`, `left`, `right`: values of the field, `base` one for each side;
 * of an ambiguous create `base` holds the candidates. `decision` null: it waits for a person.
 */
export type ConflictRow = {
  readonly id: string
  readonly pairId: string
  readonly kind: (typeof CONFLICT_KINDS)[number]
  readonly field: string | null
  readonly base: unknown
  readonly left: unknown
  readonly right: unknown
  readonly decision: string | null
  readonly decidedBy: string | null
  readonly at: DbTime
}

/** Of table `conflict` under the alias `c`. */
export const CONFLICT_COLUMNS = `c.id, c.pair_id as "pairId", c.kind, c.field, c.base, c."left", c."right", c.decision,
  c.decided_by as "decidedBy", c.at`

/** Oldest first: those that wait, or all. */
export async function listConflicts(
  sql: Db | Tx,
  { decided }: { readonly decided: boolean },
): Promise<ConflictRow[]> {
  return sql<ConflictRow[]>`
    select ${sql.unsafe(CONFLICT_COLUMNS)} from conflict c where ${decided} or c.decision is null order by c.id`
}

/** The newest conflicts of a pair, newest first. */
export async function conflictsOf(sql: Db | Tx, pairId: string, limit: number): Promise<ConflictRow[]> {
  return sql<ConflictRow[]>`
    select ${sql.unsafe(CONFLICT_COLUMNS)} from conflict c where c.pair_id = ${pairId} order by c.id desc limit ${limit}`
}

export async function conflictById(sql: Db | Tx, id: string): Promise<ConflictRow | undefined> {
  const [row] = await sql<
    ConflictRow[]
  >`select ${sql.unsafe(CONFLICT_COLUMNS)} from conflict c where c.id = ${id}`
  return row
}

/** A person has decided, or has turned a decision round. The caller holds the pair's lock. */
export async function decideConflict(tx: Tx, id: string, decision: string): Promise<void> {
  await tx`
    update conflict set decision = ${decision}, decided_by = 'person', decided_at = clock() where id = ${id}`
}

/** Whoever keeps a field as it is on each side has answered what waited about it. */
export async function keepBoth(tx: Tx, pairId: string, field: string): Promise<void> {
  await tx`
    update conflict set decision = 'both', decided_by = 'person', decided_at = clock()
    where pair_id = ${pairId} and kind = 'field' and field = ${field} and decision is null`
}

/** Notes values that an undo found changed, and left, once: `decision` is the side whose value stays. */
export async function recordUntouched(
  tx: Tx,
  conflict: Omit<FieldConflict, 'winner'> & { readonly pairId: string; readonly stays: string },
): Promise<void> {
  await tx`
    insert into conflict (pair_id, field, base, "left", "right", decision, decided_by, decided_at)
    select g.*, 'undo', clock()
    from (select ${conflict.pairId}::bigint, ${conflict.field}::text, ${json(tx, conflict.base)}::jsonb,
      ${json(tx, conflict.left)}::jsonb, ${json(tx, conflict.right)}::jsonb, ${conflict.stays}::text)
      as g (pair_id, field, base, "left", "right", decision)
    where not exists (
      select from conflict c where c.pair_id = g.pair_id and c.field = g.field and c.decided_by = 'undo'
        and (c.base, c."left", c."right", c.decision) = (g.base, g."left", g."right", g.decision))`
}
