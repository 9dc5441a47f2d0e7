import { type Case, type Findings, isInScope, type Living } from './case.ts'
import type { Doings } from './doings.ts'
import { isInQuestion } from './judge-rest.ts'
import { fellIntoWindow, names } from './looks.ts'
import type { Policy } from './script.ts'
import { NAMES, otherThan, type Side } from './sides.ts'
import type { TodoistItem } from './users.ts'
import { FIELDS, type Field, isShared, recorded, same, valuesOf } from './values.ts'
import { mayGive } from './words.ts'

/** An occurrence that users closed, on one side or on both, is closed once, and nobody else closes any (rules, §6, D1). */
export function judgeSeries(
  { doings, policy }: Case,
  token: string,
  { right }: Living,
  findings: Findings,
): void {
  const [item] = right as readonly TodoistItem[]
  // Todoist closes what is below a task along with it.
  if (item === undefined || doings.hasFamily(token)) return
  const closes = (side: Side) =>
    doings.closed.filter((one) => one.token === token && one.side === side).length
  const once = doings.writes.filter(
    (one) => one.token === token && one.field === 'completed' && one.value === true,
  ).length
  // Whose deletions complete the other side closes the occurrence by one.
  const ended = doings.deleted.filter(
    (one) => one.token === token && one.side === 'left' && policy.deletes.left === 'complete',
  ).length
  const most = closes('left') + closes('right') + once + ended
  const count = item.completed_count ?? 0
  if (count > most || count < closes('right'))
    findings.lost.push(
      `${token}: ${closes('right')} to ${most} occurrences were closed, and Todoist counts ${count}`,
    )
}

export function judgePresence(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings, avoid, policy } = given
  const made = doings.made.get(token)
  if (made === undefined) return
  const here = { left: living.left.length > 0, right: living.right.length > 0 }
  const deleted = { left: doings.deletedOn(token, 'left'), right: doings.deletedOn(token, 'right') }
  const scope = { now: isInScope(given, token), always: !doings.wasOut(token) }
  const hasPerson = doings.hasPerson(token)
  const other = otherThan(made.side)
  const parentless = made.parent !== null && avoid.includes('child-of-new-parent')
  if (avoid.includes('children-go-along') && lostItsParent(doings, made.parent)) return
  // The service deletes completed sub-tasks with their parent, and lists open ones alone.
  const doneBelow =
    doings.writes.some((one) => one.token === token && one.field === 'completed' && one.value === true) &&
    lostItsParent(doings, made.parent)
  if (doneBelow) return
  if (!deleted.left && !deleted.right) {
    if (!here[made.side]) findings.lost.push(`${token} is gone from ${NAMES[made.side]}, where it was made`)
    const [task] = living[made.side]
    const open = task !== undefined && valuesOf(made.side, task).completed === false
    if (open && scope.now && hasPerson === true && !here[other] && !parentless && !isInQuestion(given, token))
      findings.lost.push(`${token} never came to ${NAMES[other]}`)
    if (hasPerson === false && here[other])
      findings.lost.push(`${token} is nobody's and came to ${NAMES[other]}`)
    return
  }
  if (deleted.left && deleted.right) return
  const [gone, rest] = deleted.left ? (['left', 'right'] as const) : (['right', 'left'] as const)
  // Made again, because somebody went on editing the other one: then it is in both.
  if (here.left && here.right) return
  const [remains] = living[rest]
  const done = remains !== undefined && valuesOf(rest, remains).completed === true
  const rule = policy.deletes[gone]
  const where = `${token} was deleted in ${NAMES[gone]}`
  if (rule !== 'propagate' && wasDeletedByUs(given, token, rest))
    findings.lost.push(`${where} and then in ${NAMES[rest]}, where it was to stay`)
  // What was never linked, or is out of scope, goes its own way.
  const linked = scope.always && doings.deleted.every((one) => one.token !== token || one.linked)
  if (rule === 'unlink' || !linked) return
  if (remains === undefined) {
    judgeLostEdits(given, token, rest, findings)
    return
  }
  // What a user opens again after it was completed for him stays as he wants it.
  const reopened = doings.writes.some(
    (one) =>
      one.token === token &&
      one.side === rest &&
      one.field === 'completed' &&
      one.value === false &&
      doings.deleted.some((other) => other.token === token && other.count < one.count),
  )
  if (rule === 'complete' && reopened) return
  // Todoist may show one that was completed and then deleted as completed alone (reference §13.3, U11).
  const closedFirst = doings.writes.some(
    (one) => one.token === token && one.field === 'completed' && one.value === true,
  )
  if (done && closedFirst) return
  if (done && (rule === 'complete' || avoid.includes('completed-not-recreated'))) return
  findings.lost.push(`${where} and is left behind in ${NAMES[rest]}`)
}

