import { type Decision, decide, isPresent, type PairView, routeFlows } from './decision.ts'
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
  for (const decree of view.decrees) {
    if (decree.kind === 'remove') return remove(view, decree)
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
  const decrees = view.decrees.filter((decree) => {
    if (decree.kind === 'remake') return SIDES.some((side) => view[side].presence === 'none')
    if (decree.kind === 'stamp') return SIDES.every((side) => view[side].presence === 'none')
    if (decree.kind === 'field') return true
    const edited = editedField(view, decree)
    if (edited !== null) conflicts.push(edited)
    return edited === null
  })
  return { decrees, conflicts }
}

function remove(view: PairView, decree: RemoveDecree): Decision {
  const target = view[decree.side]
  switch (target.presence) {
    case 'none':
    case 'gone':
      return decide(view, { memory: 'unlinked', reason: 'undone', decrees: [] })
    case 'unknown':
      return decide(view, { memory: view.memory, reason: view.reason, reads: [decree.side] })
    case 'present':
      if (!target.fresh) return decide(view, { memory: view.memory, reads: [decree.side] })
      // What may be a stale read may as well be a person's edit.
      if (target.doubted.size > 0) return decide(view, { memory: view.memory, reason: view.reason })
      return decide(view, {
        memory: view.memory,
        writes: [{ side: decree.side, verb: 'delete', fields: {}, sources: {}, cause: 'undo' }],
      })
  }
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
