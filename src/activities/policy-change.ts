import type { AssigneeInput } from '../config/assignee-input.ts'
import type { DealInput } from '../config/deal-input.ts'
import { isZone } from '../core/due.ts'
import type { ConflictRule, DeleteRule, Direction, FirstSyncRule, RoutePolicy, Side } from '../core/policy.ts'
import * as refusal from './route-refusals.ts'

/** What a person says of a route; what is not said stays as it is, or is as usual. */
export type PolicyChange = {
  readonly direction?: Direction
  readonly conflicts?: ConflictRule
  readonly deletes?: Readonly<Partial<Record<Side, DeleteRule>>>
  /** Which tasks a first sync lets in; of one that is done it changes nothing. */
  readonly firstSync?: FirstSyncRule
  readonly zone?: string
  /** Whose tasks of the CRM it has. */
  readonly assignees?: AssigneeInput
  /** How tasks are filed by deals; null: they are not, and all lie in General. */
  readonly deals?: DealInput | null
  /** Whether comments are copied into notes on people, and whether each task has one that tells of it. */
  readonly comments?: boolean
  readonly notes?: boolean
}

/**
 * A policy with what was said, but for deals (`withDealInput`) and agents (`assigneesAfter`). Throws UserError (exit code 2) for a zone
 * that there is not.
 */
export function withChange(
  policy: RoutePolicy,
  { deletes, deals: _, assignees: __, ...change }: PolicyChange,
): RoutePolicy {
  if (change.zone !== undefined && !isZone(change.zone)) throw refusal.noSuchZone(change.zone)
  return { ...policy, ...change, deletes: { ...policy.deletes, ...deletes } }
}

/** The same for a route whose sides are the other way round. */
export function mirrored({ direction, conflicts, deletes, ...rest }: PolicyChange): PolicyChange {
  return {
    ...rest,
    ...(direction === undefined ? {} : { direction: MIRRORED_DIRECTION[direction] }),
    ...(conflicts === undefined ? {} : { conflicts: MIRRORED_RULE[conflicts] }),
    deletes: {
      ...(deletes?.right === undefined ? {} : { left: deletes.right }),
      ...(deletes?.left === undefined ? {} : { right: deletes.left }),
    },
  }
}

const MIRRORED_DIRECTION: Readonly<Record<Direction, Direction>> = {
  both: 'both',
  toLeft: 'toRight',
  toRight: 'toLeft',
  off: 'off',
}

const MIRRORED_RULE: Readonly<Record<ConflictRule, ConflictRule>> = {
  newest: 'newest',
  left: 'right',
  right: 'left',
  manual: 'manual',
}