/**
 * Edit beats delete (D7): what was edited after its counterpart was deleted, or before it and not yet seen there, stays
 * or comes back. The fields that the other side never had, or never is to have, ask for no return; the record has them in
 * full.
 */
function judgeLostEdits(given: Case, token: string, rest: Side, findings: Findings): void {
  const { doings, exchanges, kept, policy } = given
  const flows = rest === 'right' ? 'toLeft' : 'toRight'
  const isShown = (field: Field) =>
    isShared(field) && ['both', flows].includes(policy.fields[field as keyof Policy['fields']] ?? 'both')
  const deletion = doings.deleted.findLast((one) => one.token === token && one.side !== rest)
  if (deletion === undefined) return
  const edits = FIELDS.flatMap((field) => {
    // The date of an occurrence that was closed since is nobody's any more.
    const movesOn = field === 'completed' || (field === 'due' && doings.repeats.has(token))
    const last = movesOn ? undefined : doings.lastWord(token, rest, field)
    if (last === undefined || mayGive(given, token, last)) return []
    const unseen = isShown(field) && !same(field, deletion.values[field], last.value)
    return isShown(field) ? (unseen ? [last] : []) : last.count > deletion.count ? [last] : []
  })
  for (const edit of edits) {
    const isIt = (value: unknown) => same(edit.field, recorded(edit.field, value), edit.value)
    const name = edit.field === 'text' ? 'notes' : edit.field
    const isKept = kept.before.some((one) => one.remoteId === edit.remoteId && isIt(one.task[name]))
    if (!isShown(edit.field) && isKept) continue
    if (fellIntoWindow(exchanges, edit)) findings.windows += 1
    else
      findings.lost.push(
        `${token}: ${edit.field} was edited in ${NAMES[rest]}, and it was deleted for a user who had not seen that`,
      )
  }
}

/** The product's own deletions of a task that its users left alone. */
function wasDeletedByUs({ doings, exchanges }: Case, token: string, side: Side): boolean {
  const ids = doings.writes
    .filter((one) => one.token === token && one.side === side)
    .map((one) => one.remoteId)
  return exchanges.some(
    (one) =>
      one.side === side &&
      (one.method === 'DELETE' || one.body.includes('"item_delete"')) &&
      ids.some((id) => names(one, id)),
  )
}

/** Whether a task above it was deleted in the CRM. */
function lostItsParent(doings: Doings, parent: string | null): boolean {
  if (parent === null) return false
  return doings.deletedOn(parent, 'left') || lostItsParent(doings, doings.made.get(parent)?.parent ?? null)
}

/** A task that never was the product's business is never written to (I16). */
export function judgeScope(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings, exchanges } = given
  const [item] = living.right
  const made = doings.made.get(token)
  if (item === undefined || made?.bornOutside !== true || isInScope(given, token)) return
  if (doings.moved.some((one) => one.token === token && one.inScope)) return
  if (exchanges.some((one) => one.writes && names(one, String(item.id))))
    findings.lost.push(`${token} was never in scope and was written to`)
}
