import type { DbTime, RemoteTask, StepResult, WriteOp, WriteResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'

/** What became of an op, but for the slot of a request where there was none. */
export type Done = Omit<WriteResult, 'askedAt' | 'opId'> & { readonly askedAt: DbTime | null }

/** All steps of an op are done, and the server shows this. */
export function confirmed(
  op: WriteOp,
  askedAt: DbTime | null,
  remoteId: string | null,
  now: RemoteTask | null,
): Done {
  return { askedAt, remoteId, now, steps: op.steps.map(({ name }) => ({ name, outcome: 'confirmed' })) }
}

/** None of it was done, for somebody was quicker: it is planned anew. */
export function overtaken(op: WriteOp, askedAt: DbTime | null): Done {
  const steps = op.steps.map(({ name }): StepResult => ({ name, outcome: 'skipped' }))
  return { askedAt, remoteId: op.remoteId, now: null, steps }
}

/** One step was done, as its own answer has shown, and then somebody was quicker: the rest is planned anew on what is there. */
export function overtakenAfter(
  op: WriteOp,
  askedAt: DbTime | null,
  done: { readonly step: string; readonly shown: RemoteTask },
  now: RemoteTask,
): Done {
  const steps = op.steps.map(
    ({ name }): StepResult =>
      name === done.step ? { name, outcome: 'confirmed', shown: done.shown } : { name, outcome: 'skipped' },
  )
  return { askedAt, remoteId: op.remoteId, now, steps }
}

/**
 * The op failed with its step `at`; those before it are done. Where an error says that nothing was done, the step may be
 * sent again as it is.
 */
export function failed(op: WriteOp, error: ProviderError, askedAt: DbTime | null, at = 0): Done {
  const steps = op.steps.map(({ name }, nth): StepResult => {
    if (nth < at) return { name, outcome: 'confirmed' }
    return nth === at
      ? { name, outcome: outcomeOf(error), error }
      : { name, outcome: outcomeOf(error) === 'unknown' ? 'unknown' : 'skipped', error }
  })
  return { askedAt, remoteId: op.remoteId, now: null, steps }
}

/** True of an error that ends the whole call: nothing more is sent after it. */
export function stopsAll({ kind }: ProviderError): boolean {
  return kind === 'rate-limited' || kind === 'auth'
}

export function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  throw error
}

function outcomeOf({ kind }: ProviderError): StepResult['outcome'] {
  switch (kind) {
    case 'ambiguous-write':
      return 'unknown'
    case 'rate-limited':
    case 'auth':
    case 'transient':
      return 'skipped'
    case 'gone':
    case 'not-visible':
    case 'conflict':
    case 'invalid':
    case 'limit-reached':
      return 'refused'
  }
}
