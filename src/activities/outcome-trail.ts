import { closesOccurrence } from '../core/confirm.ts'
import { dealLabelsOf } from '../core/deal-label.ts'
import type { Trail } from '../core/doubt.ts'
import { sameValue } from '../core/equal.ts'
import type { RemoteTask } from '../core/observation.ts'
import type { Field } from '../core/task.ts'
import type { OutcomeInput } from './outcome-input.ts'

/**
 * What comes from no merge (a decree, words to be taken out) and is still shown as it was may be an answer from before our
 * write: it is doubted for a while, and not written again at once.
 */
export function unshownTrail(
  { op, now }: OutcomeInput,
  fields: readonly Field[],
  shown: RemoteTask | null,
): Trail[] {
  const { before } = op
  if (before === null || shown === null) return []
  return fields
    .filter((field) => op.sources[field] === undefined && !sameValue(op.after[field], shown.task[field]))
    .filter((field) => sameValue(before.task[field], shown.task[field]))
    .flatMap((field): Trail[] => {
      const left = { side: op.side, value: before.task[field], leftAt: now }
      return field === 'title'
        ? [
            { ...left, field },
            { ...left, field: 'words' },
          ]
        : [{ ...left, field }]
    })
}

/** A picture from before we closed an occurrence must not look like a task that is still to be closed. */
export function occurrenceTrail({ op, now }: OutcomeInput, shown: RemoteTask | null): Trail[] {
  if (op.before === null || shown === null || !closesOccurrence(op, shown)) return []
  return [{ side: op.side, field: 'completions', value: op.before.completions, leftAt: now }]
}

/**
 * What a write replaced that base never held: the loser of a conflict. A read from before the write must not look like
 * that person's edit made again.
 */
export function replacedTrail(
  { op, pair, now }: OutcomeInput,
  fields: readonly Field[],
  shown: RemoteTask | null,
): Trail[] {
  const { before } = op
  if (before === null || shown === null) return []
  return fields
    .filter((field) => !sameValue(before.task[field], shown.task[field]))
    .filter((field) => !sameValue(before.task[field], pair.base[op.side][field]))
    .map((field) => ({ side: op.side, field, value: before.task[field], leftAt: now }))
}

/** The label of the deal before, which our write has replaced, must not look like a word of the user's. */
export function filedTrail({ op, now }: OutcomeInput, shown: RemoteTask | null): Trail[] {
  if (op.before === null || shown === null || op.beside?.tables === undefined) return []
  const [left, is] = [dealLabelsOf(op.before.task.labels), dealLabelsOf(shown.task.labels)]
  return sameValue(left, is) ? [] : [{ side: op.side, field: 'filed', value: left, leftAt: now }]
}
