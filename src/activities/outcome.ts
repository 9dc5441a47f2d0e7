import { type BaseMove, moveBase } from '../core/base.ts'
import { confirmFields } from '../core/confirm.ts'
import { type DbTime, plusMs } from '../core/db-time.ts'
import { pruneTrail } from '../core/doubt.ts'
import { sameValue } from '../core/equal.ts'
import type { Base, Standing } from '../core/merge.ts'
import type { RemoteTask } from '../core/observation.ts'
import { firstLook, type MirrorRow, seeNow } from '../core/observe.ts'
import { sharedFields } from '../core/policy.ts'
import { BLANK_TASK, type Field } from '../core/task.ts'
import type { StepResult, WriteResult } from '../providers/contract.ts'
import type { ProviderError } from '../providers/provider-error.ts'
import type { OpError, OpOutcome, OpRow, OpStep } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import type { Timing } from './deps.ts'
import type { RouteContext } from './route-context.ts'

/** `row`: the mirror's picture of the target, locked; null for a create that no pull has seen. */
export type OutcomeInput = {
  readonly op: OpRow
  readonly pair: PairRow
  readonly result: WriteResult
  readonly route: RouteContext
  readonly row: MirrorRow | null
  /** The other side as it is in the record. */
  readonly counterpart: RemoteTask | null
  readonly now: DbTime
  readonly timing: Timing
}

/**
 * What an outcome leaves behind. `member`: what the plan of the target has read now; null: as it was. `full`: the
 * container of the create takes no more.
 */
export type Settled = {
  readonly op: OpOutcome
  readonly pair: PairRow
  readonly row: MirrorRow | null
  readonly member: { readonly decidedSeq: number; readonly writtenVersion: string | null } | null
  readonly full: boolean
}

/** Works out what one attempt of one op means for its pair. Pure. */
export function settleOutcome(input: OutcomeInput): Settled {
  const { op, result } = input
  const steps = op.steps.map((step) => mergeStep(step, result.steps))
  const failure = result.steps.find((step) => step.outcome !== 'confirmed')
  // A create that is done but not known by an id is as good as unknown: it must be looked for.
  const nameless = op.verb === 'create' && result.remoteId === null
  const told = statusAfter(result.steps, failure?.error)
  const status = told === 'confirmed' && nameless ? 'unknown' : told
  const settled = status === 'refused' ? refuse(input, failure?.error) : accept(input, steps, status)
  return {
    ...settled,
    op: {
      id: op.id,
      status,
      steps,
      error: errorText(failure?.error),
      emptyAt: op.emptyAt,
      remoteId: result.remoteId,
    },
  }
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

type Left = Omit<Settled, 'op'>

/** Everything that was done is confirmed as far as the service shows it; the rest stays open. */
function accept(input: OutcomeInput, steps: readonly OpStep[], status: OpOutcome['status']): Left {
  const { op, result, now } = input
  const waiting = status === 'unknown' ? (op.deadlineAt ?? now) : null
  if (op.verb === 'delete') return status === 'confirmed' ? deleted(input) : untouched(input, waiting)
  const fields = steps
    .filter((step) => step.outcome === 'confirmed')
    .flatMap((step) => Object.keys(step.fields) as Field[])
  if (fields.length === 0 && op.verb === 'update') return untouched(input, waiting)
  if (op.verb === 'create' && result.remoteId === null) return untouched(input, waiting)

  const shown = result.now
  const row = shown === null ? unseen(input) : seenNow(input, shown)
  const { move } = confirm(input, fields, shown)
  const pair = withMove(input, move)
  const quiet = shown !== null && shows(pair.base, op, shown, input.route)
  const ended = op.cause === 'deletion'
  return {
    pair: {
      ...pair,
      memory: op.verb === 'create' ? 'linked' : pair.memory,
      state: status === 'confirmed' ? 'ok' : pair.state,
      reason: op.verb === 'create' ? null : pair.reason,
      wakeAt: waiting ?? (quiet && !ended ? null : now),
      attempts: 0,
      lastError: null,
    },
    row,
    member: { decidedSeq: quiet ? row.changedSeq : 0, writtenVersion: shown?.version ?? null },
    full: false,
  }
}

/** Refused for good: the difference stands until either value moves, and a person can see why. */
function refuse(input: OutcomeInput, error: ProviderError | undefined): Left {
  const { op, pair, now, timing, row, counterpart } = input
  if (error?.kind === 'limit-reached' && op.verb === 'create') return { ...untouched(input, now), full: true }
  if (error?.kind === 'gone' && row !== null) {
    const missing: MirrorRow = { ...row, missingAt: row.missingAt ?? now }
    return { ...untouched(input, plusMs(missing.missingAt ?? now, timing.deleteGraceMs)), row: missing }
  }
  const confirmed = input.result.steps.filter((step) => step.outcome === 'confirmed').map((step) => step.name)
  const done = op.steps
    .filter((step) => confirmed.includes(step.name))
    .flatMap((step) => Object.keys(step.fields) as Field[])
  const shown = input.result.now
  const moved = withMove(input, confirm(input, done, shown).move)
  const here = shown?.task ?? row?.seen.task ?? BLANK_TASK
  const standing = (Object.keys(op.after) as Field[])
    .filter((field) => !done.includes(field))
    .map((field) => standingOf(op, field, here[field], counterpart?.task[field]))
  return {
    pair: {
      ...moved,
      standing: [...pair.standing.filter((old) => !standing.some((s) => s.field === old.field)), ...standing],
      state: 'error',
      wakeAt: null,
      attempts: pair.attempts + 1,
      lastError: [error?.message, error?.hint].filter(Boolean).join('. '),
    },
    row: shown === null ? row : seenNow(input, shown),
    member: null,
    full: false,
  }
}

function standingOf(op: OpRow, field: Field, here: unknown, there: unknown): Standing {
  return op.side === 'left' ? { field, left: here, right: there } : { field, left: there, right: here }
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
  return { pair: { ...input.pair, wakeAt }, row: input.row, member: null, full: false }
}

function confirm({ op, route }: OutcomeInput, fields: readonly Field[], shown: RemoteTask | null) {
  const { rules } = route.sides[op.side]
  return confirmFields(
    { ...op, before: op.before?.task ?? null },
    fields,
    shown?.task ?? null,
    rules,
    route.policy,
  )
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

/** True when the base explains everything that the reply shows: nothing is left to decide on this side. */
function shows(base: Base, op: OpRow, shown: RemoteTask, route: RouteContext): boolean {
  return sharedFields(route.sides.left.rules, route.sides.right.rules).every((field) =>
    sameValue(base[op.side][field], shown.task[field]),
  )
}

function seenNow({ row, now }: OutcomeInput, shown: RemoteTask): MirrorRow {
  return row === null ? firstLook(shown, now, now) : seeNow(row, shown, now)
}

/** Done, but not shown: the next plan looks at the task itself before it believes anything. */
function unseen({ row, op, now }: OutcomeInput): MirrorRow {
  if (row !== null) return { ...row, lookAgain: true }
  const task = { ...BLANK_TASK, ...op.after }
  const guess: RemoteTask = {
    task,
    version: null,
    container: null,
    list: null,
    parent: null,
    person: op.person,
    marker: null,
    madeBy: null,
    assignedTo: null,
    madeAt: null,
    recurs: false,
    extra: {},
  }
  return { ...firstLook(guess, now, now), lookAgain: true }
}

function errorText(error: ProviderError | undefined): OpError | null {
  return error === undefined ? null : { kind: error.kind, message: error.message, hint: error.hint ?? null }
}
