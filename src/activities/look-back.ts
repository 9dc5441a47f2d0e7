import type { Observation } from '../core/observation.ts'
import type { WriteReply, WriteResult } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { OpRow } from '../store/ops.ts'
import type { Outcome } from './confirm.ts'
import type { Deps } from './deps.ts'
import { lookAt } from './look-at.ts'
import type { OpenConnection } from './open-connection.ts'

/**
 * The outcomes of a call. What was done without its answer showing the task (the service knew the call by its key, or its
 * answer is older than the write) is looked at before it counts: with nothing shown no base would move, and our own value
 * would look like an edit of somebody there. What is not shown even then stays unknown, and is asked about again.
 */
export async function outcomesOf(
  deps: Deps,
  open: OpenConnection,
  ops: readonly OpRow[],
  { results }: WriteReply,
): Promise<Outcome[]> {
  const answered = ops.flatMap((op) => {
    const result = results.find((one) => one.opId === op.id)
    return result === undefined ? [] : [{ op, result, by: 'reply' as const }]
  })
  const hidden = answered.flatMap(({ op, result }) => (isHidden(op, result) ? [idOf(op, result)] : []))
  if (hidden.length === 0) return answered
  const looks = await look(deps, open, hidden)
  return answered.map((outcome) => {
    if (!isHidden(outcome.op, outcome.result)) return outcome
    const id = idOf(outcome.op, outcome.result)
    const seen = looks.observations.find((one) => one.remoteId === id)
    return shownBy(outcome, seen, looks.askedAt)
  })
}

function isHidden(op: OpRow, { now, remoteId, steps }: WriteResult): boolean {
  const done = steps.some((step) => step.outcome === 'confirmed')
  return op.verb !== 'delete' && now === null && done && (op.remoteId ?? remoteId) !== null
}

function idOf(op: OpRow, { remoteId }: WriteResult): string {
  return op.remoteId ?? remoteId ?? ''
}

type Looks = { readonly askedAt: string; readonly observations: readonly Observation[] }

/** Whoever cannot be asked just now shows nothing. */
async function look(deps: Deps, open: OpenConnection, ids: readonly string[]): Promise<Looks> {
  const { readBatch } = open.provider.capabilities
  const observations: Observation[] = []
  let askedAt = ''
  try {
    for (let at = 0; at < ids.length; at += readBatch) {
      const read = await lookAt(deps, open, open.direct, ids.slice(at, at + readBatch))
      askedAt ||= read.askedAt
      observations.push(...read.observations)
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
  }
  return { askedAt, observations }
}

function shownBy({ op, result }: Outcome, seen: Observation | undefined, askedAt: string): Outcome {
  if (seen?.kind === 'present') return { op, by: 'look', result: { ...result, askedAt, now: seen.seen } }
  // A look at the mirror's picture of it says the rest.
  if (seen?.kind === 'gone' && seen.certain) return { op, by: 'tombstone', result }
  const remoteId = op.verb === 'create' ? null : result.remoteId
  return { op, by: 'look', result: { ...result, remoteId, steps: result.steps.map(unlessShown) } }
}

function unlessShown(step: WriteResult['steps'][number]): WriteResult['steps'][number] {
  return step.outcome === 'confirmed' ? { name: step.name, outcome: 'unknown' } : step
}
