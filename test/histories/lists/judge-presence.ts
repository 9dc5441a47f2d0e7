import { otherThan, SIDES, type Side } from '../services/sides.ts'
import { type Case, type Findings, type Living, nameOf, plainSide } from './case.ts'
import type { Deletion } from './doings.ts'
import { lastShown, wasInWindow, wasShownBetween, wasShownThePast } from './looks.ts'
import { SERVICES } from './pairs.ts'
import { FIELDS, recorded, recordField, same } from './values.ts'
import { mayGive } from './words.ts'

/** A task is where it belongs: on both sides, unless a user has deleted it or taken it out; and no deletion is invented or undone. */
export function judgePresence(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings } = given
  const made = doings.made.get(token)
  if (made === undefined) return
  const other = otherThan(made.side)
  const gone = { left: deletionOn(given, token, 'left'), right: deletionOn(given, token, 'right') }
  if (gone.left === undefined && gone.right === undefined) {
    const own = living[made.side]
    if (own === undefined)
      findings.lost.push(`${token} is gone from ${nameOf(given, made.side)}, where it was made`)
    else if (living[other] === undefined && given.timeline.idsOf(other, token).size > 0)
      findings.lost.push(`${token} is gone from ${nameOf(given, other)}, and nobody deleted it`)
    else if (!own.values.completed && own.values.list !== 'out' && living[other] === undefined)
      findings.lost.push(`${token} never came to ${nameOf(given, other)}`)
    return
  }
  if (gone.left !== undefined && gone.right !== undefined) return
  const deletion = (gone.left ?? gone.right) as Deletion
  judgeDeletion(given, deletion, living, findings)
}

/** Of a series, what is deleted of the occurrences that are over is no deletion of it, once the next one is there. */
function deletionOn(given: Case, token: string, side: Side): Deletion | undefined {
  const series = plainSide(given, token) === side
  return given.doings.deleted.findLast(
    (one) => one.token === token && one.side === side && !(series && isFormer(given, one)),
  )
}

function isFormer({ timeline }: Case, { side, token, id, count }: Deletion): boolean {
  return [...timeline.idsOf(side, token)].some(
    (other) => other !== id && timeline.at(side, other, count)?.values.completed === false,
  )
}

function judgeDeletion(given: Case, deletion: Deletion, living: Living, findings: Findings): void {
  const { doings, pair, policy, timeline } = given
  const { token, side: gone, seen } = deletion
  const rest = otherThan(gone)
  // Nobody had heard of it there.
  if (timeline.idsOf(rest, token).size === 0) return
  const remains = living[rest]
  const where = `${token} was deleted in ${nameOf(given, gone)}`
  const rule = policy.deletes[gone]
  const linked = deletion.linked && !doings.out.has(token)
  if (living[gone] !== undefined) {
    // Made again, because somebody went on editing the other one, or for the next occurrence: then it is in both.
    const goesOn = doings.repeats.has(token) && rule === 'complete'
    if (linked && !goesOn && !wasTouched(given, deletion, rest))
      findings.lost.push(`${where} and is there again`)
    return
  }
  if (remains === undefined) {
    if (rule !== 'propagate')
      findings.lost.push(`${where} and then in ${nameOf(given, rest)}, where it was to stay`)
    else judgeLostEdits(given, deletion, rest, findings)
    return
  }
  // What was never in step, or is out of scope, goes its own way.
  if (rule === 'unlink' || !linked) return
  // Todoist may show one that was completed and then deleted as completed alone.
  const asCompleted =
    remains.values.completed &&
    // The occurrences that are over stay, too.
    (doings.repeats.has(token) || (SERVICES[pair][gone] === 'todoist' && seen.values.completed))
  if (rule === 'propagate' && !asCompleted)
    findings.lost.push(`${where} and is left behind in ${nameOf(given, rest)}`)
  // What a user opens again after it was completed for him stays as he wants it.
  const reopened = doings.writes.some(
    (one) =>
      one.token === token && one.side === rest && one.field === 'completed' && one.count > deletion.count,
  )
  if (rule === 'complete' && !remains.values.completed && !reopened && !doings.repeats.has(token))
    findings.lost.push(`${where} and is not completed in ${nameOf(given, rest)}`)
}

