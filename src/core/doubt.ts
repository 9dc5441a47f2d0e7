import { type DbTime, later, plusMs } from './db-time.ts'
import { sameValue } from './equal.ts'
import type { Side } from './policy.ts'
import type { Field } from './task.ts'

/** What a trail may be of. */
export type TrailField = Field | 'completions' | 'words' | 'place' | 'filed'

/**
 * A value that the base of a side left, and when; also a count of completions that was accounted for, and a title as it was
 * with the words in it that were taken out (`words`), or where the task lay (`place`, a Place), or the labels that said its deal (`filed`). Kept as long as a stale read might bring it back.
 */
export type Trail = {
  readonly side: Side
  readonly field: TrailField
  readonly value: unknown
  readonly leftAt: DbTime
}

/**
 * `version`: of the picture; `writtenVersion`: in the reply to our last write. A picture with a newer version than
 * that was certainly made after it.
 */
export type DoubtInput = {
  readonly side: Side
  readonly values: Readonly<Partial<Record<TrailField, unknown>>>
  readonly askedAt: DbTime
  readonly version: string | null
  readonly writtenVersion: string | null
  readonly trail: readonly Trail[]
  readonly staleReadMs: number
}

/** `until`: the moment after which a direct look at the task is to be believed. */
export type Doubt = { readonly fields: ReadonlySet<TrailField>; readonly until: DbTime | null }

/**
 * The fields whose value may be a read from before our last write: services show old values for a while. A value that
 * base held until lately, in a picture that nothing proves to be newer, is neither believed nor overwritten.
 */
export function doubtedFields(input: DoubtInput): Doubt {
  const fields = new Set<TrailField>()
  let until: DbTime | null = null
  const fresh =
    input.version !== null && input.writtenVersion !== null && input.version > input.writtenVersion
  if (fresh) return { fields, until }
  for (const { side, field, value, leftAt } of input.trail) {
    if (side !== input.side || !sameValue(value, input.values[field])) continue
    const believed = plusMs(leftAt, input.staleReadMs)
    if (input.askedAt >= believed) continue
    fields.add(field)
    until = until === null ? believed : later(until, believed)
  }
  return { fields, until }
}

/** The trail without what no stale read can bring back any more. */
export function pruneTrail(trail: readonly Trail[], now: DbTime, staleReadMs: number): Trail[] {
  return trail.filter((step) => plusMs(step.leftAt, staleReadMs) > now)
}
