import { sameValue } from '../../core/equal.ts'
import type { DbTime, RemoteTask, StepResult, WriteOp, WriteStep } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Answer, attempt, type Call, type Client, type Failure } from './client.ts'
import { dueNotWritableError, PROVIDER, silenceError } from './errors.ts'
import { keep } from './keep.ts'
import { decodeTask, encode, encodeChange } from './mapping.ts'

/** Of those in `capabilities.ts`. */
const FIRST_STEP = 'fields'

/** What became of one step: its result, and what its answer showed. `askedAt` is null when no request was made. */
export type Done = {
  readonly result: StepResult
  readonly askedAt: DbTime | null
  readonly shown: { readonly remoteId: string; readonly seen: RemoteTask } | null
}

/**
 * One step of an op: one request, and a look where the answer to a new due date shows none. `skipped` with an error
 * means that nothing was done and the same step may be sent again.
 */
export async function writeStep(
  client: Client,
  op: WriteOp,
  step: WriteStep,
  remoteId: string | null,
): Promise<Done> {
  const call = callOf(client, op, step, remoteId)
  if (call instanceof ProviderError)
    return { result: { name: step.name, outcome: 'refused', error: call }, askedAt: null, shown: null }
  const answer = await attempt(client, call)
  if ('error' in answer) return failure(step, call, answer)
  const shown = decodeTask(answer.body)
  switch (op.verb) {
    case 'delete':
      return confirmed(step, answer, null)
    case 'create':
      // Without an id nobody knows what was made.
      return shown === null
        ? unknown(step, answer.askedAt, silenceError({ write: true, object: true }, undefined))
        : confirmed(step, answer, shown)
    case 'update':
      return confirmUpdate(client, op, step, answer, shown)
  }
}

/** The one request of a step, or why there cannot be one. */
function callOf(client: Client, op: WriteOp, step: WriteStep, remoteId: string | null): Call | ProviderError {
  if (op.verb === 'create') return createCall(client, op, step)
  if (remoteId === null) return refusal('There is no task to change', 'Create the task first')
  const target = { path: `/tasks/${encodeURIComponent(remoteId)}`, object: true }
  if (op.verb === 'delete') return { method: 'DELETE', ...target }
  const body = { ...encodeChange(step.fields, op.before, op.zone), ...newPerson(op, step) }
  // Nothing is left to send when a type stays as it is: a look shows that.
  return Object.keys(body).length === 0 ? { method: 'GET', ...target } : { method: 'PUT', ...target, body }
}

/** A task that is to go to another contact does so with what else its first call sets. */
function newPerson({ beside }: WriteOp, { name }: WriteStep): { readonly personId?: number } {
  const { person } = beside ?? {}
  return person === undefined || name !== FIRST_STEP ? {} : { personId: Number(person) }
}

function createCall(client: Client, op: WriteOp, step: WriteStep): Call | ProviderError {
  const userId = client.connection.facts?.userId
  if (userId === undefined)
    return refusal('The user of the key is not known', 'Check the connection first: dealbridge connect retry')
  if (op.person === null || !/^[1-9]\d*$/.test(op.person))
    return refusal('A task in Follow Up Boss needs a contact', 'Link the task to a contact or a deal')
  const { due, ...rest } = step.fields
  const body = {
    personId: Number(op.person),
    assignedUserId: Number(op.assignee ?? userId),
    ...encode({ title: '', type: null, ...rest, ...(due ? { due } : {}) }, op.zone),
  }
  return { method: 'POST', path: '/tasks', object: true, body }
}

/** A date counts as written when the service shows it: it may take the request and leave the date as it was. */
async function confirmUpdate(
  client: Client,
  op: WriteOp,
  step: WriteStep,
  answer: Answer,
  shown: Done['shown'],
): Promise<Done> {
  if (step.fields.due === undefined) return confirmed(step, answer, shown)
  const look = shown === null ? await lookAgain(client, op) : { askedAt: answer.askedAt, shown }
  if ('error' in look) return unknown(step, answer.askedAt, look.error)
  const context = { zone: op.zone }
  const wanted = keep('due', step.fields.due, context)
  if (sameValue(wanted, keep('due', look.shown.seen.task.due, context)))
    return confirmed(step, look, look.shown)
  return { ...look, result: { name: step.name, outcome: 'refused', error: dueNotWritableError() } }
}

async function lookAgain(client: Client, op: WriteOp) {
  const path = `/tasks/${encodeURIComponent(op.remoteId ?? '')}`
  const answer = await attempt(client, { method: 'GET', path, object: true })
  if ('error' in answer) return answer
  const shown = decodeTask(answer.body)
  if (shown !== null) return { askedAt: answer.askedAt, shown }
  return { askedAt: answer.askedAt, error: silenceError({ write: true, object: true }, undefined) }
}

function failure(step: WriteStep, call: Call, { askedAt, error }: Failure): Done {
  if (call.method === 'DELETE' && error.kind === 'gone') return confirmed(step, { askedAt }, null)
  const told = tell(step, call, error)
  const result = { name: step.name, outcome: outcomeOf(error), error: told } as const
  return { result, askedAt, shown: null }
}

/** `skipped`: certainly not done, and it may be sent again as it is. */
function outcomeOf({ kind }: ProviderError): StepResult['outcome'] {
  if (kind === 'ambiguous-write') return 'unknown'
  return kind === 'rate-limited' || kind === 'auth' || kind === 'transient' ? 'skipped' : 'refused'
}

/** What a refusal means for this very request. */
function tell(step: WriteStep, call: Call, error: ProviderError): ProviderError {
  if (error.kind === 'invalid' && call.method === 'PUT' && step.fields.due !== undefined)
    return dueNotWritableError(error)
  if (error.kind === 'gone' && call.method === 'POST')
    return refusal(
      'The contact of the task is not in Follow Up Boss',
      'Link the task to another contact',
      error,
    )
  return error
}

function confirmed(step: WriteStep, { askedAt }: { askedAt: DbTime | null }, shown: Done['shown']): Done {
  return { result: { name: step.name, outcome: 'confirmed' }, askedAt, shown }
}

function unknown(step: WriteStep, askedAt: DbTime, error: ProviderError): Done {
  return { result: { name: step.name, outcome: 'unknown', error }, askedAt, shown: null }
}

function refusal(message: string, hint: string, cause?: ProviderError): ProviderError {
  return new ProviderError({
    kind: 'invalid',
    provider: PROVIDER,
    message,
    hint,
    status: cause?.status,
    cause,
  })
}
