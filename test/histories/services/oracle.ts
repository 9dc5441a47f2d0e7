import type { Direction } from '../../../src/core/policy.ts'
import type { Doings } from './doings.ts'
import type { Exchange } from './journal.ts'
import type { KnownFault } from './known.ts'
import type { Policy } from './script.ts'
import { NAMES, otherThan, SIDES, type Side } from './sides.ts'
import { type FubTask, type Picture, type TodoistItem, todoistItem, tokenIn } from './users.ts'
import {
  asInCrm,
  FIELDS,
  type Field,
  recorded,
  SHARED,
  same,
  strayLines,
  type Values,
  valuesOf,
} from './values.ts'

/** What the product says that it kept: conflicts, and what its writes replaced. */
export type Kept = {
  readonly conflicts: readonly {
    readonly token: string
    readonly field: string
    readonly left: unknown
    readonly right: unknown
  }[]
  readonly before: readonly { readonly remoteId: string; readonly task: Readonly<Record<string, unknown>> }[]
  /** Pairs that are not settled. `token`: '' when no task of it is known. */
  readonly open: readonly {
    readonly tokens: readonly string[]
    readonly state: string
    readonly reason: string | null
    readonly error: string | null
  }[]
}

/** `lost`, `doubled`, `unsettled`: sentences, one for each finding. `windows`: edits that fell between a look and its write. */
export type Findings = {
  readonly lost: string[]
  readonly doubled: string[]
  readonly unsettled: string[]
  windows: number
}

export type Case = {
  readonly doings: Doings
  readonly picture: Picture
  readonly kept: Kept
  readonly exchanges: readonly Exchange[]
  readonly avoid: readonly KnownFault[]
  readonly policy: Policy
  /** The project whose tasks are in scope. */
  readonly general: string | null
}

type Living = Readonly<Record<Side, readonly (FubTask | TodoistItem)[]>>

/** Compares both services with what users did, by the rules alone; the product is asked only for what it kept. */
export function judge(given: Case): Findings {
  const findings: Findings = { lost: [], doubled: [], unsettled: [], windows: 0 }
  for (const token of given.doings.tokens) {
    const living: Living = {
      left: currentOf(given, token),
      right: given.picture.right.filter((item) => !item.is_deleted && tokenIn(item.content) === token),
    }
    for (const side of SIDES)
      if (living[side].length > 1)
        findings.doubled.push(`${token} is ${living[side].length} times in ${NAMES[side]}`)
    if (given.doings.repeats.has(token)) judgeSeries(given, token, living, findings)
    judgePresence(given, token, living, findings)
    judgeScope(given, token, living, findings)
    judgeValues(given, token, living, findings)
  }
  judgeStrangers(given, findings)
  judgeRest(given, findings)
  return findings
}

/** Its tasks in the CRM; of a series the open one, or else the last: those before it are done with. */
function currentOf({ doings, picture }: Case, token: string): readonly FubTask[] {
  const all = picture.left.filter((task) => tokenIn(task.name) === token)
  if (!doings.repeats.has(token)) return all
  const open = all.filter((task) => task.isCompleted === 0)
  return open.length > 0 ? open : all.slice(-1)
}

/** An occurrence that users closed, on one side or on both, is closed once, and nobody else closes any (rules, §6, D1). */
function judgeSeries({ doings }: Case, token: string, { right }: Living, findings: Findings): void {
  const [item] = right as readonly TodoistItem[]
  // Todoist closes what is below a task along with it.
  if (item === undefined || doings.hasFamily(token)) return
  const closes = (side: Side) =>
    doings.closed.filter((one) => one.token === token && one.side === side).length
  const once = doings.writes.filter(
    (one) => one.token === token && one.field === 'completed' && one.value === true,
  ).length
  const most = closes('left') + closes('right') + once
  const count = item.completed_count ?? 0
  if (count > most || count < closes('right'))
    findings.lost.push(
      `${token}: ${closes('right')} to ${most} occurrences were closed, and Todoist counts ${count}`,
    )
}

function judgePresence(given: Case, token: string, living: Living, findings: Findings): void {
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
    if (open && scope.now && hasPerson === true && !here[other] && !parentless)
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
  if (rule === 'unlink' || !linked || remains === undefined) return
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

/** What Todoist shows at the end decides: where it lies, its labels, what it lies under (rules, §8). */
function isInScope(given: Case, token: string): boolean {
  const item = todoistItem(given.picture, token)
  if (item === undefined) return true
  if (item.labels.includes('no-sync')) return false
  if (item.project_id === given.general || item.labels.includes('crm')) return true
  const above = given.picture.right.find((one) => one.id === item.parent_id)
  return above !== undefined && !above.is_deleted && isInScope(given, tokenIn(above.content))
}

/** A task that never was the product's business is never written to (I16). */
function judgeScope(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings, exchanges } = given
  const [item] = living.right
  const made = doings.made.get(token)
  if (item === undefined || made?.bornOutside !== true || isInScope(given, token)) return
  if (doings.moved.some((one) => one.token === token && one.inScope)) return
  if (exchanges.some((one) => one.writes && names(one, String(item.id))))
    findings.lost.push(`${token} was never in scope and was written to`)
}

