import {
  type Decision,
  decide,
  isAsRefused,
  isPresent,
  type PairView,
  type Present,
  routeFlows,
} from './decision.ts'
import { sameValue } from './equal.ts'
import { otherSide, type Side, sharedFields } from './policy.ts'
import { seriesOf } from './series.ts'

/** One side is certainly deleted, the other still there: the delete rule, or "edit beats delete" (§5, D7). */
export function gone(view: PairView, goneSide: Side): Decision {
  const side = otherSide(goneSide)
  const remaining = view[side]
  if (!isPresent(remaining)) return decide(view, { memory: view.memory, state: 'error', reason: 'broken' })
  const series = seriesOf(view)
  if (series?.advanced === true && series.plain === goneSide && mayRemake(view, goneSide)) {
    // What was deleted stood for an occurrence that is over.
    return nextOccurrence(view, goneSide)
  }
  const look = view[goneSide]
  if (look.presence === 'gone' && look.withHome)
    return decide(view, { memory: 'unlinked', reason: 'home-gone' })
  const rule = routeFlows(view.policy, side) ? view.policy.deletes[goneSide] : 'unlink'
  if (rule === 'unlink' || view.memory === 'new')
    return decide(view, { memory: 'unlinked', reason: 'deleted-there' })
  if (!remaining.fresh) return decide(view, { memory: view.memory, reads: [side] })
  if (editedSinceBase(view, side, remaining)) return recreate(view, goneSide)
  // A value that may be a stale read may as well be a person's revert: nothing is ended before a look settles it.
  if (remaining.doubted.size > 0) return decide(view, { memory: view.memory })
  if (rule === 'complete' && remaining.task.completed) return decide(view, { memory: 'closed' })
  const done = { completed: true }
  return decide(view, {
    memory: 'ending',
    writes: [
      rule === 'propagate'
        ? { side, verb: 'delete', fields: {}, sources: {}, cause: 'deletion' }
        : { side, verb: 'update', fields: done, sources: done, cause: 'deletion' },
    ],
  })
}

/** The other side was deleted and we were ending this one: repeat, unless a person edited it in the meantime. */
export function finishEnding(view: PairView, side: Side): Decision {
  // The service refused to end it, or a person gave that up: until somebody edits it, or says "retry".
  if ((view.reason === 'refused' || view.reason === 'discarded') && isAsRefused(view, side))
    return decide(view, {
      memory: 'ending',
      state: view.reason === 'refused' ? 'error' : 'ok',
      reason: view.reason,
    })
  return gone({ ...view, memory: 'linked' }, otherSide(side))
}

/** The plain task of an occurrence that is over makes room for the next one's. */
export function nextOccurrence(view: PairView, plain: Side): Decision {
  const owner = view[otherSide(plain)]
  return decide(view, {
    memory: 'new',
    reason: 'next-occurrence',
    abandon: plain,
    occurrences: isPresent(owner) ? owner.completions : view.occurrences,
  })
}

/** Edit beats delete (D7): the deleted side is made again from the one that a person went on editing. */
function recreate(view: PairView, goneSide: Side): Decision {
  return mayRemake(view, goneSide)
    ? decide(view, { memory: 'new', reason: 'deleted-there', abandon: goneSide })
    : decide(view, { memory: 'unlinked', state: 'waiting', reason: 'deleted-there' })
}

function mayRemake(view: PairView, side: Side): boolean {
  return routeFlows(view.policy, side) && (!view.rules[side].needsPerson || view.hasPerson)
}

/**
 * Completing is not an edit here: who ticks off a task does not ask for its return. What was never seen equal may well be
 * one: somebody edited the task while we made it.
 */
function editedSinceBase(view: PairView, side: Side, now: Present): boolean {
  return sharedFields(view.rules.left, view.rules.right).some((field) => {
    if (field === 'completed' || now.doubted.has(field)) return false
    const before = view.base[side][field]
    return before === undefined || !sameValue(before, now.task[field])
  })
}
