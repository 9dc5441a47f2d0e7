import { type Decision, decide, isPresent, type PairView } from './decision.ts'
import { otherSide, SIDES } from './policy.ts'

/**
 * A task that its user has moved into a list of another route, or assigned to the user of another one: it is handed over. It
 * stays in step here until its task on that route is made, and then makes room; nothing that somebody typed into the old one
 * meanwhile is left behind (`merge` says what is still to be carried over). Null where there is no such move.
 */
export function handOver(view: PairView, merge: (view: PairView) => Decision): Decision | null {
  if (view.memory === 'unlinked' && view.reason === 'reassigned') return assignedBack(view)
  const handed = view.memory === 'unlinked' && view.reason === 'handed-over'
  if (view.memory !== 'linked' && !handed) return null
  const mover = SIDES.find((side) => isMoved(view, side))
  if (mover === undefined) return handed ? broughtBack(view) : null
  const old = otherSide(mover)
  const [moved, left] = [view[mover], view[old]]
  if (left.presence === 'gone') return decide(view, { memory: 'unlinked', reason: 'handed-over' })
  if (!isPresent(moved) || !isPresent(left)) return null
  const merged = merge({ ...view, memory: 'linked' })
  if (!moved.takenOver || merged.reads.length > 0 || merged.writes.length > 0) return merged
  // It may have been moved or assigned back meanwhile, and the old one may have been edited.
  const reads = [...(moved.fresh ? [] : [mover]), ...(left.fresh ? [] : [old])]
  if (reads.length > 0) return decide(view, { memory: view.memory, reason: view.reason, reads })
  return {
    ...merged,
    memory: 'unlinked',
    state: 'ok',
    reason: 'handed-over',
    writes: [{ side: old, verb: 'delete', fields: {}, sources: {}, cause: 'hand-over' }],
  }
}

function isMoved(view: PairView, side: (typeof SIDES)[number]): boolean {
  const look = view[side]
  return isPresent(look) && look.outside === 'handed-over'
}

/** It lies in a list of this route again: what was left of it here is linked again, or made anew. */
function broughtBack(view: PairView): Decision | null {
  const back = SIDES.find((side) => {
    const look = view[side]
    return isPresent(look) && look.outside === null && view[otherSide(side)].presence === 'gone'
  })
  return back === undefined ? null : decide(view, { memory: 'new', abandon: otherSide(back) })
}

/**
 * Its task was left to a user whose it was no more, to do with as they liked: where they have completed or deleted it, it is
 * made anew, and that is told to nobody.
 */
function assignedBack(view: PairView): Decision | null {
  const back = SIDES.find((side) => {
    const [look, left] = [view[side], view[otherSide(side)]]
    if (!view.rules[side].needsPerson || !isPresent(look)) return false
    if (look.outside !== null || look.task.completed) return false
    return left.presence === 'gone' || (isPresent(left) && left.task.completed)
  })
  return back === undefined ? null : decide(view, { memory: 'new', abandon: otherSide(back) })
}
