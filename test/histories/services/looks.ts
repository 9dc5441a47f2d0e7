import type { UserWrite } from './doings.ts'
import type { Exchange } from './journal.ts'
import { same, valuesOf } from './values.ts'

/*
 * What the product could know of a user's write, told by its requests and their answers.
 */

/**
 * Neither service can compare and set: an edit that comes after the last look of a worker's present attempt, and before
 * its write, is replaced unseen (rules, §4). The answer to a write of the same attempt that shows the task is a look. A
 * write without any look in its attempt is no such window. What another worker has seen since the attempt began is in the
 * record too: his look may be the one that was planned on, but nobody knows whether a later one of his was taken in by then.
 */
export function fellIntoWindow(
  exchanges: readonly Exchange[],
  { count, remoteId, side }: Pick<UserWrite, 'count' | 'remoteId' | 'side'>,
): boolean {
  return exchanges.some((write) => {
    if (!write.writes || write.count < count || !names(write, remoteId)) return false
    const looks = exchanges.filter(
      (one) =>
        one.count < write.count &&
        one.count > write.began &&
        one.side === side &&
        (one.writes ? shows(one, remoteId) : /\/(tasks|sync)\b/u.test(one.path)) &&
        one.status === 200,
    )
    const own = looks.findLast((one) => one.worker === write.worker)
    const isBefore = (look: Exchange) => look.count < count || look.stale
    return own === undefined ? looks.some(isBefore) : isBefore(own)
  })
}

/** The value had been another one in between, and was back before anybody looked: to the product nobody touched it. */
export function cameBackUnseen(exchanges: readonly Exchange[], write: UserWrite): boolean {
  const { count, field, remoteId, side, value } = write
  const look = exchanges.findLast(
    (one) => one.count < count && one.side === side && one.heard && !one.stale && shows(one, remoteId),
  )
  const shown = look === undefined ? null : objectIn(look.answer, remoteId)
  return shown !== null && same(field, valuesOf(side, shown)[field], value)
}

function shows({ answer }: Exchange, remoteId: string): boolean {
  return answer.includes(`"id":${remoteId},`) || answer.includes(`"id":"${remoteId}"`)
}

/** Whether a request is about the task. */
export function names({ path, body }: Exchange, remoteId: string): boolean {
  return path.split(/[/?]/u).includes(remoteId) || body.includes(`"${remoteId}"`)
}

/** The task as an answer shows it; null where the answer only mentions it, or did not come whole. */
function objectIn(answer: string, remoteId: string): Parameters<typeof valuesOf>[1] | null {
  let found: Parameters<typeof valuesOf>[1] | null = null
  const isTask = (value: object) =>
    'id' in value && String(value.id) === remoteId && ('content' in value || 'isCompleted' in value)
  try {
    JSON.parse(answer, (_, value: unknown) => {
      if (typeof value === 'object' && value !== null && isTask(value)) found = value as typeof found
      return value
    })
  } catch {
    return null
  }
  return found
}
