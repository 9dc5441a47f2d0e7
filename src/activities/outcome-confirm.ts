import { type Confirmation, confirmFields } from '../core/confirm.ts'
import type { RemoteTask } from '../core/observation.ts'
import type { Field } from '../core/task.ts'
import type { StepResult } from '../providers/contract.ts'
import type { OpStep } from '../store/ops.ts'
import type { OutcomeInput } from './outcome-input.ts'

/* What the answers to a write show of it. Pure. */

/** So many attempts of an edit may be answered with the task as it was before: services show old pictures for a while. */
const PATIENT_ATTEMPTS = 1

/**
 * A step that was done, and whose answer shows its fields as they were: an old picture, or the service ignores it. Until it
 * was shown, base would stay, and a later look at our own value would look like somebody's edit; so it is looked at again.
 */
export function unlessStale(input: OutcomeInput): (result: StepResult) => StepResult {
  const { op, result } = input
  return (told) => {
    const step = op.steps.find(({ name }) => name === told.name)
    if (op.verb !== 'update' || op.attempts > PATIENT_ATTEMPTS || told.outcome !== 'confirmed') return told
    const isStale = step !== undefined && confirm(input, [step], result.now).ignored.length > 0
    return isStale ? { name: told.name, outcome: 'unknown' } : told
  }
}

/** Each step is confirmed by its own answer where it has one: what a later one shows may be somebody's edit by then. */
export function confirm(
  input: OutcomeInput,
  done: readonly OpStep[],
  shown: RemoteTask | null,
): Confirmation {
  const { op, pair, route, result } = input
  const { rules } = route.sides[op.side]
  const parts = done.map((step) => {
    const own = result.steps.find(({ name }) => name === step.name)?.shown ?? null
    const answered = isAnswer(input, step, own) ? new Set(fieldsOf(step)) : NO_FIELDS
    return confirmFields(op, fieldsOf(step), own ?? shown, rules, route.policy, pair.base, answered)
  })
  return {
    move: {
      left: Object.assign({}, ...parts.map(({ move }) => move.left)),
      right: Object.assign({}, ...parts.map(({ move }) => move.right)),
    },
    ignored: parts.flatMap(({ ignored }) => ignored),
  }
}

const NO_FIELDS: ReadonlySet<Field> = new Set()

/**
 * Whether the answer to the step's own call, in the first attempt, shows what it has set. Where a service is asked twice,
 * or knows a repeated call by its key, somebody may have edited it since.
 */
function isAnswer({ op, result, by }: OutcomeInput, step: OpStep, own: RemoteTask | null): boolean {
  const last = result.steps.findLast(({ outcome }) => outcome === 'confirmed')
  return by === 'reply' && op.attempts <= 1 && (own !== null || last?.name === step.name)
}

export function fieldsOf({ fields }: OpStep): Field[] {
  return Object.keys(fields) as Field[]
}
