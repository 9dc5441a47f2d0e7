import type { BaseMove } from './base.ts'
import { sameValue } from './equal.ts'
import type { RoutePolicy, Side, SideRules } from './policy.ts'
import type { CanonicalTask, Field, FieldValues } from './task.ts'

/** A write whose outcome is known. `before`: what the target held when it was planned, null for a create. */
export type WrittenOp = {
  readonly side: Side
  readonly after: FieldValues
  readonly sources: FieldValues
  readonly before: CanonicalTask | null
}

/**
 * `move`: fields that the service now shows as wanted. `ignored`: fields that it still shows as they were, although
 * it accepted the write. Fields in neither are shown with a third value: somebody else's edit, or the service's own
 * idea of ours; the next merge treats it as a change there.
 */
export type Confirmation = { readonly move: BaseMove; readonly ignored: readonly Field[] }

/** Compares what was wanted with what the service shows (I3: base moves only for what is shown). */
export function confirmFields(
  op: WrittenOp,
  fields: readonly Field[],
  shown: CanonicalTask | null,
  rules: SideRules,
  policy: RoutePolicy,
): Confirmation {
  const here: FieldValues = {}
  const there: FieldValues = {}
  const ignored: Field[] = []
  for (const field of shown === null ? [] : fields) {
    if (shown === null || op.sources[field] === undefined) continue
    if (keptAlike(field, op.after, shown, rules, policy)) {
      Object.assign(here, { [field]: shown[field] })
      Object.assign(there, { [field]: op.sources[field] })
    } else if (op.before !== null && sameValue(op.before[field], shown[field])) {
      ignored.push(field)
    }
  }
  const move = op.side === 'left' ? { left: here, right: there } : { left: there, right: here }
  return { move, ignored }
}

/**
 * What to do with a write that was planned or sent in an earlier attempt, after a fresh look at its target:
 * `done` when the target shows it, `send` when the target is as it was, `overtaken` when somebody changed it.
 */
export function resumeWrite(
  op: WrittenOp,
  now: CanonicalTask,
  rules: SideRules,
  policy: RoutePolicy,
): 'done' | 'send' | 'overtaken' {
  const fields = Object.keys(op.after) as Field[]
  if (fields.every((field) => keptAlike(field, op.after, now, rules, policy))) return 'done'
  const untouched = fields.every(
    (field) =>
      keptAlike(field, op.after, now, rules, policy) ||
      (op.before !== null && sameValue(op.before[field], now[field])),
  )
  return untouched ? 'send' : 'overtaken'
}

function keptAlike(
  field: Field,
  wanted: FieldValues,
  shown: CanonicalTask,
  rules: SideRules,
  policy: RoutePolicy,
): boolean {
  const value = wanted[field]
  if (value === undefined) return true
  const context = { zone: policy.zone }
  return sameValue(rules.keep(field, value, context), rules.keep(field, shown[field], context))
}
