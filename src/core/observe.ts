import { type DbTime, earlier, epochSeconds, plusMs } from './db-time.ts'
import { sameValue } from './equal.ts'
import type { Observation, RemoteTask } from './observation.ts'
import { FIELDS, type Field } from './task.ts'

/**
 * The mirror's picture of one remote task. `unknown`: it was there, and now nobody can say. `missingAt`: since when it is
 * not found, or, of an unknown one, since when the key may not see it.
 */
export type MirrorRow = {
  readonly presence: 'present' | 'gone' | 'unknown'
  readonly seen: RemoteTask
  readonly fieldSeen: Readonly<Partial<Record<Field, number>>>
  readonly askedAt: DbTime
  readonly changedSeq: number
  readonly missingAt: DbTime | null
  readonly lookAgain: boolean
  readonly goneAt: DbTime | null
  readonly firstSeenAt: DbTime
}

/**
 * How an observation was made. `askedAt`: slot of its request; `now`: when it arrived. `baseMovedAt`: the pair's last
 * base move, null without one. `direct`: it looked at this very task and not at what changed since a cursor.
 * `announced`: a verified delivery said that the task was deleted. `toldAt`: when one came that named it and that no
 * look has answered yet: what is new was typed by then.
 */
export type LookContext = {
  readonly askedAt: DbTime
  readonly now: DbTime
  readonly baseMovedAt: DbTime | null
  readonly direct: boolean
  readonly announced: boolean
  readonly toldAt: DbTime | null
  readonly deleteGraceMs: number
}

/**
 * `row`: the new picture. `changed`: somebody should decide again. `wakeAt`: look directly at this time, because
 * this look could not settle the matter.
 */
export type Look = { readonly row: MirrorRow; readonly changed: boolean; readonly wakeAt: DbTime | null }

/** The first picture of a task. */
export function firstLook(seen: RemoteTask, askedAt: DbTime, now: DbTime): MirrorRow {
  const second = epochSeconds(now)
  return {
    presence: 'present',
    seen,
    fieldSeen: Object.fromEntries(FIELDS.map((field) => [field, second])),
    askedAt,
    changedSeq: 1,
    missingAt: null,
    lookAgain: false,
    goneAt: null,
    firstSeenAt: now,
  }
}

/**
 * The picture after a reply of the service itself: nothing older may replace it. A look that was dropped while the
 * call was on its way may be newer than the reply, so it is still owed.
 */
export function seeNow(row: MirrorRow, seen: RemoteTask, now: DbTime): MirrorRow {
  const differs = row.presence !== 'present' || !sameContent(row.seen, seen)
  return {
    ...row,
    presence: 'present',
    seen,
    fieldSeen: stampFields(row, seen, now),
    askedAt: now,
    changedSeq: differs ? row.changedSeq + 1 : row.changedSeq,
    missingAt: null,
    lookAgain: row.lookAgain,
    goneAt: null,
  }
}

/**
 * Takes one observation into the picture. An older look never replaces a newer one; one from before the last base
 * move that differs is dropped and asked for again; a missing task is gone only when certain, or when two direct
 * looks, a grace apart, did not find it (I5, I6, I7).
 */
export function look(row: MirrorRow, observation: Observation, context: LookContext): Look {
  if (context.askedAt < row.askedAt) return lookBehind(row, observation, context)
  switch (observation.kind) {
    case 'present':
      return lookPresent(row, observation.seen, context)
    case 'unchanged':
      // A dropped look is no longer part of what changes since the cursor would show.
      return { row: row.lookAgain ? row : { ...row, askedAt: context.askedAt }, changed: false, wakeAt: null }
    case 'gone':
      return lookGone(row, observation.certain, context)
    case 'unknown':
      // A key that does not see everyone is told "not found" either way; a verified delivery says which.
      return observation.why === 'not-visible' && context.announced
        ? lookGone(row, true, context)
        : lookUnknown(row, observation.why, context)
  }
}

/**
 * A look that is older than the picture changes nothing. But what it shows may be an edit that was made beside a write
 * of ours, whose reply is the picture: where it differs, the task itself is looked at.
 */
