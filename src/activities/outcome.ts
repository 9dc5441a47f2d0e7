import { type BaseMove, moveBase } from '../core/base.ts'
import { keptAlike } from '../core/confirm.ts'
import { type DbTime, plusMs } from '../core/db-time.ts'
import { pruneTrail } from '../core/doubt.ts'
import type { FieldConflict } from '../core/merge-types.ts'
import type { RemoteTask } from '../core/observation.ts'
import type { MirrorRow } from '../core/observe.ts'
import { overrunBy } from '../core/overrun.ts'
import { sharedFields } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import type { StepResult } from '../providers/contract.ts'
import type { ProviderError } from '../providers/provider-error.ts'
import type { OpError, OpOutcome, OpStep } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import {
  besideAfter,
  flagsAreMissing,
  isNoticeAlone,
  personAfter,
  personSeqAfter,
  toldRefused,
} from './outcome-beside.ts'
import { confirm, fieldsOf, unlessStale } from './outcome-confirm.ts'
import type { OutcomeInput } from './outcome-input.ts'
import { isMoveRefused, refusedMove } from './outcome-move.ts'
import { placeAfter } from './outcome-place.ts'
import { rollBack } from './outcome-rollback.ts'
import { seenNow, unseen } from './outcome-row.ts'
import { addStanding, stateAfter } from './outcome-standing.ts'
import { filedTrail, occurrenceTrail, replacedTrail, unshownTrail } from './outcome-trail.ts'

/**
 * What an outcome leaves behind. `pair.wakeAt` counts while an op is open. `exists`: the target is (still) a task of
 * the pair; `writtenVersion`: in the service's reply. `full`: the container of the create takes no more.
 */
export type Settled = {
  readonly op: OpOutcome
  readonly pair: PairRow
  readonly row: MirrorRow | null
  readonly exists: boolean
  readonly writtenVersion: string | null
  readonly full: boolean
  /** Nothing can be decided before `pair.wakeAt`. */
  readonly later?: boolean
  /** Values that somebody wrote after the plan's last look, and that this write has replaced. */
  readonly overrun: readonly FieldConflict[]
}

/** Works out what one attempt of one op means for its pair. Pure. */
export function settleOutcome(given: OutcomeInput): Settled {
  const input = { ...given, result: { ...given.result, steps: given.result.steps.map(unlessStale(given)) } }
  const { op, result } = input
  const steps = op.steps.map((step) => mergeStep(step, result.steps))
  const told = result.steps.filter((step) => !isLostComment(step))
  const failure = told.find((step) => step.outcome !== 'confirmed')
  // A create that is done but not known by an id is as good as unknown: it must be looked for.
  const nameless = op.verb === 'create' && result.remoteId === null
  const after = statusAfter(told, failure?.error)
  const status = after === 'confirmed' && nameless ? 'unknown' : after
  const settled = status === 'refused' ? refuse(input, failure?.error) : accept(input, steps, status)
  return {
    ...settled,
    overrun:
      status === 'confirmed'
        ? overrunBy(op, input.row, {
            askedAt: result.askedAt,
            shown: result.now,
            trail: input.pair.baseTrail,
          })
        : [],
    op: {
      id: op.id,
      status,
      attempts: op.attempts,
      unsent: status === 'planned' && result.steps.every((step) => step.outcome === 'skipped'),
      steps,
      error: errorText(failure?.error),
      emptyAt: op.emptyAt,
      remoteId: result.remoteId,
    },
  }
}

/** A comment that the service does not take, or that a user has deleted: the label says enough. */
function isLostComment({ name, outcome }: StepResult): boolean {
  return name === 'comment' && outcome === 'refused'
}

function statusAfter(steps: readonly StepResult[], error: ProviderError | undefined): OpOutcome['status'] {
  if (steps.some((step) => step.outcome === 'unknown')) return 'unknown'
  if (steps.some((step) => step.outcome === 'refused')) return 'refused'
  // Not sent at all: the budget was used up, or an earlier op of the same request failed.
  if (steps.some((step) => step.outcome === 'skipped'))
    return error?.kind === 'invalid' ? 'refused' : 'planned'
  return 'confirmed'
}

function mergeStep(step: OpStep, results: readonly StepResult[]): OpStep {
  const result = results.find((one) => one.name === step.name)
  if (result?.outcome === 'confirmed') return { ...step, outcome: 'confirmed' }
  return result?.outcome === 'refused' ? { ...step, outcome: 'refused' } : step
}

type Left = Omit<Settled, 'op' | 'overrun'>

