import type { Standing } from '../core/merge-types.ts'
import type { RemoteTask } from '../core/observation.ts'
import { isPlace } from '../core/place.ts'
import { otherSide } from '../core/policy.ts'
import { BLANK_TASK, type Field } from '../core/task.ts'
import type { OpRow } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import type { OutcomeInput } from './outcome-input.ts'
import { ownWords } from './plan/words.ts'

/* Differences that stand, because a service does not take what was written. Pure. */

/**
 * A service that accepts a change and goes on showing the old value would be written to without end: the difference
 * stands, and is shown as a failure. A later look that shows the value ends it. But once it is planned anew: the change may
 * have arrived before its key was sent again, and its user may have taken it back.
 */
export function stateAfter(
  input: OutcomeInput,
  written: readonly Field[],
  ignored: readonly Field[],
): Pick<PairRow, 'state' | 'standing' | 'lastError'> {
  const { op, pair, result } = input
  const anew = op.verb === 'update' && pair.attempts === 0
  if (ignored.length === 0 || result.now === null || anew) {
    // What was refused elsewhere still stands, and is still to be seen.
    const standing = op.verb === 'create' ? [] : pair.standing.filter(({ field }) => !written.includes(field))
    if (pair.state === 'waiting' && pair.refusedMove !== null)
      return { state: 'waiting', standing, lastError: pair.lastError }
    return pair.state === 'error' && standing.length > 0
      ? { state: 'error', standing, lastError: pair.lastError }
      : { state: 'ok', standing, lastError: null }
  }
  return {
    state: 'error',
    standing: addStanding(input, ignored, result.now),
    lastError: `${input.route.sides[op.side].connection.name} accepted a new ${ignored.join(', ')} but still shows the old one`,
  }
}

/** The differences of these fields stand from now on, as decisions see them: without words that were for the machine. */
export function addStanding(
  { op, pair, route, counterpart, result }: OutcomeInput,
  fields: readonly Field[],
  shown: RemoteTask | null,
): Standing[] {
  const remoteId = result.remoteId ?? op.remoteId
  const target = shown === null || remoteId === null ? null : { remoteId, seen: shown }
  const here = shown === null ? BLANK_TASK : ownWords(shown, op.side, pair, route, counterpart)
  const there =
    counterpart === null ? null : ownWords(counterpart.seen, otherSide(op.side), pair, route, target)
  const added = fields.map((field) => standingOf(op, field, here[field], there?.[field]))
  return [...pair.standing.filter((old) => !fields.includes(old.field)), ...added]
}

function standingOf(op: OpRow, field: Field, here: unknown, there: unknown): Standing {
  const values = op.side === 'left' ? { left: here, right: there } : { left: there, right: here }
  const refused = isPlace(field) ? { refused: { by: op.side, value: op.after[field] ?? null } } : {}
  return { field, ...values, ...refused }
}
