/** What the record remembers of a pair. */
export const MEMORIES = ['new', 'linked', 'ending', 'unlinked', 'closed'] as const
export type Memory = (typeof MEMORIES)[number]

/** True of a pair that is kept in step (or about to be). */
export function isKept(memory: Memory): boolean {
  return memory === 'new' || memory === 'linked'
}

/** What is known of one side: `none` means that no task was ever made or matched there. */
export const PRESENCES = ['none', 'present', 'gone', 'unknown'] as const
export type Presence = (typeof PRESENCES)[number]

/**
 * What a situation calls for.
 *
 * - `createLeft`, `createRight`: make the missing side
 * - `link`: both sides are there, nothing was confirmed yet
 * - `merge`: merge field by field
 * - `leftGone`, `rightGone`: a deletion; the delete rule or "edit beats delete" decides
 * - `endLeft`, `endRight`: our own ending of that side is not finished, or was overtaken by an edit
 * - `close`: nothing is left to do; the tombstone stays
 * - `look`: nobody knows; do nothing now, look again
 * - `rest`: nothing, by what was decided before
 * - `broken`: cannot be; stop this pair and tell a person
 */
export type Cell =
  | 'createLeft'
  | 'createRight'
  | 'link'
  | 'merge'
  | 'leftGone'
  | 'rightGone'
  | 'endLeft'
  | 'endRight'
  | 'close'
  | 'look'
  | 'rest'
  | 'broken'

type Row = Readonly<Record<Presence, Cell>>

/** Memory × left × right. A missing cell does not compile. */
export const PRESENCE_TABLE: Readonly<Record<Memory, Readonly<Record<Presence, Row>>>> = {
  new: {
    none: { none: 'broken', present: 'createLeft', gone: 'close', unknown: 'look' },
    present: { none: 'createRight', present: 'link', gone: 'rightGone', unknown: 'look' },
    gone: { none: 'close', present: 'leftGone', gone: 'close', unknown: 'look' },
    unknown: { none: 'look', present: 'look', gone: 'look', unknown: 'look' },
  },
  linked: {
    none: { none: 'broken', present: 'broken', gone: 'broken', unknown: 'broken' },
    present: { none: 'broken', present: 'merge', gone: 'rightGone', unknown: 'look' },
    gone: { none: 'broken', present: 'leftGone', gone: 'close', unknown: 'look' },
    unknown: { none: 'broken', present: 'look', gone: 'look', unknown: 'look' },
  },
  ending: {
    none: { none: 'broken', present: 'broken', gone: 'close', unknown: 'look' },
    present: { none: 'broken', present: 'merge', gone: 'endLeft', unknown: 'look' },
    gone: { none: 'close', present: 'endRight', gone: 'close', unknown: 'look' },
    unknown: { none: 'look', present: 'look', gone: 'look', unknown: 'look' },
  },
  unlinked: {
    none: { none: 'rest', present: 'rest', gone: 'close', unknown: 'rest' },
    present: { none: 'rest', present: 'rest', gone: 'rest', unknown: 'rest' },
    gone: { none: 'close', present: 'rest', gone: 'close', unknown: 'rest' },
    unknown: { none: 'rest', present: 'rest', gone: 'rest', unknown: 'rest' },
  },
  closed: {
    none: { none: 'rest', present: 'rest', gone: 'rest', unknown: 'rest' },
    present: { none: 'rest', present: 'rest', gone: 'rest', unknown: 'rest' },
    gone: { none: 'rest', present: 'rest', gone: 'rest', unknown: 'rest' },
    unknown: { none: 'rest', present: 'rest', gone: 'rest', unknown: 'rest' },
  },
}