/** Whether a user of the other side did anything to it that the product has not seen to have come to who deleted it. */
function wasTouched(given: Case, deletion: Deletion, rest: Side): boolean {
  const { doings, pair } = given
  const { token, count } = deletion
  const seen = lastShown(given, deletion) ?? deletion.seen
  return (
    wasShownThePast(given, deletion) ||
    doings.decorated.some((one) => one.token === token && one.side === rest) ||
    doings.writes.some(
      (one) =>
        one.token === token &&
        one.side === rest &&
        (one.count > count || !same(pair, one.field, one.value, seen.values[one.field])),
    )
  )
}

/** Edit beats delete (D7): what was edited and not seen by who deleted it stays, or comes back; or the record has it. */
function judgeLostEdits(given: Case, deletion: Deletion, rest: Side, findings: Findings): void {
  const { doings, kept, pair, readings } = given
  const { token, seen } = deletion
  for (const field of FIELDS) {
    // A completion is no edit here; a task's place is that of what lies above it.
    if (field === 'completed' || field === 'parent' || field === 'list') continue
    if (field === 'due' && doings.repeats.has(token)) continue
    const last = doings.lastWord(token, rest, field)
    if (last === undefined || doings.threwAway(last)) continue
    if (same(pair, field, last.value, seen.values[field]) || mayGive(given, last)) continue
    if (wasInWindow(given, last)) {
      findings.windows += 1
      continue
    }
    const inBefore = kept.before.some(
      (one) =>
        one.remoteId === last.id &&
        same(pair, field, recorded(field, one.task[recordField(field)], readings[rest]), last.value),
    )
    findings.lost.push(
      `${token}: ${field} was edited in ${nameOf(given, rest)}, and it was deleted for a user who had not seen that${inBefore ? ' (the record has it)' : ''}`,
    )
  }
}

/** An occurrence that users closed is closed once, and nobody else closes any (rules, §6, D1). A series repeats daily. */
export function judgeSeries(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings, policy } = given
  const owner = doings.repeats.get(token)
  const due = owner === undefined ? undefined : living[owner]?.values.due
  if (owner === undefined || due === undefined || due === null) return
  const closes = (side: Side) =>
    doings.closed.filter((one) => one.token === token && one.side === side).length
  const plain = otherThan(owner)
  // Whose deletions complete the other side closes the occurrence by one.
  const ended = doings.deleted.filter(
    (one) => one.token === token && policy.deletes[one.side] === 'complete',
  ).length
  // A series that was deleted and came back, because its plain task had been edited, is a plain task too.
  const over = living[owner]?.values.completed === true ? 1 : 0
  const count = over + Math.round((Date.parse(due.slice(0, 10)) - Date.parse('2026-12-01')) / 86_400_000)
  const most = closes('left') + closes('right') + ended
  const least = Math.max(
    closes(owner) - closedUnheard(given, token, owner),
    closes(plain) > 0 && !doings.out.has(token) ? 1 : 0,
  )
  if (count > most || count < least)
    findings.lost.push(`${token}: ${least} to ${most} occurrences were closed, and its date says ${count}`)
}

/** How often a user closed an occurrence and then deleted the task, before anybody had looked. */
function closedUnheard(given: Case, token: string, side: Side): number {
  const { doings } = given
  return doings.closed.filter((closing) => {
    if (closing.token !== token || closing.side !== side) return false
    const end = doings.deleted.find(
      (one) => one.token === token && one.side === side && one.count > closing.count,
    )
    return end !== undefined && !wasShownBetween(given, end, closing.count)
  }).length
}

/** Once on each side; of a series once open. */
export function judgeDoubles(given: Case, token: string, findings: Findings): void {
  for (const side of SIDES) {
    const all = given.timeline.last(side).filter((one) => one.token === token)
    const counted = plainSide(given, token) === side ? all.filter(({ values }) => !values.completed) : all
    if (counted.length > 1)
      findings.doubled.push(`${token} is ${counted.length} times in ${nameOf(given, side)}`)
  }
}
