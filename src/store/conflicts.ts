import type { FieldConflict } from '../core/merge.ts'
import type { Tx } from './database.ts'
import { json } from './json.ts'

/** Records conflicts with all values in full. A decided one is history; one without a winner waits for a person. */
export async function recordConflicts(
  tx: Tx,
  conflicts: readonly (FieldConflict & { readonly pairId: string })[],
): Promise<void> {
  for (const conflict of conflicts) {
    await tx`
      insert into conflict (pair_id, field, base, "left", "right", decision, decided_by, decided_at)
      values (${conflict.pairId}, ${conflict.field}, ${json(tx, conflict.base)}, ${json(tx, conflict.left)},
        ${json(tx, conflict.right)}, ${conflict.winner}, ${conflict.winner === null ? null : 'rule'},
        case when ${conflict.winner}::text is not null then clock() end)
      on conflict (pair_id, kind, coalesce(field, '')) where decision is null
      do update set base = excluded.base, "left" = excluded."left", "right" = excluded."right"`
  }
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
