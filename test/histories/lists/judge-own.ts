import { otherThan, SIDES } from '../services/sides.ts'
import { type Case, type Findings, type Living, nameOf, plainSide } from './case.ts'

/** What only one side has a place for is as its user has left it, to the letter; and no line of the notes is nobody's. */
export function judgeOwn(given: Case, token: string, living: Living, findings: Findings): void {
  const { doings, timeline } = given
  for (const side of SIDES) {
    for (const id of timeline.idsOf(side, token)) {
      const own = doings.own.get(`${side} ${id}`)
      const task = timeline.last(side).find((one) => one.id === id)
      if (task === undefined) {
        const deleted = doings.deleted.some((one) => one.token === token)
        if (living[side] !== undefined && !deleted && own !== undefined && plainSide(given, token) !== side)
          findings.lost.push(`${token} was made anew in ${nameOf(given, side)}, without what only that holds`)
        continue
      }
      for (const line of own ?? [])
        if (!task.own.includes(line))
          findings.lost.push(`${token}: ${JSON.stringify(line)} is gone from ${nameOf(given, side)}`)
      for (const line of task.stray)
        findings.lost.push(
          `${token}: a line in its notes in ${nameOf(given, side)} is nobody's: ${JSON.stringify(line)}`,
        )
    }
  }
}

/** Nothing but what users made, and the product's counterparts of it, may be there. */
export function judgeStrangers({ timeline, doings, pair }: Case, findings: Findings): void {
  for (const side of SIDES)
    for (const task of timeline.last(side))
      if (!doings.made.has(task.token))
        findings.doubled.push(`nobody made ${JSON.stringify(task.values.title)} in ${nameOf({ pair }, side)}`)
}

/** What waits must wait for a person, and for a reason that the story explains. */
export function judgeRest({ kept, policy, doings }: Case, findings: Findings): void {
  for (const { tokens, state, reason, error } of kept.open) {
    const conflict = state === 'conflict' && policy.conflicts === 'manual'
    const deleted =
      state === 'waiting' &&
      reason === 'deleted-there' &&
      tokens.some((token) => SIDES.some((side) => doings.deletedOn(token, otherThan(side))))
    if (!conflict && !deleted)
      findings.unsettled.push(
        `${tokens.join(', ') || 'a pair'} is left in state ${state}: ${reason ?? error ?? ''}`,
      )
  }
}
