import { otherThan, SIDES, type Side } from '../services/sides.ts'
import { type Case, type Findings, isLinked, type Living, livingOf, nameOf } from './case.ts'
import { wasInWindow } from './looks.ts'
import { FIELDS, type Field, recorded, recordField, same } from './values.ts'
import { isOver, isSomebodysWord, mayGive } from './words.ts'

/** Every value is somebody's last word, both sides show the same, and no word of a user is gone without a trace. */
export function judgeValues(given: Case, token: string, living: Living, findings: Findings): void {
  const linked = isLinked(given, token, living)
  for (const field of FIELDS) {
    const { left, right } = living
    if (linked && !same(given.pair, field, left?.values[field], right?.values[field])) {
      if (!waitsForSomebody(given, token, field, living) && !cannotBeSo(given, field, living))
        findings.unsettled.push(
          `${token}: ${field} differs: ${JSON.stringify([left?.values[field], right?.values[field]])}`,
        )
      continue
    }
    for (const side of SIDES) judgeWord(given, token, side, field, { living, linked }, findings)
  }
}

/** With the rule `manual` neither side is written, and the record holds both. */
function waitsForSomebody(
  { policy, kept, pair, readings }: Case,
  token: string,
  field: Field,
  living: Living,
) {
  if (policy.conflicts !== 'manual') return false
  return kept.conflicts.some(
    (one) =>
      one.token === token &&
      one.field === recordField(field) &&
      SIDES.every((side) =>
        same(pair, field, recorded(field, one[side], readings[side]), living[side]?.values[field]),
      ),
  )
}

/**
 * What lies above is not in step itself, or lies in another list, which may be so in CalDAV alone; or users of both sides
 * have put two tasks below each other.
 */
function cannotBeSo(given: Case, field: Field, living: Living): boolean {
  if (field !== 'list' && field !== 'parent') return false
  return SIDES.some((side) => {
    const task = living[side]
    if (task === undefined || task.values.parent === null) return false
    // What was deleted and made again comes back on its own.
    if (given.doings.deleted.some((one) => one.token === task.values.parent)) return true
    const above = livingOf(given, task.values.parent)
    if (!isLinked(given, task.values.parent, above) || above[side]?.values.list !== task.values.list)
      return true
    return liesBelow(given, otherThan(side), task.values.parent, task.token)
  })
}

function liesBelow(given: Case, side: Side, token: string, above: string): boolean {
  const parent = livingOf(given, token)[side]?.values.parent ?? null
  return parent !== null && (parent === above || liesBelow(given, side, parent, above))
}

/** What a side shows is some user's last word; and its own user's last word holds, or it is known why not. */
function judgeWord(
  given: Case,
  token: string,
  side: Side,
  field: Field,
  at: { readonly living: Living; readonly linked: boolean },
  findings: Findings,
): void {
  const { doings, pair } = given
  const task = at.living[side]
  if (task === undefined || isServicesOwn(given, token, field)) return
  const now: unknown = task.values[field]
  const last = doings.lastWord(token, side, field)
  if (last !== undefined && same(pair, field, last.value, now)) {
    // What the other side cannot tell apart is still as its user wrote it, where nobody has changed it since (I19).
    const latest = doings.writes.findLast((one) => one.token === token && one.field === field)
    if (latest === last && last.id === task.id && last.value !== now)
      findings.lost.push(`${token}: ${field} ${JSON.stringify(last.value)} became ${JSON.stringify(now)}`)
    return
  }
  const loose = last !== undefined && (doings.threwAway(last) || isOver(given, last, at.living))
  if (last !== undefined && !loose && wasInWindow(given, last)) {
    findings.windows += 1
    return
  }
  if (last !== undefined && !loose && !mayGive(given, last)) {
    findings.lost.push(
      `${token}: ${field} ${JSON.stringify(last.value)} of ${nameOf(given, side)} is gone without a trace; it is ${JSON.stringify(now)}`,
    )
    return
  }
  // What came before an edit that fell into a window is left on both sides.
  const other = doings.lastWord(token, side === 'left' ? 'right' : 'left', field)
  if (other !== undefined && wasInWindow(given, other)) return
  if (!isSomebodysWord(given, token, field, now, at))
    findings.lost.push(
      `${token}: ${field} of ${nameOf(given, side)} became ${JSON.stringify(now)}, which is nobody's last word`,
    )
}

/** Fields that the services themselves, or a delete rule, change with something else. */
function isServicesOwn({ doings, policy }: Case, token: string, field: Field): boolean {
  // The next occurrence has a date and an open task of its own.
  if ((field === 'completed' || field === 'due') && doings.repeats.has(token)) return true
  // What lies below a task is closed, moved and let go of with it.
  if (['completed', 'list', 'parent'].includes(field) && doings.family.has(token)) return true
  if (field !== 'completed') return false
  // What it closed on one side may come to the other, where a later edit beats the deletion.
  return SIDES.some((one) => policy.deletes[one] === 'complete' && doings.deletedOn(token, one))
}
