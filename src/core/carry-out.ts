import { type Decision, decide, isPresent, type PairView, routeFlows, type SideView } from './decision.ts'
import type { Decree, RemakeDecree, RemoveDecree, StampDecree } from './decree.ts'
import { sameValue } from './equal.ts'
import type { FieldConflict } from './merge-types.ts'
import { SIDES } from './policy.ts'
import type { CanonicalTask, Field } from './task.ts'

/**
 * What a decree about a whole task asks for now: to take away a task that we made, to make a deleted one anew, or to make
 * that of a checklist. Null where there is none, or nothing is left of it to be done.
 */
export function carryOut(view: PairView): Decision | null {
  const removes = view.decrees.filter((decree) => decree.kind === 'remove')
  if (removes.length > 0) return remove(view, removes)
  for (const decree of view.decrees) {
    if (decree.kind === 'remake' && view[decree.side].presence === 'none') return remake(view, decree)
    if (decree.kind === 'stamp') return makeStamped(view, decree)
  }
  return null
}

/**
 * Decrees about whole tasks that have nothing more to ask; `conflicts` notes one that a person's edit has overtaken.
 */
export function settleDecrees(view: PairView): {
  readonly decrees: readonly Decree[]
  readonly conflicts: readonly FieldConflict[]
} {
  const conflicts: FieldConflict[] = []
  // Of two tasks that are to go together neither does, once a person has edited one.
  for (const decree of view.decrees) {
    const edited = decree.kind === 'remove' ? editedField(view, decree) : null
    if (edited !== null) conflicts.push(edited)
  }
  const decrees = view.decrees.filter((decree) => {
    if (decree.kind === 'remake') return SIDES.some((side) => view[side].presence === 'none')
    if (decree.kind === 'stamp') return SIDES.every((side) => view[side].presence === 'none')
    return decree.kind === 'field' || conflicts.length === 0
  })
  return { decrees, conflicts }
}

function remove(view: PairView, decrees: readonly RemoveDecree[]): Decision {
  const { memory, reason } = view
  const reads = decrees.flatMap(({ side }) => (mustBeRead(view[side]) ? side : []))
  if (reads.length > 0) return decide(view, { memory, reason, reads })
  const there = decrees.filter(({ side }) => isPresent(view[side]))
  if (there.length === 0) return decide(view, { memory: 'unlinked', reason: 'undone', decrees: [] })
  // What may be a stale read may as well be a person's edit.
  if (there.some(({ side }) => isDoubted(view[side]))) return decide(view, { memory, reason })
  const writes = there.map(
    ({ side }) => ({ side, verb: 'delete', fields: {}, sources: {}, cause: 'undo' }) as const,
  )
  return decide(view, { memory, writes })
}

function mustBeRead(side: SideView): boolean {
  return side.presence === 'unknown' || (isPresent(side) && !side.fresh)
}

function isDoubted(side: SideView): boolean {
  return isPresent(side) && side.doubted.size > 0
}

function remake(view: PairView, { side, fields }: RemakeDecree): Decision {
  if (view.rules[side].needsPerson && !view.hasPerson)
    return decide(view, { memory: 'new', state: 'waiting', reason: 'needs-person' })
  return decide(view, {
    memory: 'new',
    writes: [{ side, verb: 'create', fields, sources: {}, cause: 'undo' }],
  })
}

/** Refused for good, it waits for a person; given up by one, it is over. */
function makeStamped(view: PairView, { side, fields }: StampDecree): Decision {
  if (view.reason === 'discarded') return decide(view, { memory: 'closed', reason: 'discarded' })
  const skip = (reason: 'direction' | 'refused' | 'needs-person', state: Decision['state'] = 'ok') =>
    decide(view, { memory: 'new', state, reason })
  if (view.reason === 'refused') return skip('refused', 'error')
  if (!routeFlows(view.policy, side)) return skip('direction')
  if (view.rules[side].needsPerson && !view.hasPerson) return skip('needs-person', 'waiting')
  const { modes } = view.rules[side]
  const held = Object.entries(fields).filter(([field]) => isWritable(modes[field as Field]))
  return decide(view, {
    memory: 'new',
    writes: [{ side, verb: 'create', fields: Object.fromEntries(held), sources: {}, cause: 'checklist' }],
  })
}

function isWritable(mode: PairView['rules']['left']['modes'][Field]): boolean {
  return mode === 'rw' || mode === 'createOnly'
}

/** The first field of a task to be removed that somebody has edited since we made it. */
function editedField(view: PairView, { side, after }: RemoveDecree): FieldConflict | null {
  const target = view[side]
  if (!isPresent(target)) return null
  const { keep } = view.rules[side]
  const context = { zone: view.policy.zone }
  const kept = (field: Field, value: unknown) => keep(field, value as CanonicalTask[typeof field], context)
  const field = (Object.keys(after) as Field[]).find(
    (one) => !target.doubted.has(one) && !sameValue(kept(one, after[one]), kept(one, target.task[one])),
  )
  if (field === undefined) return null
  const valueOn = (one: 'left' | 'right') => {
    const seen = view[one]
    return isPresent(seen) ? seen.task[field] : null
  }
  return {
    field,
    base: { left: after[field], right: after[field] },
    left: valueOn('left'),
    right: valueOn('right'),
    winner: side,
  }
}
