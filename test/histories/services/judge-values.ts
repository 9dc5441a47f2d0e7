import type { Direction } from '../../../src/core/policy.ts'
import { type Case, type Findings, isInScope, type Living } from './case.ts'
import { isAskedFor } from './judge-rest.ts'
import { fellIntoWindow } from './looks.ts'
import type { Policy } from './script.ts'
import { NAMES, otherThan, SIDES, type Side } from './sides.ts'
import type { TodoistItem } from './users.ts'
import {
  asInCrm,
  FIELDS,
  type Field,
  isShared,
  recorded,
  same,
  strayLines,
  type Values,
  valuesOf,
} from './values.ts'
import { isFormerOccurrence, isSomebodysWord, mayGive } from './words.ts'

/** What each side shows of one task; a side without it shows nothing. */
type Shown = Readonly<Partial<Record<Side, Values>>>

/** Every value is somebody's last word, both sides show the same, and no word of a user is gone without a trace. */
export function judgeValues(given: Case, token: string, living: Living, findings: Findings): void {
  const shown: Shown = Object.fromEntries(
    SIDES.flatMap((side) => {
      const [task] = living[side]
      return task === undefined ? [] : [[side, valuesOf(side, task)]]
    }),
  )
  const linked = isLinked(given, token, living)
  for (const field of FIELDS) {
    const way = wayOf(given.policy, field)
    if (way !== 'both') {
      if (linked) judgeOneWay(given, token, field, way, shown, findings)
      continue
    }
    if (linked && isShared(field) && differs(field, shown)) {
      if (!waitsForSomebody(given, token, field, shown))
        findings.unsettled.push(
          `${token}: ${field} differs: ${JSON.stringify([shown.left?.[field], shown.right?.[field]])}`,
        )
      continue
    }
    for (const side of isShared(field) ? SIDES : (['right'] as const))
      judgeWord(given, token, side, field, { shown, linked }, findings)
  }
  const [item] = living.right as readonly TodoistItem[]
  if (!linked || item === undefined) return
  const spared = given.avoid.includes('copied-block-kept') && given.doings.made.get(token)?.copied === true
  for (const line of spared ? [] : strayLines(item.description))
    findings.lost.push(`${token}: a line in its description is nobody's: ${JSON.stringify(line)}`)
  judgeExactDue(given, token, shown, findings)
}

/** Whether both sides must show the same: a task that is no pair, or not one yet, goes its own way on each side. */
function isLinked(given: Case, token: string, { left, right }: Living): boolean {
  if (left.length === 0 || right.length === 0 || !isInScope(given, token)) return false
  if (given.kept.open.some((one) => one.tokens.includes(token) && isAskedFor(given, token, one))) return false
  return given.doings.hasPerson(token) !== false
}

function wayOf({ fields }: Policy, field: Field): Direction {
  return fields[field as keyof Policy['fields']] ?? 'both'
}

function differs(field: Field, { left, right }: Shown): boolean {
  return !same(field, left?.[field], right?.[field])
}

/** With the rule `manual` neither side is written, and the record holds both. */
function waitsForSomebody({ policy, kept }: Case, token: string, field: Field, shown: Shown): boolean {
  if (policy.conflicts !== 'manual') return false
  return kept.conflicts.some(
    (one) =>
      one.token === token &&
      one.field === field &&
      SIDES.every((side) => same(field, recorded(field, one[side]), shown[side]?.[field])),
  )
}

/** Where a field does not flow to a side, nobody but that side's user writes it there. */
function judgeOneWay(
  { doings, exchanges }: Case,
  token: string,
  field: Field,
  way: Direction,
  shown: Shown,
  findings: Findings,
): void {
  // Of a series the next occurrence is a task of its own.
  if (doings.repeats.has(token)) return
  for (const side of SIDES) {
    // It may be written there, but only what a user of the other side wrote.
    const flows = way === (side === 'left' ? 'toLeft' : 'toRight')
    const others = doings.writes.some(
      (one) => one.token === token && one.side !== side && one.field === field,
    )
    if (flows && others) continue
    const last = doings.lastWord(token, side, field)
    if (last === undefined || doings.threwAway(last)) continue
    if (same(field, last.value, shown[side]?.[field])) continue
    // What comes from no merge is written there all the same: words that named a person are taken out.
    if (fellIntoWindow(exchanges, last)) findings.windows += 1
    else
      findings.lost.push(
        `${token}: nobody wrote ${field} for ${NAMES[side]}, and it became ${JSON.stringify(shown[side]?.[field])} there`,
      )
  }
}

/** What a side shows is some user's last word; and its own user's last word holds, or it is known why not. */
function judgeWord(
  given: Case,
  token: string,
  side: Side,
  field: Field,
  { shown, linked }: { readonly shown: Shown; readonly linked: boolean },
  findings: Findings,
): void {
  const { doings, exchanges } = given
  const values = shown[side]
  if (values === undefined || isServicesOwn(given, token, field)) return
  const now = values[field]
  const last = doings.lastWord(token, side, field)
  if (last !== undefined && same(field, last.value, now)) return
  // An occurrence that is over keeps what was typed there, and hands nothing on.
  const over = last !== undefined && side === 'left' && isFormerOccurrence(given, token, last.remoteId)
  // Then what came before it is left on both sides.
  const otherFell = () => {
    const other = doings.lastWord(token, otherThan(side), field)
    return other !== undefined && fellIntoWindow(exchanges, other)
  }
  const loose = over || (last !== undefined && doings.threwAway(last))
  if (last !== undefined && !loose && fellIntoWindow(exchanges, last)) {
    findings.windows += 1
    return
  }
  if (last !== undefined && !loose && !mayGive(given, token, last))
    findings.lost.push(
      `${token}: ${field} ${JSON.stringify(last.value)} of ${NAMES[side]} is gone without a trace; it is ${JSON.stringify(now)}`,
    )
  else if (isShared(field) && !isSomebodysWord(given, token, field, now, linked) && !otherFell())
    findings.lost.push(
      `${token}: ${field} of ${NAMES[side]} became ${JSON.stringify(now)}, which is nobody's last word`,
    )
}

/** Fields that the services themselves, or a delete rule, change with something else. */
function isServicesOwn({ doings, policy }: Case, token: string, field: Field): boolean {
  // The next occurrence has a date and an open task of its own.
  if ((field === 'completed' || field === 'due') && doings.repeats.has(token)) return true
  if (field !== 'completed') return false
  // Todoist itself closes what is below a task, and reopens what is above it.
  if (doings.hasFamily(token)) return true
  // What it closed on one side may come to the other, where a later edit beats the deletion.
  return SIDES.some((one) => policy.deletes[one] === 'complete' && doings.deletedOn(token, one))
}

/** What the CRM cannot hold of a due is still as its user wrote it, where nobody has changed it since (I19). */
function judgeExactDue({ doings }: Case, token: string, { right }: Shown, findings: Findings): void {
  if (doings.repeats.has(token)) return
  const last = doings.writes.findLast((one) => one.token === token && one.field === 'due')
  if (last?.side !== 'right' || doings.threwAway(last) || !same('due', last.value, right?.due)) return
  if (last.value !== right?.due && asInCrm('due', last.value) !== null)
    findings.lost.push(`${token}: due ${JSON.stringify(last.value)} became ${JSON.stringify(right?.due)}`)
}