function judgeValues(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings, policy } = given
  const [left] = living.left
  const [right] = living.right
  if (left === undefined || right === undefined) return
  // A task that is no pair any more goes its own way on each side.
  if (doings.deletedOn(token, 'right') || !isInScope(given, token)) return
  if (given.kept.open.some((one) => one.tokens.includes(token) && isAskedFor(given, token, one))) return
  if (doings.hasPerson(token) === false) return
  const values = { left: valuesOf('left', left), right: valuesOf('right', right) }
  for (const field of FIELDS) {
    const shared = (SHARED as readonly Field[]).includes(field)
    const way = policy.fields[field as keyof Policy['fields']] ?? 'both'
    if (way !== 'both') judgeOneWay(given, token, field, way, values, findings)
    else if (shared && !same(field, values.left[field], values.right[field])) {
      if (waitsForSomebody(given, token, field, values)) continue
      findings.unsettled.push(
        `${token}: ${field} differs: ${JSON.stringify([values.left[field], values.right[field]])}`,
      )
      continue
    }
    if (way !== 'both') continue
    for (const side of shared ? SIDES : (['right'] as const))
      judgeWrite(given, token, side, field, values, findings)
  }
  const spared = given.avoid.includes('copied-block-kept') && doings.made.get(token)?.copied === true
  for (const line of spared ? [] : strayLines((right as TodoistItem).description))
    findings.lost.push(`${token}: a line in its description is nobody's: ${JSON.stringify(line)}`)
  judgeExactDue(given, token, values, findings)
}

/** With the rule `manual` neither side is written, and the record holds both. */
function waitsForSomebody(
  { policy, kept }: Case,
  token: string,
  field: Field,
  values: Readonly<Record<Side, Values>>,
): boolean {
  if (policy.conflicts !== 'manual') return false
  return kept.conflicts.some(
    (one) =>
      one.token === token &&
      one.field === field &&
      SIDES.every((side) => same(field, recorded(field, one[side]), values[side][field])),
  )
}

/** Where a field does not flow to a side, nobody but that side's user writes it there. */
function judgeOneWay(
  { doings }: Case,
  token: string,
  field: Field,
  way: Direction,
  values: Readonly<Record<Side, Values>>,
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
    const last = doings.writes.findLast(
      (one) => one.token === token && one.side === side && one.field === field,
    )
    // What somebody wrote and then threw away was his to lose.
    const thrownAway = doings.deleted.some(
      (one) => one.remoteId === last?.remoteId && one.count > (last?.count ?? 0),
    )
    if (last !== undefined && !thrownAway && !same(field, last.value, values[side][field]))
      findings.lost.push(
        `${token}: nobody wrote ${field} for ${NAMES[side]}, and it became ${JSON.stringify(values[side][field])} there`,
      )
  }
}

/** Each side's last word about a field holds, or is kept, or fell into the one round trip that nobody can guard. */
function judgeWrite(
  given: Case,
  token: string,
  side: Side,
  field: Field,
  values: Readonly<Record<Side, Values>>,
  findings: Findings,
): void {
  const last = given.doings.writes.findLast(
    (one) => one.token === token && one.side === side && one.field === field,
  )
  if (last === undefined || same(field, last.value, values[side][field])) return
  // An occurrence that is over keeps what was typed there, and hands nothing on.
  if (side === 'left' && isFormerOccurrence(given, token, last.remoteId)) return
  // The next occurrence has a date and an open task of its own.
  if ((field === 'completed' || field === 'due') && given.doings.repeats.has(token)) return
  // Todoist itself closes what is below a task, and reopens what is above it.
  if (field === 'completed' && given.doings.hasFamily(token)) return
  // What somebody wrote and then threw away was his to lose.
  if (given.doings.deleted.some((one) => one.remoteId === last.remoteId && one.count > last.count)) return
  const isIt = (value: unknown) => same(field, recorded(field, value), last.value)
  const name = field === 'text' ? 'notes' : field
  if (
    given.kept.conflicts.some(
      (one) => one.token === token && one.field === name && (isIt(one.left) || isIt(one.right)),
    )
  )
    return
  if (given.kept.before.some((one) => one.remoteId === last.remoteId && isIt(one.task[name]))) return
  if (fellIntoWindow(given.exchanges, last)) {
    findings.windows += 1
    return
  }
  findings.lost.push(
    `${token}: ${field} ${JSON.stringify(last.value)} of ${NAMES[side]} is gone without a trace; it is ${JSON.stringify(values[side][field])}`,
  )
}