/** Everything that was done is confirmed as far as the service shows it; the rest stays open. */
function accept(input: OutcomeInput, steps: readonly OpStep[], status: OpOutcome['status']): Left {
  const { op, result, now } = input
  const waiting = status === 'unknown' ? (op.deadlineAt ?? now) : null
  if (op.verb === 'delete') return status === 'confirmed' ? deleted(input) : untouched(input, waiting)
  const done = steps.filter((step) => step.outcome === 'confirmed')
  const fields = done.flatMap(fieldsOf)
  if (op.verb === 'update' && steps.every((step) => step.outcome !== 'confirmed'))
    return untouched(input, waiting)
  if (op.verb === 'create' && result.remoteId === null) return untouched(input, waiting)

  const shown = result.now
  const row = shown === null ? unseen(input) : seenNow(input, shown)
  const { move, ignored } = confirm(input, done, shown ?? asMade(input))
  const pair = withMove(input, move)
  const moved = pair.syncVersion > input.pair.syncVersion
  const unshown = unshownTrail(input, fields, shown)
  const { place, trail: placeTrail } = placeAfter(input, shown)
  const beside = besideAfter(input, pair, steps, status)
  return {
    pair: {
      ...pair,
      memory: op.verb === 'create' ? memoryAfterCreate(input) : pair.memory,
      former: op.verb === 'create' ? null : pair.former,
      ...(status === 'confirmed' && !isNoticeAlone(op) ? stateAfter(input, fields, ignored) : {}),
      baseTrail: [
        ...pair.baseTrail,
        ...occurrenceTrail(input, shown),
        ...replacedTrail(input, fields, shown),
        ...unshown,
        ...placeTrail,
        ...filedTrail(input, shown),
      ],
      place,
      reason: op.verb === 'create' ? null : pair.reason,
      personSeq: personSeqAfter(input, row),
      ...beside,
      ...personAfter(input, { ...pair, ...beside }),
      wakeAt: waiting,
      attempts: attemptsAfter(input, {
        pair,
        moved,
        nothing: fields.length === 0,
        asWanted: shown !== null && fields.every((field) => isAsWanted(input, field, shown)),
        doubted: unshown.length > 0,
        open: status !== 'confirmed',
      }),
    },
    row,
    exists: true,
    writtenVersion: shown?.version ?? null,
    full: false,
  }
}

/**
 * A task that was made, and deleted before anybody had seen it, was as we made it for all that is known: from there it is
 * told whether the other side was edited since, or goes with it.
 */
function asMade(input: OutcomeInput): RemoteTask | null {
  return input.op.verb === 'create' && input.by === 'tombstone' ? unseen(input).seen : null
}

/** What was made anew after both tasks were gone has no counterpart yet. */
function memoryAfterCreate({ counterpart }: OutcomeInput): PairRow['memory'] {
  return counterpart === null ? 'new' : 'linked'
}

/** Counts the writes in a row that a service took and never showed; what may yet be shown, or is not all done, is not counted. */
function attemptsAfter(
  input: OutcomeInput,
  given: {
    readonly pair: PairRow
    readonly moved: boolean
    readonly nothing: boolean
    readonly asWanted: boolean
    readonly doubted: boolean
    readonly open: boolean
  },
): number {
  if (given.moved || ((given.nothing || given.asWanted) && !flagsAreMissing(input))) return 0
  return given.pair.attempts + (given.doubted || given.open ? 0 : 1)
}

/** What comes from no merge moves no base, and is shown all the same. */
function isAsWanted({ op, route }: OutcomeInput, field: Field, { task }: RemoteTask): boolean {
  return keptAlike(field, op.after, task, route.sides[op.side].rules, route.policy)
}

/** So many places one after another are tried for a task: a service that refuses all of them means something else. */
const MAX_PLACES = 5

