import { type Case, currentOf } from './case.ts'
import type { Doings, UserWrite } from './doings.ts'
import type { Exchange } from './journal.ts'
import { cameBackUnseen } from './looks.ts'
import { type Field, isShared, recorded, same } from './values.ts'

/** Whether a user's last word may have made way for another: of a field of both sides, and in one of three ways. */
export function mayGive({ doings, exchanges, kept, policy }: Case, token: string, last: UserWrite): boolean {
  const { field, side } = last
  if (!isShared(field)) return wasMet({ exchanges, kept }, token, last)
  if (wasReplaced(doings, exchanges, last) || cameBackUnseen(exchanges, last)) return true
  // By these rules the loser is never this side.
  if (policy.conflicts === side || policy.conflicts === 'manual') return false
  return kept.conflicts.some(
    (one) =>
      one.token === token && one.field === field && same(field, recorded(field, one[side]), last.value),
  )
}

/**
 * A write of ours has met it between its look and its call, and it is kept as a conflict's loser. Where the requests tell
 * which worker made them, `fellIntoWindow` knows that better.
 */
function wasMet(
  { exchanges, kept }: Pick<Case, 'exchanges' | 'kept'>,
  token: string,
  last: UserWrite,
): boolean {
  if (exchanges.some(({ worker }) => worker !== '')) return false
  return kept.conflicts.some(
    (one) =>
      one.token === token &&
      one.field === last.field &&
      same(last.field, recorded(last.field, one[last.side]), last.value),
  )
}

/**
 * A user of the other side had the value before him and wrote another: after it, or also before it where nobody had told
 * this side of that yet, so that to the product only the other side has changed. Nobody can have been told before anybody had
 * looked at the other side.
 */
function wasReplaced({ writes }: Doings, exchanges: readonly Exchange[], last: UserWrite): boolean {
  const { field, side, token } = last
  const own = writes.filter((one) => one.token === token && one.field === field && one.side === side)
  const others = writes.filter((one) => one.token === token && one.field === field && one.side !== side)
  return others.some((first) => {
    if (!same(field, first.was, last.value)) return false
    const news = others.filter((one) => one.count >= first.count)
    const looks = exchanges.filter((one) => one.side === first.side && one.count > first.count)
    const wasToldOf = (one: UserWrite) =>
      looks.some(({ count }) => count < one.count) && news.some(({ value }) => same(field, one.was, value))
    return !own.some((one, at) => wasToldOf(one) && !isSelfMade(one, own[at - 1]))
  })
}

/** What a user has overwritten was his own: he had completed a task, say, and opened it again. */
function isSelfMade({ field, was }: UserWrite, before: UserWrite | undefined): boolean {
  return before !== undefined && same(field, before.value, was)
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
  linked: boolean,
): boolean {
  const { doings } = given
  return doings.writes.some((one) => {
    if (one.token !== token || one.field !== field || !same(field, one.value, value)) return false
    if (!linked || one === doings.lastWord(token, one.side, field) || doings.threwAway(one)) return true
    if (one.side !== 'left' || !doings.repeats.has(token)) return false
    // Each occurrence is a task of its own there: a later word about one that is over says nothing of the present one.
    const later = doings.writes.some(
      (next) => next.remoteId === one.remoteId && next.field === field && next.count > one.count,
    )
    return !later || isFormerOccurrence(given, token, one.remoteId)
  })
}

/** True of a task of the CRM whose occurrence is over. */
export function isFormerOccurrence(given: Case, token: string, remoteId: string): boolean {
  const [current] = currentOf(given, token)
  return given.doings.repeats.has(token) && current !== undefined && String(current.id) !== remoteId
}
