import type { RemoteTask } from '../core/observation.ts'
import { firstLook, type MirrorRow, sameContent, seeNow } from '../core/observe.ts'
import { BLANK_TASK } from '../core/task.ts'
import type { OutcomeInput } from './outcome-input.ts'

/* What an outcome leaves in the mirror. Pure. */

export function seenNow(input: OutcomeInput, shown: RemoteTask): MirrorRow {
  const { row, now } = input
  if (row === null) return firstLook(shown, now, now)
  return isNewerThanReply(input) && !sameContent(row.seen, shown)
    ? { ...row, lookAgain: true }
    : seeNow(row, shown, now)
}

/** A pull that asked after our write has told more than our write's reply. */
export function isNewerThanReply({ row, result }: OutcomeInput): boolean {
  return row !== null && row.askedAt > result.askedAt
}

/** Done, but not shown: the next plan looks at the task itself before it believes anything. */
export function unseen({ row, op, now }: OutcomeInput): MirrorRow {
  if (row !== null) return { ...row, lookAgain: true }
  const task = { ...BLANK_TASK, ...op.after }
  const guess: RemoteTask = {
    task,
    version: null,
    container: null,
    person: op.person,
    marker: null,
    madeBy: null,
    assignedTo: null,
    madeAt: null,
    recurs: false,
    completions: 0,
    flags: [],
    block: [],
    extra: {},
  }
  return { ...firstLook(guess, now, now), lookAgain: true }
}