/** Refused for good: the difference stands until either value moves, and a person can see why. */
function refuse(input: OutcomeInput, error: ProviderError | undefined): Left {
  const { op, pair, now, timing, row } = input
  // Another container may have room. Where the account has none for a new container, a person must see to it.
  if (error?.kind === 'limit-reached' && isPlacing(op) && input.placed && pair.attempts < MAX_PLACES)
    return {
      ...untouched(input, now),
      full: true,
      pair: { ...pair, wakeAt: now, attempts: pair.attempts + 1 },
    }
  // Taken away by a user in this very moment: once a look has shown that, it goes somewhere else.
  if (placeIsLost(input, error))
    return {
      ...untouched(input, null),
      later: true,
      pair: {
        ...pair,
        state: 'error',
        wakeAt: plusMs(now, timing.deleteGraceMs),
        attempts: pair.attempts + 1,
        lastError: [error?.message, error?.hint].filter(Boolean).join('. '),
      },
    }
  // It was to make room for another route's, and somebody has commented on it: it is left to its user, who is told so.
  if (error?.kind === 'conflict' && op.verb === 'delete' && op.cause === 'hand-over')
    return {
      ...untouched(input, now),
      pair: { ...pair, memory: 'unlinked', state: 'ok', reason: 'reassigned', wakeAt: now },
    }
  if (error?.kind === 'gone' && row !== null) {
    const missing: MirrorRow = { ...row, missingAt: row.missingAt ?? now }
    return { ...untouched(input, plusMs(missing.missingAt ?? now, timing.deleteGraceMs)), row: missing }
  }
  const confirmed = input.result.steps.filter((step) => step.outcome === 'confirmed').map((step) => step.name)
  const doneSteps = op.steps.filter((step) => confirmed.includes(step.name))
  const done = doneSteps.flatMap(fieldsOf)
  const shown = input.result.now
  const moved = withMove(input, confirm(input, doneSteps, shown).move)
  const here = shown ?? row?.seen ?? null
  const open = (Object.keys(op.after) as Field[]).filter((field) => !done.includes(field))
  const back = rollBack(input, open)
  const standing = open.filter((field) => !back.some((decree) => decree.field === field))
  const misplaced = isMoveRefused(input) ? refusedMove(input) : null
  // The values of both sides are the same: that it lies where it did is for a person to see to.
  const waits = misplaced !== null && open.length === 0
  // All of it stands, so that nothing is written before a value moves: the next edit is not the sixth of the same.
  const stands =
    op.verb === 'update' && op.containerId === null && open.length > 0 && standing.length === open.length
  return {
    pair: {
      ...moved,
      refusedMove: misplaced ?? pair.refusedMove,
      told: toldRefused(op, moved),
      standing: addStanding(input, op.verb === 'delete' ? whileEnding(input) : standing, here),
      state: waits ? 'waiting' : 'error',
      ...(waits || pair.memory === 'ending' || isStamped(pair) ? { reason: 'refused' as const } : {}),
      // What a person decreed of whole tasks, and a service refuses, is given up; the rules decide again.
      decrees: [
        ...pair.decrees.filter(({ kind }) => kind === 'field' || kind === 'stamp' || op.verb === 'update'),
        ...back,
      ],
      wakeAt: back.length > 0 ? now : null,
      attempts: waits || stands ? 0 : pair.attempts + 1,
      lastError: [error?.message, error?.hint].filter(Boolean).join('. '),
    },
    row: shown === null ? row : seenNow(input, shown),
    exists: op.verb !== 'create',
    writtenVersion: shown?.version ?? null,
    full: false,
  }
}

/** Its task is still to be made from a checklist: there is nothing else from which the rules could decide. */
function isStamped({ decrees }: PairRow): boolean {
  return decrees.some(({ kind }) => kind === 'stamp')
}

/** So often at the most: a service may refuse for another reason. */
const MAX_LOST_PLACES = 3

function placeIsLost({ op, pair }: OutcomeInput, error: ProviderError | undefined): boolean {
  if (op.containerId === null || pair.attempts >= MAX_LOST_PLACES) return false
  return error?.kind === 'not-visible' || (error?.kind === 'gone' && op.verb === 'create')
}

/** It puts its task into a container. */
function isPlacing({ verb, containerId }: OutcomeInput['op']): boolean {
  return verb === 'create' || containerId !== null
}

/** A task that the rules would end, and that may not be deleted, stays as long as nobody edits it. */
function whileEnding({ pair, route }: OutcomeInput): readonly Field[] {
  return pair.memory === 'ending' ? sharedFields(route.sides.left.rules, route.sides.right.rules) : []
}

function deleted(input: OutcomeInput): Left {
  const { row, now } = input
  const gone: MirrorRow | null =
    row === null
      ? null
      : {
          ...row,
          presence: 'gone',
          askedAt: now,
          goneAt: now,
          missingAt: null,
          lookAgain: false,
          changedSeq: row.changedSeq + 1,
        }
  return { ...untouched(input, now), row: gone }
}

function untouched(input: OutcomeInput, wakeAt: DbTime | null): Left {
  return {
    pair: { ...input.pair, wakeAt },
    row: input.row,
    exists: input.op.verb !== 'create',
    writtenVersion: null,
    full: false,
  }
}

function withMove({ pair, now, timing }: OutcomeInput, move: BaseMove): PairRow {
  if (Object.keys(move.left).length === 0) return pair
  const moved = moveBase(pair.base, move, now)
  return {
    ...pair,
    base: moved.base,
    baseMovedAt: now,
    baseTrail: [...pruneTrail(pair.baseTrail, now, timing.staleReadMs), ...moved.trail],
    syncVersion: pair.syncVersion + 1,
  }
}

function errorText(error: ProviderError | undefined): OpError | null {
  return error === undefined ? null : { kind: error.kind, message: error.message, hint: error.hint ?? null }
}
