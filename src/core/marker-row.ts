import { MARKER_FORM } from './marker.ts'

/*
 * The last line of our block, `dealbridge: <marker>`, and what a user typed onto it.
 */

const NAME = 'dealbridge:'
const NAMED = /dealbridge:/iu
const FORM = new RegExp(`${NAME}(?:.*?\\s)??(${MARKER_FORM})`, 'isu')
const AT_ONCE = new RegExp(`^${MARKER_FORM}`, 'iu')
const BEGINS_LIKE_ONE = /^\s*dealbridge\b/iu

/** The line as we write it. `marker` is of a form of `marker.ts`: any other would not be found again. */
export function markerRow(marker: string): string {
  return `${NAME} ${marker}`
}

/** The marker on a line, whatever else was typed there; null where there is none. */
export function markerIn(row: string): string | null {
  return FORM.exec(row)?.[1] ?? null
}

/** True of a line that holds a marker and no word of a user's. */
export function isBareMarker(row: string): boolean {
  const marker = markerIn(row)
  return marker !== null && wordsAround(row, marker) === ''
}

/** True of a line that holds a marker, and behind its beginning words of a user's. */
export function isMarkerWithWords(row: string): boolean {
  return BEGINS_LIKE_ONE.test(row) && markerIn(row) !== null && !isBareMarker(row)
}

/** True of a line that could be taken for our last one, whole or broken. */
export function isLikeMarkerRow(row: string): boolean {
  return BEGINS_LIKE_ONE.test(row) || NAMED.test(row)
}

/**
 * What a user typed onto a line that holds a marker: before it, behind it or into it. `written`: the marker that we
 * wrote there, where the record knows it; digits that were typed to its own are told by nothing else.
 */
export function typedOnto(row: string, written: string | null): string {
  const known = written === null ? null : typedInto(row, written)
  const marker = likeIn(row, written) ?? markerIn(row)
  return known ?? (marker === null ? null : wordsAround(row, marker)) ?? ''
}

/** A marker that differs from ours in its id alone: of the occurrence before, or of a task that a user has copied. */
function likeIn(row: string, written: string | null): string | null {
  const at = written === null ? -1 : row.indexOf(written.slice(0, written.lastIndexOf('/') + 1))
  return at < 0 ? null : (AT_ONCE.exec(row.slice(at))?.[0] ?? null)
}

/**
 * What a user typed onto our line with this marker, where it may be broken: '' when no more than a part of ours is left,
 * null when the line as a whole is the user's.
 */
export function typedOntoBroken(row: string, written: string | null): string | null {
  const known = written === null ? null : typedInto(row, written)
  return known ?? (isPartOf(row, written === null ? NAME : markerRow(written)) ? '' : null)
}

/** True of a line with both pieces of ours in it, or typed into in one place: then nothing of it is missing. */
export function isTypedInto(row: string, written: string | null): boolean {
  return written !== null && typedInto(row, written) !== null
}

/** Null unless the line holds both pieces of ours, or was typed into in one place. */
function typedInto(row: string, marker: string): string | null {
  return wordsAround(row, marker) ?? inserted(row.trim(), markerRow(marker))
}

/** The words before, between and behind the two pieces of our line; null where one of them is missing. */
function wordsAround(row: string, marker: string): string | null {
  const name = NAMED.exec(row)
  if (name === null) return null
  const from = name.index + name[0].length
  const at = row.indexOf(marker, from)
  if (at < 0) return null
  return [row.slice(0, name.index), row.slice(from, at), row.slice(at + marker.length)]
    .map((words) => words.trim())
    .filter((words) => words !== '')
    .join(' ')
}

/** The words by which `row` is longer than `ours`, when they stand in one place; at the end, where that may be. */
function inserted(row: string, ours: string): string | null {
  const length = row.length - ours.length
  for (let at = ours.length; at >= 0 && length > 0; at -= 1)
    if (row.startsWith(ours.slice(0, at)) && row.endsWith(ours.slice(at)))
      return row.slice(at, at + length).trim()
  return null
}

/**
 * True when a line is ours with something taken out of its end, or up to one of its slashes; blanks count for nothing. A
 * lone piece of it could be anybody's word, so its beginning must be there.
 */
function isPartOf(row: string, ours: string): boolean {
  const [left, whole] = [row, ours].map((text) => text.replace(/\s+/gu, '').toLowerCase())
  if (left === undefined || whole === undefined || !BEGINS_LIKE_ONE.test(row)) return false
  for (let at = left.length; at > 0; at -= 1) {
    const end = left.slice(at)
    if (whole.startsWith(left.slice(0, at)) && (end === '' || (end.startsWith('/') && whole.endsWith(end))))
      return true
  }
  return false
}
