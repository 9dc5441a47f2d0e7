import { otherSide, SIDES, type Side, type SideRules } from './policy.ts'

/*
 * Recurring tasks (D1). The side that can hold a repetition drives; the other side holds the current occurrence as a
 * plain task. The service counts completions, so an occurrence that was closed is told from a date that was moved.
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

/** The side that can hold a repetition where the other cannot; null where both can, or neither. */
export function seriesSide(rules: Readonly<Record<Side, SideRules>>): Side | null {
  const able = SIDES.filter((side) => rules[side].modes.recurrence !== 'none')
  return able.length === 1 ? (able[0] ?? null) : null
}

/**
 * The series that a pair is part of, null where its task does not repeat (or does not any more). `advanced`: the
 * occurrence that the plain task stands for is over.
 */
export function seriesOf(
  view: SeriesView,
): { readonly owner: Side; readonly plain: Side; readonly advanced: boolean } | null {
  const owner = seriesSide(view.rules)
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
  const owner = seriesSide(view.rules)
  const look = owner === null ? null : view[owner]
  if (look?.presence !== 'present') return view.occurrences
  return seriesOf(view)?.advanced === true ? view.occurrences : look.completions
}
