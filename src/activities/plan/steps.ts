import type { Field, FieldValues } from '../../core/task.ts'
import type { Capabilities } from '../../providers/contract.ts'
import type { OpStep } from '../../store/ops.ts'

/**
 * The calls of an op in their order: what a service sets in one call goes together, and only what changes is sent. An
 * update without fields still carries what we write beside them, in its first call.
 */
export function stepsFor(
  verb: 'create' | 'update' | 'delete',
  fields: FieldValues,
  capabilities: Capabilities,
): OpStep[] {
  if (verb !== 'update') return [{ name: verb, fields, outcome: 'open' }]
  const steps = capabilities.steps.flatMap((step): OpStep[] => {
    const carried = Object.fromEntries(
      (Object.keys(fields) as Field[])
        .filter((field) => step.fields.includes(field))
        .map((field) => [field, fields[field]]),
    )
    return Object.keys(carried).length === 0 ? [] : [{ name: step.name, fields: carried, outcome: 'open' }]
  })
  const [first] = capabilities.steps
  return steps.length > 0 || first === undefined ? steps : [{ name: first.name, fields: {}, outcome: 'open' }]
}
