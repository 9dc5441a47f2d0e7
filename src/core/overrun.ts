import { keptAlike, type WrittenOp } from './confirm.ts'
import type { DbTime } from './db-time.ts'
import type { Trail } from './doubt.ts'
import { sameValue } from './equal.ts'
import type { FieldConflict } from './merge-types.ts'
import type { RemoteTask } from './observation.ts'
import type { MirrorRow } from './observe.ts'
import { otherSide, type RoutePolicy, type SideRules } from './policy.ts'
import { FIELDS, type Field } from './task.ts'

/* Neither side can compare and set: an edit between our last look and our write is replaced by it. */

/**
 * What looks have shown in the fields of a write while it was open, where that is neither what it was planned on nor what it
 * writes: somebody's edit. By the time the write is known to be done, the mirror may show our own value. `askedAt`: of
 * the look.
 */
export type Met = Readonly<Partial<Record<Field, { readonly value: unknown; readonly askedAt: DbTime }>>>

export type MeetingOp = WrittenOp & { readonly met: Met }

/**
 * `met` with what this look shows; null when it shows nothing new. What it shows as it was before stays: the look may be
 * older than it says, and a value too many is kept sooner than one too few.
 */
export function meet(op: MeetingOp, row: MirrorRow, rules: SideRules, policy: RoutePolicy): Met | null {
  const { before } = op
  if (op.verb !== 'update' || before === null || row.presence !== 'present') return null
  const shown = row.seen.task
  const added = (Object.keys(op.after) as Field[])
    .filter((field) => !sameValue(shown[field], before.task[field]))
    .filter((field) => !keptAlike(field, op.after, shown, rules, policy))
    .filter((field) => !sameValue(shown[field], op.met[field]?.value))
    .map((field) => [field, { value: shown[field], askedAt: row.askedAt }] as const)
  return added.length === 0 ? null : { ...op.met, ...Object.fromEntries(added) }
}

/**
 * The edits that a write has replaced, as losers of conflicts. `row`: the mirror's picture of its target before the news;
 * `askedAt`: of the look or the call that says that it is done, `shown`: what that showed. What a stale read may have brought
 * back (`trail`) was no edit; what is still shown, or was only seen after the call, still stands.
 */
export function overrunBy(
  op: MeetingOp,
  row: MirrorRow | null,
  done: { readonly askedAt: DbTime; readonly shown: RemoteTask | null; readonly trail: readonly Trail[] },
): FieldConflict[] {
  const { before } = op
  if (before === null) return []
  const isStale = ({ field, value }: LastMet) =>
    done.trail.some((one) => one.side === op.side && one.field === field && sameValue(one.value, value))
  const stands = ({ field, value, askedAt }: LastMet) =>
    askedAt > done.askedAt || (done.shown !== null && sameValue(done.shown.task[field], value))
  return lastMet(op, row)
    .filter((one) => !isStale(one) && !stands(one))
    .map(({ field, value }) => {
      const was = before.task[field]
      const ours = op.verb === 'delete' ? was : op.after[field]
      const values = op.side === 'left' ? { left: value, right: ours } : { left: ours, right: value }
      return { field, base: { left: was, right: was }, ...values, winner: otherSide(op.side) }
    })
}

type LastMet = { readonly field: Field; readonly value: unknown; readonly askedAt: DbTime }

function lastMet({ verb, before, met }: MeetingOp, row: MirrorRow | null): LastMet[] {
  switch (verb) {
    case 'create':
      return []
    case 'update':
      return FIELDS.flatMap((field) => {
        const one = met[field]
        return one === undefined ? [] : [{ field, ...one }]
      })
    case 'delete':
      // A task that is gone has nothing new to show: the mirror still has what was last seen of it.
      return row === null || before === null
        ? []
        : FIELDS.filter((field) => !sameValue(row.seen.task[field], before.task[field])).map((field) => ({
            field,
            value: row.seen.task[field],
            askedAt: row.askedAt,
          }))
  }
}
