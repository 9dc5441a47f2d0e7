import type { DbTime, RemoteTask, StepResult, WriteOp, WriteResult } from '../contract.ts'
import type { ProviderError, ProviderErrorKind } from '../provider-error.ts'
import type { Synced } from './client.ts'
import { tempId } from './container-commands.ts'
import { commandError, needsEarlierCommand, outcomeUnknown } from './errors.ts'
import { idlessHomes, isPlacing } from './homes.ts'
import { homeFailure, homeUnknown } from './made-homes.ts'
import { observe } from './mapping.ts'
import { type SyncReply, stubSchema } from './wire.ts'

/** The answer to a shared write, ready to be asked for each op. */
export type Written = {
  readonly askedAt: DbTime
  readonly reply: SyncReply
  readonly rows: ReadonlyMap<string, unknown>
}

/** Kinds that are final for a command; after the others the same command may be sent again. */
const FINAL: ReadonlySet<ProviderErrorKind> = new Set([
  'auth',
  'gone',
  'not-visible',
  'conflict',
  'invalid',
  'limit-reached',
])

export function writtenOf({ askedAt, reply }: Synced): Written {
  const rows = new Map<string, unknown>()
  for (const row of reply.items ?? []) {
    const stub = stubSchema.safeParse(row)
    if (stub.success) rows.set(stub.data.id, row)
  }
  return { askedAt, reply, rows }
}

/** What became of one op of a request that was answered. */
export function resultOf(op: WriteOp, written: Written): WriteResult {
  const remoteId = op.remoteId ?? createdId(op, written)
  const steps: StepResult[] = []
  for (const step of op.steps) steps.push(stepResult(op, step, remoteId, written.reply))
  // A full answer may be older than the write itself.
  const shows = written.reply.full_sync !== true && op.verb !== 'delete'
  const confirmed = steps.some((step) => step.outcome === 'confirmed')
  return {
    opId: op.opId,
    askedAt: written.askedAt,
    remoteId,
    now: confirmed && shows && remoteId !== null ? shown(written.rows.get(remoteId)) : null,
    steps,
    ...commentOf(op, written),
  }
}

/** The id of a comment that was made; nothing where there is none, or the answer does not tell. */
function commentOf(op: WriteOp, { reply }: Written): Pick<WriteResult, 'comment'> {
  const step = op.beside?.comment?.id === null ? op.steps.find(({ name }) => name === 'comment') : undefined
  const id = step === undefined ? undefined : reply.temp_id_mapping?.[tempId(step.key)]
  return id === undefined ? {} : { comment: id }
}

/** The result of an op whose request failed as a whole. By default the error's kind says whether for good. */
export function failedResult(
  op: WriteOp,
  askedAt: DbTime,
  error: ProviderError,
  outcome: 'refused' | 'unknown' = outcomeOf(error),
): WriteResult {
  const steps = op.steps.map(({ name }): StepResult => ({ name, outcome, error }))
  return { opId: op.opId, askedAt, remoteId: op.remoteId, now: null, steps }
}

function stepResult(
  op: WriteOp,
  step: WriteOp['steps'][number],
  remoteId: string | null,
  reply: SyncReply,
): StepResult {
  const { name } = step
  const failed = (error: ProviderError): StepResult => ({ name, outcome: outcomeOf(error), error })
  const entry = reply.sync_status?.[step.key]
  if (entry === undefined) return failed(outcomeUnknown('Todoist did not say what became of the command.'))
  if (entry === 'ok') {
    if (remoteId !== null) return { name, outcome: 'confirmed' }
    return failed(outcomeUnknown('Todoist did not say which task it made.'))
  }
  const error = commandError(entry)
  // Whatever it says of itself: it could not be done without the container, and that says why.
  const homeless = isPlacing(step) ? homeFailure(op, reply) : null
  if (homeless !== null) return failed(homeless)
  if (!needsEarlierCommand(entry)) return failed(error)
  return isPlacing(step) && idlessHomes(op).length > 0
    ? failed(homeUnknown())
    : { name, outcome: 'skipped', error }
}

/** The id of the task that a create made: by its temporary id, else by its marker among what changed. */
function createdId(op: WriteOp, { reply, rows }: Written): string | null {
  const create = op.steps.find((step) => step.name === 'create')
  if (create === undefined) return null
  const mapped = reply.temp_id_mapping?.[tempId(create.key)]
  if (mapped !== undefined) return mapped
  if (op.marker === null || reply.sync_status?.[create.key] !== 'ok') return null
  const marked = [...rows].filter(([, row]) => shown(row)?.marker === op.marker).map(([id]) => id)
  return marked.length === 1 ? (marked[0] ?? null) : null
}

function outcomeOf(error: ProviderError): 'refused' | 'unknown' {
  return FINAL.has(error.kind) ? 'refused' : 'unknown'
}

function shown(row: unknown): RemoteTask | null {
  const seen = row === undefined ? null : observe(row)
  return seen?.kind === 'present' ? seen.seen : null
}
