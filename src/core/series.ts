import { otherSide, SIDES, type Side, type SideRules } from './policy.ts'

/*
 * Recurring tasks (D1). The side that holds a repetition which the other cannot be given drives; the other side holds the
 * current occurrence as a plain task. The service counts completions, so an occurrence that was closed is told from a date that was moved.
 */

type Look =
  | { readonly presence: 'none' | 'gone' | 'unknown' }
  | {
      readonly presence: 'present'
      readonly recurs: boolean
      readonly completions: number
      readonly task: { readonly completed: boolean }
    }

type SeriesView = {
  readonly occurrences: number | null
  readonly rules: Readonly<Record<Side, SideRules>>
  readonly left: Look
  readonly right: Look
}

/**
 * The side that drives: the one that can hold a repetition, or, of two that each have words of their own for it, the one
 * where the task repeats. Null where both share it, both repeat, or neither does.
 */
export function seriesSide(view: Omit<SeriesView, 'occurrences'>): Side | null {
  const { rules } = view
  const able = SIDES.filter((side) => rules[side].modes.recurrence !== 'none')
  if (able.length === 1) return able[0] ?? null
  if (able.every((side) => rules[side].modes.recurrence === 'rw')) return null
  const [owner, ...more] = able.filter((side) => repeats(view[side]))
  return more.length === 0 ? (owner ?? null) : null
}

function repeats(look: Look): boolean {
  return look.presence === 'present' && look.recurs
}

/**
 * The series that a pair is part of, null where its task does not repeat (or does not any more). `advanced`: the
 * occurrence that the plain task stands for is over.
 */
export function seriesOf(
  view: SeriesView,
): { readonly owner: Side; readonly plain: Side; readonly advanced: boolean } | null {
  const owner = seriesSide(view)
  const look = owner === null ? null : view[owner]
  if (owner === null || look?.presence !== 'present' || !look.recurs || look.task.completed) return null
  const plain = otherSide(owner)
  const counted = view.occurrences !== null && look.completions > view.occurrences
  // Where there is no plain task, nothing stands for an occurrence: those that are over are skipped.
  return { owner, plain, advanced: counted && view[plain].presence !== 'none' }
}

/**
 * How many completions are accounted for once this view is decided. An occurrence that is over stays to be accounted
 * for until its plain task has made room for the next one's.
 */
export function accountedOccurrences(view: SeriesView): number | null {
  const owner = seriesSide(view)
  const look = owner === null ? null : view[owner]
  if (look?.presence !== 'present') return view.occurrences
  return seriesOf(view)?.advanced === true ? view.occurrences : look.completions
}
