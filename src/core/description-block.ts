/*
 * A task's description where it also carries what Dealbridge writes: the user's text first, then
 *
 *     ---
 *     (lines)
 *     dealbridge: <marker>
 *
 * The block is known by its last line and replaced whole. Everything else in the description is the user's.
 */

/** Longest description that Todoist stores, in code points. */
export const DESCRIPTION_LIMIT = 16_383

const FENCE = '---'
const MARKER = /^\s*dealbridge:\s*(\S+)\s*$/iu
const EMPTY_MARKER = /^\s*dealbridge:\s*$/iu
/** What is left of a marker line that a user broke. */
const BROKEN_MARKER = /^\s*dealbridge\b/iu

/** `notes` is the user's text, `lines` those of the block's lines that were taken for ours. */
export type SplitDescription = {
  readonly notes: string
  readonly marker: string | null
  readonly lines: readonly string[]
}

/**
 * Takes a description apart. `known` are the lines that Dealbridge wrote into the block: any other line found inside
 * or below it was typed by a user and follows the text above it in `notes`. Of several blocks (a user pasted a
 * copy) all are taken out and the last one's marker counts. A damaged marker line reads as null.
 */
export function splitDescription(description: string, known: readonly string[] = []): SplitDescription {
  return takeApart(description, (row) => known.includes(row))
}

/** As `splitDescription` where nobody can say what we wrote: all that lies inside the block is in `lines`. */
export function readDescription(description: string): SplitDescription {
  return takeApart(
    description,
    () => true,
    () => false,
  )
}

/** `mayPrecede`: lines that may stand between the fence and an emptied marker. */
function takeApart(
  description: string,
  isOurs: (row: string) => boolean,
  mayPrecede = isOurs,
): SplitDescription {
  let rows = description.replace(/\r\n?/gu, '\n').split('\n')
  let marker: string | null = null
  const lines: string[] = []
  for (let at = lastMarker(rows, mayPrecede); at >= 0; at = lastMarker(rows, mayPrecede)) {
    marker ??= MARKER.exec(rows[at] ?? '')?.[1] ?? null
    const fence = fenceAbove(rows, at)
    const inside = fence < 0 ? [] : rows.slice(fence + 1, at)
    lines.unshift(...inside.filter(isOurs))
    const typed = inside.filter((row) => !isOurs(row))
    const above = rows.slice(0, fence < 0 ? at : fence)
    const below = rows.slice(at + 1)
    rows = [...withoutEndBlanks(above), ...withoutEndBlanks(typed), ...below]
  }
  return { notes: rows.join('\n').trimEnd(), marker, lines }
}

/**
 * The description to write. `marker` must not hold white space; without one there is no block. What does not fit in
 * `limit` code points costs first the block's lines, from the last, then the block, and never the user's text.
 */
export function joinDescription(
  notes: string,
  lines: readonly string[],
  marker: string | null,
  limit: number = DESCRIPTION_LIMIT,
): string {
  const text = notes.trimEnd()
  if (marker === null) return text
  for (let count = lines.length; count >= 0; count -= 1) {
    const block = [FENCE, ...lines.slice(0, count), `dealbridge: ${marker}`].join('\n')
    const whole = text === '' ? block : `${text}\n\n${block}`
    if (Array.from(whole).length <= limit) return whole
  }
  return text
}

/** True for a line that makes a block: its fence, or a marker. */
export function isBlockRow(row: string): boolean {
  return row.trim() === FENCE || BROKEN_MARKER.test(row)
}

/**
 * The user's own text of a description that `readDescription` took apart: what was typed inside the block follows
 * what stands outside. `known` are the lines that we may have written. Where the marker is lost, what is left of the
 * block goes too.
 */
export function ownText({ notes, marker, lines }: SplitDescription, known: readonly string[]): string {
  const typed = typedInside(lines, known)
  const outside = marker === null ? withoutRemains(notes, known) : notes
  return typed.length === 0 ? outside : [...(outside === '' ? [] : [outside]), ...typed].join('\n')
}

function typedInside(lines: readonly string[], known: readonly string[]): string[] {
  const typed = withoutEndBlanks(lines.filter((row) => !isKnown(row, known)))
  return typed.slice(typed.findIndex((row) => row.trim() !== ''))
}

/**
 * A block whose marker line a user broke or took out: a fence, and below it lines of ours. Where there is more than
 * those, the fence may be the user's own, and stays with what they typed.
 */
function withoutRemains(notes: string, known: readonly string[]): string {
  const rows = notes.split('\n')
  const last = rows.findLastIndex((row) => isKnown(row, known))
  const fence = rows.slice(0, last + 1).findLastIndex((row) => row.trim() === FENCE)
  const inside = rows.slice(fence + 1, last + 1)
  if (fence < 0) return notes
  const below = rows.slice(last + 1)
  const broken = BROKEN_MARKER.test(below[0] ?? '')
  const rest = broken ? below.slice(1) : below
  const typed = inside.filter((row) => !isKnown(row, known))
  const isMixed = typed.some((row) => row.trim() !== '')
  if (isMixed && !broken) return notes
  const above = isMixed
    ? [...rows.slice(0, fence + 1), ...withoutEndBlanks(typed)]
    : withoutEndBlanks(rows.slice(0, fence))
  return [...above, ...rest].join('\n').trimEnd()
}

function isKnown(row: string, known: readonly string[]): boolean {
  return known.includes(row.trimEnd())
}

function lastMarker(rows: readonly string[], mayPrecede: (row: string) => boolean): number {
  return rows.findLastIndex(
    (row, at) => MARKER.test(row) || (EMPTY_MARKER.test(row) && followsFence(rows, at, mayPrecede)),
  )
}

/** An empty marker line is ours only directly below the fence: elsewhere a user may have meant it. */
function followsFence(rows: readonly string[], at: number, mayPrecede: (row: string) => boolean): boolean {
  const above = rows.slice(0, at).findLast((row) => row.trim() !== '' && !mayPrecede(row))
  return above?.trim() === FENCE
}

/** The nearest fence above, unless another block lies between. */
function fenceAbove(rows: readonly string[], at: number): number {
  const found = rows.slice(0, at).findLastIndex((row) => row.trim() === FENCE || MARKER.test(row))
  return rows[found]?.trim() === FENCE ? found : -1
}

function withoutEndBlanks(rows: readonly string[]): string[] {
  return rows.slice(0, rows.findLastIndex((row) => row.trim() !== '') + 1)
}
