import { sameValue } from './equal.ts'
import { applyLabelChange, labelChange } from './label-sets.ts'
import type { FieldOutcome, MergeInput } from './merge-types.ts'
import { mayFlow, otherSide, SIDES, type Side } from './policy.ts'

/** Labels are a set: what either side added or removed is done on the other, and nobody loses (§4). */
export function mergeLabels({ base, left, right, rules, policy }: MergeInput): FieldOutcome {
  const labels = { left: left.task.labels, right: right.task.labels }
  const change = {
    left: labelChange(base.left.labels, labels.left),
    right: labelChange(base.right.labels, labels.right),
  }
  const known = base.left.labels !== undefined && base.right.labels !== undefined
  if (known && SIDES.every((side) => change[side].added.length + change[side].removed.length === 0))
    return 'leave'
  const kept = (side: Side, value: readonly string[]) =>
    rules[side].keep('labels', value, { zone: policy.zone })
  const needed = SIDES.map((target) => ({
    target,
    value: applyLabelChange(labels[target], change[otherSide(target)]),
  })).filter(({ target, value }) => !sameValue(kept(target, value), kept(target, labels[target])))
  if (needed.length === 0) return 'agreed'
  const writes = needed.filter(
    ({ target }) => mayFlow(policy, 'labels', target) && rules[target].modes.labels === 'rw',
  )
  return writes.length === 0 ? 'leave' : { writes, conflict: null }
}