/** True of a task of the CRM whose occurrence is over. */
function isFormerOccurrence(given: Case, token: string, remoteId: string): boolean {
  const [current] = currentOf(given, token)
  return given.doings.repeats.has(token) && current !== undefined && String(current.id) !== remoteId
}

/**
 * Neither service can compare and set: an edit that comes after the last look of a worker's present attempt, and before
 * its write, is replaced unseen (rules, §4). The answer to a write of the same attempt that shows the task is a look. A
 * write without any look in its attempt is no such window.
 */
function fellIntoWindow(
  exchanges: readonly Exchange[],
  { count, remoteId, side }: { readonly count: number; readonly remoteId: string; readonly side: Side },
): boolean {
  return exchanges.some((write) => {
    if (!write.writes || write.count < count || !names(write, remoteId)) return false
    const look = exchanges.findLast(
      (one) =>
        one.count < write.count &&
        one.count > write.began &&
        one.side === side &&
        (one.writes ? shows(one, remoteId) : /\/(tasks|sync)\b/u.test(one.path)) &&
        one.status === 200,
    )
    return look !== undefined && (look.count < count || look.stale)
  })
}

function shows({ answer }: Exchange, remoteId: string): boolean {
  return answer.includes(`"id":${remoteId},`) || answer.includes(`"id":"${remoteId}"`)
}

function names({ path, body }: Exchange, remoteId: string): boolean {
  return path.split(/[/?]/u).includes(remoteId) || body.includes(`"${remoteId}"`)
}

/** What the CRM cannot hold of a due is still as its user wrote it, where nobody has changed it since (I19). */
function judgeExactDue(
  { doings }: Case,
  token: string,
  { right }: Readonly<Record<Side, Values>>,
  findings: Findings,
): void {
  if (doings.repeats.has(token)) return
  const writes = doings.writes.filter((one) => one.token === token && one.field === 'due')
  const last = writes.at(-1)
  if (last?.side !== 'right' || !same('due', last.value, right.due)) return
  if (last.value !== right.due && asInCrm('due', last.value) !== null)
    findings.lost.push(`${token}: due ${JSON.stringify(last.value)} became ${JSON.stringify(right.due)}`)
}

/** Nothing but what users made, and the product's counterparts of it, may be there. */
function judgeStrangers({ picture, doings }: Case, findings: Findings): void {
  const titles = [
    ...picture.left.map((task) => task.name),
    ...picture.right.filter((item) => !item.is_deleted).map((item) => item.content),
  ]
  for (const title of titles)
    if (!doings.made.has(tokenIn(title))) findings.doubled.push(`nobody made ${JSON.stringify(title)}`)
}

/**
 * Our copy without its marker may be anybody's, and so may one in the CRM that was edited before anybody knew that it had
 * arrived: a person is asked, and nothing is written meanwhile.
 */
function isAskedFor(
  { doings, exchanges }: Case,
  token: string,
  { state, reason }: { readonly state: string; readonly reason: string | null },
): boolean {
  if (state !== 'waiting') return false
  const unmarked = doings.unmarked.has(token) && (reason === 'ambiguous' || reason === 'needs-person')
  const edited = exchanges.some(
    (one) =>
      one.side === 'left' &&
      one.method === 'POST' &&
      tokenIn(one.body) === token &&
      doings.writes.some((edit) => edit.token === token && edit.side === 'left' && edit.count > one.count),
  )
  return unmarked || (edited && reason === 'ambiguous')
}

/** What waits must wait for a person, and for a reason that the story explains. */
function judgeRest(given: Case, findings: Findings): void {
  const { kept, doings, avoid, policy } = given
  const mayWait = (token: string) => {
    const made = doings.made.get(token)
    return (
      doings.hasPerson(token) !== true || (made?.parent !== null && avoid.includes('child-of-new-parent'))
    )
  }
  for (const { tokens, state, reason, error } of kept.open) {
    const explained =
      tokens.some((token) => isAskedFor(given, token, { state, reason })) ||
      (state === 'conflict' && policy.conflicts === 'manual') ||
      (state === 'waiting' &&
        (reason === 'needs-person' || reason === 'deleted-there') &&
        tokens.some((token) => mayWait(token) || doings.deleted.some((one) => one.token === token)))
    if (!explained)
      findings.unsettled.push(
        `${tokens.join(', ') || 'a pair'} is left in state ${state}: ${reason ?? error ?? ''}`,
      )
  }
}
