import { sameValue } from '../core/equal.ts'
import { mayFlow, otherSide, SIDES, type Side, sharedFields } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import type { PairLook } from './plan/pair-view.ts'

/** What was changed on a side since both were the same, and is not carried over because the route does not flow that way. */
export function heldByDirection({ view }: PairLook): { readonly side: Side; readonly field: Field }[] {
  if (view.memory !== 'linked') return []
  const { left, right, base, policy, rules } = view
  if (left.presence !== 'present' || right.presence !== 'present') return []
  const tasks = { left: left.task, right: right.task }
  return SIDES.flatMap((side) =>
    sharedFields(rules.left, rules.right)
      .filter((field) => {
        const before = base[side][field]
        const changed = before !== undefined && !sameValue(before, tasks[side][field])
        return changed && !mayFlow(policy, field, otherSide(side))
      })
      .map((field) => ({ side, field })),
  )
}
