import { sameValue } from '../../src/core/equal.ts'
import type { Field } from '../../src/core/task.ts'
import type { StoredTask } from '../../src/providers/memory/service.ts'
import type { Db } from '../../src/store/database.ts'
import { type Doings, lastWrite, type Side, tokenOf, withoutHint } from './users.ts'
import type { World } from './world.ts'

const COMPARED: readonly Field[] = ['title', 'due', 'completed']

type Kept = { readonly left: unknown; readonly right: unknown; readonly field: string }
type Overwritten = {
  readonly remoteId: string
  readonly version: string
  readonly task: Record<string, unknown>
}

/** `lost`, `doubled`, `unsettled`: sentences, one for each finding. `windows`: edits that fell between our read and write. */
export type Findings = {
  readonly lost: string[]
  readonly doubled: string[]
  readonly unsettled: string[]
  windows: number
}

/** Compares both services with what users did; the product is asked only for what it says it kept. */
export async function judge(db: Db, world: World, doings: Doings): Promise<Findings> {
  const findings: Findings = { lost: [], doubled: [], unsettled: [], windows: 0 }
  const kept = await db<Kept[]>`
    select c.field, c."left", c."right" from conflict c join pair p on p.id = c.pair_id where p.route_id = ${world.routeId}`
  const overwritten = await db<Overwritten[]>`
    select remote_id as "remoteId", before ->> 'version' as version, before -> 'task' as task from op
    where route_id = ${world.routeId} and before is not null`
  for (const token of doings.tokens) {
    const there = { left: find(world, token, 'left'), right: find(world, token, 'right') }
    for (const side of ['left', 'right'] as const) {
      if (there[side].length > 1)
        findings.doubled.push(`${token} is ${there[side].length} times on the ${side}`)
    }
    const gone = {
      left:
        world.left.all().some((task) => tokenOf(task) === token && task.deleted) && there.left.length === 0,
    }
    judgePresence(doings, token, there, gone, findings)
    const [left] = there.left
    const [right] = there.right
    if (left !== undefined && right !== undefined)
      judgeValues({ token, left, right, doings, kept, overwritten, findings })
  }
  return findings
}

function find(world: World, token: string, side: Side): StoredTask[] {
  return world[side].alive().filter((task) => tokenOf(task) === token)
}

function judgePresence(
  doings: Doings,
  token: string,
  there: Record<Side, readonly StoredTask[]>,
  gone: { readonly left: boolean },
  findings: Findings,
): void {
  const deleted = doings.deleted.filter((one) => one.token === token).map((one) => one.side)
  const here = { left: there.left.length > 0, right: there.right.length > 0 }
  if (deleted.length === 0) {
    const origin = doings.createdOn.get(token) ?? 'left'
    if (!here[origin]) findings.lost.push(`${token} is gone from the ${origin}, where it was made`)
    const other = origin === 'left' ? 'right' : 'left'
    const [task] = there[origin]
    // A task that was ticked off before anybody looked is not carried over.
    if (!here[other] && !(task?.task.completed ?? true))
      findings.lost.push(`${token} never came to the ${other}`)
    return
  }
  // Deleted in the CRM: gone in the task app, unless somebody went on editing it there, then it is in both.
  if (!deleted.includes('right') && here.right && !here.left)
    findings.lost.push(`${token} is left behind on the right`)
  // Deleted in the task app: the CRM keeps its record.
  if (!deleted.includes('left') && gone.left)
    findings.lost.push(`${token} was deleted on the right and vanished on the left`)
}

type Values = {
  readonly token: string
  readonly left: StoredTask
  readonly right: StoredTask
  readonly doings: Doings
  readonly kept: readonly Kept[]
  readonly overwritten: readonly Overwritten[]
  readonly findings: Findings
}

function judgeValues({ token, left, right, doings, kept, overwritten, findings }: Values): void {
  if (doings.deleted.some((one) => one.token === token && one.side === 'right')) return
  for (const field of COMPARED) {
    const final = left.task[field]
    if (!sameValue(final, right.task[field])) {
      findings.unsettled.push(`${token}: ${field} differs: ${JSON.stringify([final, right.task[field]])}`)
      continue
    }
    for (const side of ['left', 'right'] as const) {
      const last = lastWrite(doings, token, side, field)
      if (last === undefined || sameValue(last.value, final)) continue
      const inConflict = kept.some(
        (one) =>
          one.field === field &&
          [one.left, one.right].some((value) => sameValue(withoutHint(value), last.value)),
      )
      const inBefore = overwritten.filter((op) => op.remoteId === last.remoteId)
      if (inConflict || inBefore.some((op) => sameValue(withoutHint(op.task[field]), last.value))) continue
      // Neither service can compare and set: an edit after our last look at it can slip under a write.
      const inWindow = inBefore.some((op) => Number(op.version) < last.change)
      if (inWindow) findings.windows += 1
      else
        findings.lost.push(
          `${token}: ${field} ${JSON.stringify(last.value)} of the ${side} is gone without a trace`,
        )
    }
  }
}
