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

/** `notes` is the user's text, `lines` those of the block's lines that were known to be ours. */
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
  let rows = description.replace(/\r\n?/gu, '\n').split('\n')
  let marker: string | null = null
  const lines: string[] = []
  for (let at = lastMarker(rows, known); at >= 0; at = lastMarker(rows, known)) {
    marker ??= MARKER.exec(rows[at] ?? '')?.[1] ?? null
    const fence = fenceAbove(rows, at)
    const inside = fence < 0 ? [] : rows.slice(fence + 1, at)
    lines.unshift(...inside.filter((row) => known.includes(row)))
    const typed = inside.filter((row) => !known.includes(row))
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

function lastMarker(rows: readonly string[], known: readonly string[]): number {
  return rows.findLastIndex(
    (row, at) => MARKER.test(row) || (EMPTY_MARKER.test(row) && followsFence(rows, at, known)),
  )
}

/** An empty marker line is ours only directly below the fence: elsewhere a user may have meant it. */
function followsFence(rows: readonly string[], at: number, known: readonly string[]): boolean {
  const above = rows.slice(0, at).findLast((row) => row.trim() !== '' && !known.includes(row))
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
