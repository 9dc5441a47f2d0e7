import type { KnownSide, KnownTask, Next } from '../activities/explain.ts'
import type { SkipReason } from '../core/decision.ts'
import { otherSide, SIDES, type Side } from '../core/policy.ts'
import { quoted } from './command-name.ts'
import { conflictLines } from './conflict-lines.ts'
import { knownDealLines } from './known-deal-lines.ts'
import { opLineOfTask } from './log-lines.ts'
import { knownNoteLines } from './note-lines.ts'
import { outsideWords, reasonWords } from './reason-words.ts'
import { rollbackWords } from './rollback-lines.ts'
import type { SideNames } from './side-names.ts'
import { fieldsWords, pairWords, timeWords, valueWords } from './task-words.ts'

/** All that is known of a task, and what happens next, for a person. `zone`: in which times are told. `names`: of its route. */
export function knownLines(known: KnownTask, zone: string, names: SideNames): string[] {
  const { pair, title, route, former, conflicts, ops } = known
  return [
    `${pairWords(pair.id, title)}, route ${route.name}`,
    `  ${stateWords(known)}`,
    ...SIDES.flatMap((side) => sideLines(side, known.sides[side], zone, names)),
    ...(former.length === 0
      ? []
      : [`  earlier tasks of it (gone, or of occurrences that are over): ${former.join(', ')}`]),
    ...knownDealLines(known.deal, pair.id),
    ...knownNoteLines(known.notes),
    ...heldLines(known, zone, names),
    ...known.shownFirst.map(
      ({ side, field }) =>
        `  pending: ${field} was changed in ${names[side]}, and ${names[otherSide(side)]} has not confirmed it yet`,
    ),
    ...known.oneWay.map(
      ({ side, field }) =>
        `  stays different: ${field} was changed in ${names[side]}, and the route does not carry that to ${names[otherSide(side)]}`,
    ),
    ...known.rollbacks.map((one) => `  taken back in ${names[one.side]}: ${rollbackWords(one, names, zone)}`),
    `  next: ${nextWords(known.next, zone)}`,
    ...todoOf(known),
    ...(conflicts.length === 0 ? [] : ['  conflicts, the newest first:']),
    ...conflictLines(
      conflicts.map((conflict) => ({ conflict, title })),
      zone,
      () => names,
    ).map(indented),
    ...(ops.length === 0 ? [] : ['  last writes:']),
    ...ops.map((op) => indented(opLineOfTask(op, zone, names))),
  ]
}

const indented = (line: string) => `    ${line}`

/** Reasons that keep nothing from being made on the other side. */
const GOES_ON: ReadonlySet<SkipReason> = new Set(['next-occurrence', 'deleted-there'])

function stateWords({ pair }: KnownTask): string {
  const words = {
    new:
      pair.state === 'ok' && pair.reason !== null && !GOES_ON.has(pair.reason)
        ? 'on one side only'
        : 'on one side, to be made on the other',
    linked: 'linked',
    ending: 'being ended on the side that is left',
    unlinked: 'let go: the two are not linked any more',
    closed: 'ended on both sides',
  }
  const states = {
    ok: '',
    conflict: '; a conflict waits for you',
    waiting: '; it waits',
    error: '; it has failed',
  }
  const why = pair.reason === null ? '' : `: ${reasonWords(pair.reason, pair.id).why}`
  const error = pair.lastError === null ? '' : ` (${pair.lastError})`
  return `${words[pair.memory]}${states[pair.state]}${why}${error}`
}

function sideLines(side: Side, known: KnownSide | null, zone: string, names: SideNames): string[] {
  const name = names[side]
  if (known === null) return [`  ${name}: no task`]
  const presence = { present: 'there', gone: 'gone', unknown: 'nobody can say whether it is there' }
  const outside = known.outside === null ? '' : `; ${outsideWords(known.outside).why}`
  return [
    `  ${name}: task ${known.remoteId}, ${presence[known.presence]} at ${timeWords(known.seenAt, zone)}${outside}`,
    `    ${fieldsWords(known.task, zone, names.lists[side])}`,
  ]
}

/** What is not carried over, and why: differences that stand, fields that a person keeps, values that he gave. */
function heldLines({ pair }: KnownTask, zone: string, names: SideNames): string[] {
  const values = (field: string, of: { readonly left: unknown; readonly right: unknown }) =>
    SIDES.map((side) => `${names[side]} ${valueWords(field, of[side], zone, names.lists[side])}`).join(', ')
  return [
    ...pair.standing.map(
      (one) => `  stays different until either changes: ${one.field}: ${values(one.field, one)}`,
    ),
    ...pair.overrides.map(
      (field) =>
        `  left as it is on each side: ${field} (${quoted(`override ${pair.id} ${field} --clear`)} ends it)`,
    ),
    ...pair.decrees.map((decree) => {
      if (decree.kind === 'field') return `  you decided: ${decree.field}: ${values(decree.field, decree)}`
      if (decree.kind === 'stamp')
        return `  a checklist of the route says so: the task is to be made in ${names[decree.side]}`
      const what = decree.kind === 'remove' ? 'is to be deleted' : 'is to be made again'
      return `  you decided: the task in ${names[decree.side]} ${what}`
    }),
  ]
}

function nextWords(next: Next, zone: string): string {
  switch (next.kind) {
    case 'held':
      return `nothing while ${next.by} ${next.name} is ${next.state}`
    case 'writing':
      return 'a write is under way; what it shows decides'
    case 'now':
      return 'it is decided at the next turn'
    case 'later':
      return `it is looked at again at ${timeWords(next.at, zone)}`
    case 'rest':
      return 'nothing'
    case 'change':
      return 'nothing, until it changes on either side'
  }
}

function todoOf({ pair }: KnownTask): string[] {
  if (pair.reason !== null) return [`  you can: ${reasonWords(pair.reason, pair.id).todo}`]
  if (pair.state === 'conflict') return [`  you can: ${quoted('conflicts')} lists it and says how to answer.`]
  if (pair.state === 'error') return [`  you can: ${reasonWords('refused', pair.id).todo}`]
  return []
}
