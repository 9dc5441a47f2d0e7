import type { Field } from '../core/task.ts'
import { recordConflicts } from '../store/conflicts.ts'
import type { Tx } from '../store/database.ts'
import type { MemberRow } from '../store/members.ts'
import { closeOp, type OpRow } from '../store/ops.ts'
import { confirmOutcomes } from './confirm.ts'
import type { Deps } from './deps.ts'
import { droppedBecause } from './plan/open-ops.ts'

/**
 * A write that arrived without anybody hearing of it, and that a user of its target took back at once, counts as done: base
 * moves as if its answer had come, and what the user has made of it since is an edit like any other. To send it again would
 * replace that edit unseen. It is not certain (the user may have changed something there and back by himself), so what the
 * other side then loses is kept in full. Of several calls only the first can be meant; what the others set is planned anew.
 */
export async function confirmTakenBack(
  tx: Tx,
  deps: Pick<Deps, 'providers' | 'timing'>,
  op: OpRow,
  { remoteId, row }: MemberRow,
): Promise<void> {
  const [step, ...rest] = op.steps.filter(({ outcome }) => outcome === 'open')
  if (step === undefined) return
  const shown = { ...row.seen, task: { ...row.seen.task, ...step.fields } }
  // Nothing is shown now but by that call: the task itself is looked at again before anybody decides.
  const result = {
    opId: op.id,
    askedAt: row.askedAt,
    remoteId,
    now: null,
    steps: [
      { name: step.name, outcome: 'confirmed' as const, shown },
      ...rest.map(({ name }) => ({ name, outcome: 'unknown' as const })),
    ],
  }
  await confirmOutcomes(tx, deps, op.connectionId, [{ op, result, by: 'look' }])
  if (rest.length > 0) await closeOp(tx, { ...op, status: 'unknown' }, droppedBecause('overtaken'))
  await recordConflicts(
    tx,
    (Object.keys(step.fields) as Field[])
      .filter((field) => op.sources[field] !== undefined)
      .map((field) => {
        const theirs = row.seen.task[field]
        const values =
          op.side === 'left'
            ? { left: theirs, right: op.sources[field] }
            : { left: op.sources[field], right: theirs }
        return { pairId: op.pairId, field, base: { left: theirs, right: theirs }, ...values, winner: op.side }
      }),
  )
}
