import { sameValue } from './equal.ts'
import { applyLabelChange, labelChange } from './label-sets.ts'
import type { FieldConflict } from './merge-types.ts'
import { isPlace } from './place.ts'
import { otherSide, type RoutePolicy, type Side, type SideRules } from './policy.ts'
import { type CanonicalTask, FIELDS, type Field, type FieldValues } from './task.ts'

/*
 * A task that is handed from one task app to another by way of a service that holds less than these: what lies in between
 * cannot bring over the notes, labels and the like. The new task inherits them from the old one itself.
 */

type Rules = Readonly<Record<Side, SideRules>>

/** The fields of a task of `side` that its other side does not hold. */
function fieldsApart(rules: Rules, side: Side): Field[] {
  const there = rules[otherSide(side)].modes
  return FIELDS.filter((field) => {
    const mode = rules[side].modes[field]
    if (isPlace(field) || mode === 'none' || there[field] !== 'none') return false
    // A repetition goes with a new task, also where it cannot be written later.
    return mode !== 'readOnly' || field === 'recurrence'
  })
}

/** What a task of `side` holds that its other side cannot: fields that there are not there, and a type that is none there. */
export function heldApart(
  task: CanonicalTask,
  { rules, policy: { zone } }: { readonly rules: Rules; readonly policy: Pick<RoutePolicy, 'zone'> },
  side: Side,
): FieldValues {
  const held = Object.fromEntries(fieldsApart(rules, side).map((field) => [field, task[field]]))
  const known = sameValue(rules[otherSide(side)].keep('type', task.type, { zone }), task.type)
  return { ...held, type: known ? null : task.type }
}

/**
 * What a new task of `side` has of it, beside the fields that come from `source`: a type only where the other side still shows what
 * it makes of it.
 */
export function inheritedBy(
  side: Side,
  { type = null, ...held }: FieldValues,
  source: CanonicalTask,
  { rules, policy: { zone } }: { readonly rules: Rules; readonly policy: Pick<RoutePolicy, 'zone'> },
): FieldValues {
  const kept = rules[otherSide(side)].keep('type', type, { zone })
  return { ...held, ...(type !== null && sameValue(kept, source.type) ? { type } : {}) }
}

/** Whether all that one task holds has come to another. `carried`: what came; what never came counts as blank. */
export function isCarried(held: FieldValues, carried: FieldValues): boolean {
  return (Object.keys(held) as Field[]).every((field) => sameValue(heldIn(carried, field), held[field]))
}

const BLANK: FieldValues = {
  notes: '',
  priority: null,
  labels: [],
  recurrence: null,
  start: null,
  type: null,
}

function heldIn(values: FieldValues, field: Field): unknown {
  return field in values ? values[field] : BLANK[field]
}

/**
 * What is still to be done about what the old task holds. `write`: values for the new one. `arrived`: what it shows of them, or
 * what was noted as a conflict.
 */
export type Inheriting = {
  readonly write: FieldValues
  readonly arrived: FieldValues
  readonly conflicts: readonly FieldConflict[]
}

/**
 * Somebody went on with the old task after the new one was made from it. `before`: what it held then; what it never held counts
 * as blank. `refused`: what the new one's service does not take. Texts are put below each other and labels merged as sets; of
 * other fields that both have changed the new task's value stands, and the old one's is noted.
 */
export function mergeInherited(
  side: Side,
  {
    before,
    now,
    refused,
  }: {
    readonly before: FieldValues
    readonly now: FieldValues
    readonly refused: ReadonlySet<Field>
  },
  task: CanonicalTask,
  given: { readonly rules: Rules; readonly policy: Pick<RoutePolicy, 'zone'> },
): Inheriting {
  const { rules, policy } = given
  const write: FieldValues = {}
  const arrived: FieldValues = {}
  const conflicts: FieldConflict[] = []
  const { keep, modes } = rules[side]
  const here = heldApart(task, given, side)
  for (const field of Object.keys(now) as Field[]) {
    const kept = (value: unknown) => keep(field, value as CanonicalTask[typeof field], { zone: policy.zone })
    const was = heldIn(before, field)
    if (sameValue(was, now[field])) continue
    const wanted = wantedOf(field, was, now[field], here[field])
    const comesByItself = field === 'type' && now.type === null
    if (comesByItself || (wanted !== undefined && sameValue(kept(wanted), kept(here[field])))) {
      Object.assign(arrived, { [field]: now[field] })
      continue
    }
    if (wanted !== undefined && modes[field] === 'rw' && !refused.has(field)) {
      Object.assign(write, { [field]: wanted })
      continue
    }
    Object.assign(arrived, { [field]: now[field] })
    conflicts.push(noted(side, field, { was, now: now[field], stands: task[field] }))
  }
  return { write, arrived, conflicts }
}

/** What the new task is to hold; undefined where two edits stand against each other. */
function wantedOf(field: Field, was: unknown, now: unknown, here: unknown): unknown {
  if (field === 'labels')
    return applyLabelChange(here as string[], labelChange(was as string[], now as string[]))
  if (sameValue(here, was) || sameValue(here, now)) return now
  if (field !== 'notes') return undefined
  const [text, old] = [String(here), String(now)]
  if (old === '' || text.includes(old)) return text
  return text === '' ? old : `${text}\n\n${old}`
}

function noted(
  side: Side,
  field: Field,
  { was, now, stands }: { readonly was: unknown; readonly now: unknown; readonly stands: unknown },
): FieldConflict {
  const values = (here: unknown, there: unknown) =>
    side === 'right' ? { left: there, right: here } : { left: here, right: there }
  return { field, base: values(was, was), ...values(stands, now), winner: side }
}
