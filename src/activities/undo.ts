import { EMPTY_BASE } from '../core/base.ts'
import { LONG_AGO } from '../core/db-time.ts'
import { type Decree, decreesBut, remakeIn } from '../core/decree.ts'
import { groupBy } from '../core/group-by.ts'
import { SIDES, type Side } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import { recordUntouched } from '../store/conflicts.ts'
import type { Tx } from '../store/database.ts'
import { retireMember } from '../store/members.ts'
import { type LoggedOp, markUndone } from '../store/op-log.ts'
import { openOpsOf } from '../store/ops.ts'
import { type PairRow, savePairs } from '../store/pairs.ts'
import { type DecideDeps, lockPicture, NOTHING_TOLD, type PairPicture, titleOf } from './pair-picture.ts'
import { takeBack } from './take-back.ts'
import { type UndoWrite, writesIn } from './undo-writes.ts'

/** A value that an undo leaves as it is, because it is not what the write had left. `field` null: the whole task. */
export type Untouched = {
  readonly pair: string
  readonly title: string | null
  readonly field: Field | null
  readonly why: string
}

/**
 * `ops`: those that are taken back, once and never again. `found`: all that were looked at; of the others a write is
 * under way.
 */
export type Undone = {
  readonly found: readonly LoggedOp[]
  readonly ops: readonly string[]
  readonly writes: readonly UndoWrite[]
  readonly untouched: readonly Untouched[]
}

/**
 * Takes ops back: decrees for what still is as they left it, a conflict for what is not. Ops of a pair whose next write
 * is under way stay as they are. `ops`: of any pairs, oldest first.
 */
export async function undoOps(tx: Tx, deps: DecideDeps, ops: readonly LoggedOp[]): Promise<Undone> {
  const done: Undone[] = []
  const byPair = [...groupBy(ops, (op) => op.pairId)].sort(([a], [b]) => Number(a) - Number(b))
  for (const [pairId, own] of byPair) done.push(await undoPair(tx, await lockPicture(tx, deps, pairId), own))
  const all = {
    found: done.flatMap((one) => one.found),
    ops: done.flatMap((one) => one.ops),
    writes: done.flatMap((one) => one.writes),
    untouched: done.flatMap((one) => one.untouched),
  }
  await markUndone(tx, all.ops)
  return all
}

async function undoPair(tx: Tx, picture: PairPicture, ops: readonly LoggedOp[]): Promise<Undone> {
  const { pair, members } = picture
  const named = { pair: pair.id, title: titleOf(members) }
  const notNow = await reasonToWait(tx, picture)
  if (notNow !== null)
    return { found: [], ops: [], writes: [], untouched: [{ ...named, field: null, why: notNow }] }
  const { decrees, untouched } = takeBack(ops, picture)
  for (const { field, noted, base, now, stays } of untouched)
    if (field !== null && noted) await recordUntouched(tx, { pairId: pair.id, field, base, ...now, stays })
  const remade = remakeIn(decrees)
  if (remade !== undefined) for (const side of SIDES) await retireMember(tx, pair.id, side)
  if (decrees.length > 0) {
    const replaced = new Set(decrees.flatMap((decree) => (decree.kind === 'field' ? decree.field : [])))
    await savePairs(tx, [
      {
        ...pair,
        ...(remade === undefined ? {} : anew(remade.side)),
        decrees: [...(remade === undefined ? decreesBut(pair.decrees, replaced) : []), ...decrees],
        standing: remade === undefined ? pair.standing.filter((one) => !replaced.has(one.field)) : [],
        attempts: 0,
        wakeAt: LONG_AGO,
      },
    ])
  }
  return {
    found: ops,
    ops: ops.filter((op) => isTakenBack(op, decrees)).map((op) => op.id),
    writes: decrees.flatMap((decree) => writesIn(decree, decrees, picture, named)),
    untouched: untouched.map(({ field, why }) => ({ ...named, field, why })),
  }
}

/**
 * Whether these decrees take an op back. A making or deletion that stays while its task's fields go back counts as taken
 * back with them: the fields are then as it left them, and a second undo would find nothing in its way.
 */
function isTakenBack(op: LoggedOp, decrees: readonly Decree[]): boolean {
  return decrees.some((decree) => decree.kind !== 'field' || op.verb !== 'update' || decree.field in op.after)
}

/** Why nothing can be said of the pair now; null when it can. */
async function reasonToWait(tx: Tx, { pair, members }: PairPicture): Promise<string | null> {
  if ((await openOpsOf(tx, [pair.id])).length > 0)
    return 'a write of this task is under way; try again when it is settled'
  return members.some((member) => member.row.presence === 'unknown')
    ? 'nobody can say whether the task is still there; try again when it is seen'
    : null
}

/** Nothing is left of either task: the pair begins again with the one that is made anew. */
function anew(side: Side): Partial<PairRow> {
  return {
    origin: side,
    memory: 'new',
    state: 'ok',
    reason: null,
    base: EMPTY_BASE,
    marked: false,
    occurrences: null,
    endedAt: null,
    letThrough: false,
    block: [],
    ...NOTHING_TOLD,
    lastError: null,
  }
}
