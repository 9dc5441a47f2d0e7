import type { LocalRefusal } from '../../core/local-refusal.ts'
import type { DbTime, StepResult, WriteOp, WriteResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { decode } from './mapping.ts'
import type { LocalWritten } from './store.ts'

/** What became of an op: all of its steps, or none. One that a user was quicker than is planned anew. */
export function resultOf(op: WriteOp, askedAt: DbTime, written: LocalWritten | undefined): WriteResult {
  if (written === undefined) throw new Error(`the store has told no outcome of op ${op.opId}`)
  const result = (steps: readonly StepResult[]): WriteResult => ({
    opId: op.opId,
    askedAt,
    remoteId: op.remoteId,
    now: null,
    steps,
  })
  switch (written.outcome) {
    case 'done': {
      const { id, task, comment } = written
      return {
        ...result(op.steps.map(({ name }) => ({ name, outcome: 'confirmed' }))),
        remoteId: id,
        now: task === null ? null : decode(task),
        ...(comment === null ? {} : { comment }),
      }
    }
    case 'refused': {
      const error = refusal(written.why)
      return result(
        op.steps.map(({ name }, nth) => ({ name, outcome: nth === 0 ? 'refused' : 'skipped', error })),
      )
    }
    case 'overtaken':
      return result(op.steps.map(({ name }) => ({ name, outcome: 'skipped' })))
    case 'unknown':
    case 'skipped': {
      const { outcome, error } = written
      return result(op.steps.map(({ name }) => ({ name, outcome, error })))
    }
  }
}

/** Of an op whose container would lie in another: here are lists, which lie in nothing. */
export function nestedResult(op: WriteOp, askedAt: DbTime): WriteResult {
  const error = new ProviderError({ kind: 'invalid', provider: 'local', message: 'A list lies in nothing.' })
  const steps = op.steps.map(
    ({ name }, nth): StepResult => ({ name, outcome: nth === 0 ? 'refused' : 'skipped', error }),
  )
  return { opId: op.opId, askedAt, remoteId: op.remoteId, now: null, steps }
}

/** `gone` speaks of the task itself; a place that is no more makes the write one that can never be done. */
function refusal(why: LocalRefusal): ProviderError {
  const gone = why.code === 'no-task' || why.code === 'deleted'
  return new ProviderError({
    kind: gone ? 'gone' : 'invalid',
    provider: 'local',
    message: why.message,
    ...(gone ? {} : { hint: 'Put the task somewhere else, or bring back the list or task that is missing.' }),
    cause: why,
  })
}
