import type { FieldDecree } from '../core/decree.ts'
import { otherSide } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import type { OutcomeInput } from './outcome-input.ts'

/**
 * What a change that was refused for good goes back to, on a side that shows changes at once and asks afterwards whether
 * they could be carried over. The decree waits for a fresh look: whoever has changed it since is not contradicted. Pure.
 */
export function rollBack({ op, route }: OutcomeInput, refused: readonly Field[]): FieldDecree[] {
  const source = otherSide(op.side)
  const { rollsBack } = route.sides[source].provider.capabilities
  const { before } = op
  if (op.verb !== 'update' || op.cause !== 'change' || before === null) return []
  return refused
    .filter((field) => rollsBack.includes(field) && field in op.sources && field in op.base[source])
    .map((field) => {
      const there = before.task[field]
      const values = { [source]: op.base[source][field], [op.side]: there }
      const expects = { [source]: op.sources[field], [op.side]: there }
      return {
        kind: 'field',
        field,
        left: values.left,
        right: values.right,
        expects: { left: expects.left, right: expects.right },
        cause: 'rollback',
      }
    })
}
