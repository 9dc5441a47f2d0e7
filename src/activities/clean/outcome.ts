import type { Provider, WriteResult } from '../../providers/contract.ts'
import type { ProviderError } from '../../providers/provider-error.ts'
import type { OpOutcome, OpRow } from '../../store/ops.ts'

/** What is found out about a task that is to be cleaned. */
export type Settled = {
  readonly remoteId: string
  readonly state: 'open' | 'done' | 'kept'
  readonly note: string | null
}

/** `held`: why the whole call cannot go on now. */
export type CleanOutcome = {
  readonly op: OpOutcome
  readonly leftover: Settled
  readonly held: ProviderError | null
}

/** So often a task is written and shown as it was before anybody believes that its service does not take it. */
const MOST_TRIES = 5

/** What one answer means for the op and for the task. `tries`: how often it was tried before. A comment that is gone already is taken away. Pure. */
export function settledBy(op: OpRow, result: WriteResult, provider: Provider, tries: number): CleanOutcome {
  const remoteId = op.remoteId ?? ''
  const told = result.steps.filter(({ name, outcome }) => name !== 'comment' || outcome !== 'refused')
  const failure = told.find(({ outcome }) => outcome !== 'confirmed')
  const as = (
    status: OpOutcome['status'],
    state: Settled['state'],
    note: string | null = null,
    held: ProviderError | null = null,
  ): CleanOutcome => ({
    op: {
      id: op.id,
      status,
      attempts: op.attempts,
      steps: op.steps.map((step) => ({
        ...step,
        outcome: status === 'confirmed' ? 'confirmed' : step.outcome,
      })),
      error: errorOf(failure?.error, status),
      emptyAt: op.emptyAt,
      remoteId: result.remoteId,
      unsent: false,
    },
    leftover: { remoteId, state, note },
    held,
  })
  if (failure === undefined) {
    const now = result.now
    const shown =
      now !== null && (now.marker !== null || now.block.length > 0 || provider.ownTraces?.(now) === true)
    if (!shown) return as('confirmed', 'done')
    return tries >= MOST_TRIES ? as('confirmed', 'kept', 'unshown') : as('confirmed', 'open')
  }
  switch (failure.outcome) {
    case 'unknown':
      return as('unknown', 'open')
    case 'refused':
      return failure.error?.kind === 'gone'
        ? as('refused', 'done')
        : as('refused', 'kept', failure.error?.kind ?? 'invalid')
    default:
      // Nothing was done: somebody was quicker, or the budget has ended.
      return as('refused', 'open', null, failure.error ?? null)
  }
}

function errorOf(error: ProviderError | undefined, status: OpOutcome['status']): OpOutcome['error'] {
  if (status === 'confirmed') return null
  if (error === undefined)
    return {
      kind: 'overtaken',
      message: 'Somebody changed the task meanwhile; it is looked at again',
      hint: null,
    }
  return { kind: error.kind, message: error.message, hint: error.hint ?? null }
}
