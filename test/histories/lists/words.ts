import type { Side } from '../services/sides.ts'
import { type Case, type Living, plainSide } from './case.ts'
import type { UserWrite } from './doings.ts'
import { cameBackUnseen } from './looks.ts'
import { type Field, recorded, recordField, same } from './values.ts'

/** Whether a user's last word may have made way for another, in one of three ways. */
export function mayGive(given: Case, last: UserWrite): boolean {
  if (wasReplaced(given, last) || cameBackUnseen(given, last)) return true
  // By these rules the loser is never this side.
  const { conflicts } = given.policy
  return conflicts !== last.side && conflicts !== 'manual' && isKeptAsLoser(given, last)
}

export function isKeptAsLoser(
  { pair, kept, readings }: Case,
  { side, token, field, value }: UserWrite,
): boolean {
  return kept.conflicts.some(
    (one) =>
      one.token === token &&
      one.field === recordField(field) &&
      same(pair, field, recorded(field, one[side], readings[side]), value),
  )
}

/**
 * A user of the other side had the value before him and wrote another: after it, or also before it where nobody had told
 * this side of that yet, so that to the product only the other side has changed.
 */
function wasReplaced({ doings: { writes }, exchanges, pair }: Case, last: UserWrite): boolean {
  const { field, side, token } = last
  const equal = (a: unknown, b: unknown) => same(pair, field, a, b)
  const of = (one: UserWrite) => one.token === token && one.field === field
  const own = writes.filter((one) => of(one) && one.side === side)
  const others = writes.filter((one) => of(one) && one.side !== side)
  return others.some((first) => {
    if (!equal(first.was, last.value)) return false
    const news = others.filter((one) => one.count >= first.count)
    const looks = exchanges.filter((one) => one.side === first.side && one.count > first.count)
    const wasToldOf = (one: UserWrite) =>
      looks.some(({ count }) => count < one.count) && news.some(({ value }) => equal(one.was, value))
    // What a user has overwritten was his own: he had completed a task, say, and opened it again.
    const isSelfMade = (one: UserWrite, before: UserWrite | undefined) =>
      before !== undefined && equal(before.value, one.was)
    return !own.some((one, at) => wasToldOf(one) && !isSelfMade(one, own[at - 1]))
  })
}

/**
 * A last word of either side; of a task that was thrown away, or an occurrence that is over, any word. What is no pair
 * any more holds what it held when it was one.
 */
export function isSomebodysWord(
  given: Case,
  token: string,
  field: Field,
  value: unknown,
  { living, linked }: { readonly living: Living; readonly linked: boolean },
): boolean {
  const { doings, pair } = given
  return doings.writes.some((one) => {
    if (one.token !== token || one.field !== field || !same(pair, field, one.value, value)) return false
    if (!linked || one === doings.lastWord(token, one.side, field) || doings.threwAway(one)) return true
    return isOver(given, one, living)
  })
}

/** A word about an occurrence that is over. */
export function isOver(given: Case, { token, side, id }: UserWrite, living: Living): boolean {
  return plainSide(given, token) === side && living[side as Side]?.id !== id
}
