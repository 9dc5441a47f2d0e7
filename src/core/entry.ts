import { isPresent, type PairView, type Present } from './decision.ts'
import { sameValue } from './equal.ts'
import { FIELDS, type FieldValues } from './task.ts'

/**
 * The view of a pair that a first sync left as it was, and that its user has edited since: from now on it is new. Every
 * other view is given back as it is.
 */
export function entered(view: PairView): PairView {
  const { memory, reason, known, left, right } = view
  if (memory !== 'unlinked' || reason !== 'known-before' || known === null) return view
  const comesIn = [left, right].some(
    (side) => isPresent(side) && side.outside === null && isEdited(side, known),
  )
  return comesIn ? { ...view, memory: 'new', reason: null } : view
}

/** Ticking it off is no edit, nor is the new date that this gives a repeating task. */
function isEdited({ task, recurs }: Present, known: FieldValues): boolean {
  return FIELDS.some(
    (field) => field !== 'completed' && !(recurs && field === 'due') && !sameValue(known[field], task[field]),
  )
}

/** It may be one of several tasks of the other side. Whatever becomes of it, only an answer or its deletion ends that. */
export function waitsForAnswer({ memory, reason, left, right }: PairView): boolean {
  if (memory !== 'new' || reason !== 'ambiguous') return false
  return left.presence !== 'gone' && right.presence !== 'gone' && !(isPresent(left) && isPresent(right))
}
