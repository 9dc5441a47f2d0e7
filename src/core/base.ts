import type { DbTime } from './db-time.ts'
import type { Trail } from './doubt.ts'
import { sameValue } from './equal.ts'
import type { Base } from './merge-types.ts'
import { SIDES } from './policy.ts'
import type { Field, FieldValues } from './task.ts'

export const EMPTY_BASE: Base = { left: {}, right: {} }

/** The values that both sides are now confirmed to hold. Both sets have the same fields. */
export type BaseMove = { readonly left: FieldValues; readonly right: FieldValues }

/** Moves the base and remembers which values it left. */
export function moveBase(
  base: Base,
  move: BaseMove,
  now: DbTime,
): { readonly base: Base; readonly trail: readonly Trail[] } {
  const trail: Trail[] = []
  for (const side of SIDES) {
    for (const field of Object.keys(move[side]) as Field[]) {
      const before = base[side][field]
      if (before === undefined || sameValue(before, move[side][field])) continue
      trail.push({ side, field, value: before, leftAt: now })
    }
  }
  return { base: { left: { ...base.left, ...move.left }, right: { ...base.right, ...move.right } }, trail }
}
