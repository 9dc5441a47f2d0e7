import { type Beside, NOTHING_BESIDE } from '../../core/beside.ts'
import type { Field, FieldValues } from '../../core/task.ts'
import type { Capabilities } from '../../providers/contract.ts'
import type { OpStep } from '../../store/ops.ts'

/** The step that puts a task somewhere else. */
export const MOVE = 'move'

/**
 * The calls of an op in their order: what a service sets in one call goes together, and only what changes is sent. What
 * we write beside the fields goes in the first call, also where that sets none; a comment has a call of its own, the last one.
 * `moves`: the task is put into a place that Dealbridge chooses, which sets no field; what there is to say comes before that.
 */
export function stepsFor(
  verb: 'create' | 'update' | 'delete',
  fields: FieldValues,
  capabilities: Capabilities,
  beside: Beside = NOTHING_BESIDE,
  moves = false,
): OpStep[] {
  if (verb !== 'update') return [{ name: verb, fields, outcome: 'open' }]
  const steps = capabilities.steps.flatMap((step): OpStep[] => {
    const carried = Object.fromEntries(
      (Object.keys(fields) as Field[])
        .filter((field) => step.fields.includes(field))
        .map((field) => [field, fields[field]]),
    )
    return Object.keys(carried).length === 0 && !(moves && step.name === MOVE)
      ? []
      : [{ name: step.name, fields: carried, outcome: 'open' }]
  })
  const commented = beside.comment !== null || (beside.bare?.comment ?? null) !== null
  const comment: OpStep[] = commented ? [{ name: 'comment', fields: {}, outcome: 'open' }] : []
  const [first] = capabilities.steps
  const told = beside.flags.add.length + beside.flags.remove.length > 0 || beside.block !== null
  const flagged =
    told || beside.tables !== undefined || beside.bare !== undefined || beside.person !== undefined
  const bare = flagged ? steps.every(({ name }) => name !== first?.name) : steps.length + comment.length === 0
  const opening: OpStep[] =
    bare && first !== undefined ? [{ name: first.name, fields: {}, outcome: 'open' }] : []
  const moving = moves ? steps.findIndex(({ name }) => name === MOVE) : -1
  const at = moving < 0 ? steps.length : moving
  return [...opening, ...steps.slice(0, at), ...comment, ...steps.slice(at)]
}