function lookBehind(row: MirrorRow, observation: Observation, context: LookContext): Look {
  const settled = { row, changed: false, wakeAt: null }
  if (row.presence === 'gone' || observation.kind === 'unchanged' || observation.kind === 'unknown')
    return settled
  if (
    observation.kind === 'present' &&
    row.presence === 'present' &&
    sameContent(row.seen, observation.seen)
  ) {
    return settled
  }
  return { row: { ...row, lookAgain: true }, changed: false, wakeAt: context.now }
}

function lookPresent(row: MirrorRow, seen: RemoteTask, context: LookContext): Look {
  const differs = row.presence !== 'present' || !sameContent(row.seen, seen)
  if (differs && context.baseMovedAt !== null && context.askedAt < context.baseMovedAt) {
    return { row: { ...row, lookAgain: true }, changed: false, wakeAt: context.now }
  }
  const next: MirrorRow = {
    ...row,
    presence: 'present',
    seen,
    fieldSeen: stampFields(row, seen, earlier(context.toldAt, context.now) ?? context.now),
    askedAt: context.askedAt,
    missingAt: null,
    goneAt: null,
    lookAgain: row.lookAgain && !context.direct,
  }
  return differs ? changed(next) : { row: next, changed: false, wakeAt: null }
}

function lookGone(row: MirrorRow, certain: boolean, context: LookContext): Look {
  if (row.presence === 'gone')
    return { row: { ...row, askedAt: context.askedAt }, changed: false, wakeAt: null }
  const grace = (from: DbTime) => plusMs(from, context.deleteGraceMs)
  const dropped = context.baseMovedAt !== null && context.askedAt < context.baseMovedAt
  if (dropped) return { row: { ...row, lookAgain: true }, changed: false, wakeAt: context.now }
  // A service may not show a task yet that was made a moment ago: one look without it proves nothing.
  // Time in which nobody could say anything was no time of being missed.
  const missed = row.presence === 'present' ? row.missingAt : null
  const confirmed = missed !== null && context.askedAt >= grace(missed)
  if (certain || context.announced || confirmed) {
    return changed({
      ...row,
      presence: 'gone',
      askedAt: context.askedAt,
      goneAt: context.askedAt,
      missingAt: null,
      lookAgain: false,
    })
  }
  const missingAt = missed ?? context.askedAt
  return {
    row: { ...row, presence: 'present', askedAt: context.askedAt, missingAt },
    changed: false,
    wakeAt: grace(missingAt),
  }
}

function lookUnknown(
  row: MirrorRow,
  why: 'not-visible' | 'unreadable' | 'in-doubt',
  context: LookContext,
): Look {
  if (why === 'in-doubt') return { row, changed: false, wakeAt: plusMs(context.now, context.deleteGraceMs) }
  if (row.presence === 'gone')
    return { row: { ...row, askedAt: context.askedAt }, changed: false, wakeAt: null }
  // What cannot be read may be read tomorrow; what is hidden is looked at a second time, and then believed.
  const since = row.presence === 'unknown' ? row.missingAt : null
  const missingAt = why === 'not-visible' ? (since ?? context.askedAt) : null
  const next: MirrorRow = { ...row, presence: 'unknown', askedAt: context.askedAt, missingAt }
  return row.presence === 'unknown' ? { row: next, changed: false, wakeAt: null } : changed(next)
}

function changed(row: MirrorRow): Look {
  return { row: { ...row, changedSeq: row.changedSeq + 1 }, changed: true, wakeAt: null }
}

/** Content that a decision can depend on; versions, times and a provider's private notes are none. */
export function sameContent(a: RemoteTask, b: RemoteTask): boolean {
  return (
    a.container === b.container &&
    a.person === b.person &&
    a.assignedTo === b.assignedTo &&
    a.recurs === b.recurs &&
    a.completions === b.completions &&
    sameValue(a.flags, b.flags) &&
    sameValue(a.block, b.block) &&
    sameValue(a.task, b.task)
  )
}

function stampFields(row: MirrorRow, seen: RemoteTask, now: DbTime): MirrorRow['fieldSeen'] {
  const second = epochSeconds(now)
  const stamps: Partial<Record<Field, number>> = {}
  for (const field of FIELDS) {
    const same = sameValue(row.seen.task[field], seen.task[field])
    stamps[field] = same ? (row.fieldSeen[field] ?? second) : second
  }
  return stamps
}
