import type { Findings, Kept } from '../services/case.ts'
import type { Exchange } from '../services/journal.ts'
import { SIDES, type Side } from '../services/sides.ts'
import { currentOf } from './actions.ts'
import type { Doings } from './doings.ts'
import { NAMES, type Pair, SERVICES } from './pairs.ts'
import type { Script } from './script.ts'
import type { SeenTask } from './side.ts'
import type { Timeline } from './timeline.ts'
import type { Reading } from './values.ts'

export type { Findings, Kept }

export type Case = {
  readonly pair: Pair
  readonly policy: Script['policy']
  readonly doings: Doings
  readonly timeline: Timeline
  readonly kept: Kept
  readonly exchanges: readonly Exchange[]
  readonly readings: Readonly<Record<Side, Reading>>
}

/** The task of one token on each side at the end; of a series the occurrence that counts. */
export type Living = Readonly<Partial<Record<Side, SeenTask>>>

export function livingOf(given: Case, token: string): Living {
  const found = SIDES.flatMap((side) => {
    const task = currentOf(given.timeline.last(side), token)
    // Those that are over stay when the current one is deleted.
    const isOver = task?.values.completed === true && plainSide(given, token) === side
    const none = task === undefined || (isOver && given.doings.deletedOn(token, side))
    return none ? [] : [[side, task] as const]
  })
  return Object.fromEntries(found)
}

export const nameOf = ({ pair }: Pick<Case, 'pair'>, side: Side): string => NAMES[SERVICES[pair][side]]

/** Where a task of a series is plain: each occurrence is a task of its own there. */
export function plainSide({ doings }: Case, token: string): Side | null {
  const owner = doings.repeats.get(token)
  return owner === undefined ? null : owner === 'left' ? 'right' : 'left'
}

/** Both are there and in lists that are in step, and no person has been asked. */
export function isLinked({ kept }: Case, token: string, { left, right }: Living): boolean {
  if (left === undefined || right === undefined) return false
  if (left.values.list === 'out' || right.values.list === 'out') return false
  return !kept.questions.some(({ tokens }) => tokens.includes(token))
}
