import type { Connection, DbTime, RemoteTask, WriteOp, WriteReply, WriteResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { accountOf } from './account.ts'
import type { Client } from './client.ts'
import { invalid } from './errors.ts'
import { listId } from './hrefs.ts'
import { type Found, lookAtPlaces, lookFor } from './look-for.ts'
import { makeList } from './make-list.ts'
import type { Account } from './place.ts'
import { inPool } from './pool.ts'
import { placesOf } from './read.ts'
import { asProviderError, type Done, failed, stopsAll } from './results.ts'
import { createTask } from './write-create.ts'
import { deleteTask, type Target, updateTask } from './write-update.ts'

/** What stops the whole call: nothing more is sent after it. */
type Halt = { error: ProviderError | null }

/** What all ops of a call share. `made`: new lists by their keys, or why one could not be made. */
type Call = {
  readonly client: Client
  readonly account: Account
  readonly made: ReadonlyMap<string, string | ProviderError>
  readonly targets: Targets
  readonly now: string
}
type Targets = { readonly askedAt: DbTime | null; readonly found: ReadonlyMap<string, Found> } | ProviderError

/**
 * `Provider.write`: one look at all tasks that are to be changed, for what is written is what was seen, and one
 * conditional request for each op; several ops at once. `now`: milliseconds since the epoch.
 */
export async function write(
  client: Client,
  connection: Connection,
  ops: readonly WriteOp[],
  now: number,
): Promise<WriteReply> {
  const account = await accountOf(client, connection)
  const halt: Halt = { error: null }
  const made = await madeLists(client, account, ops, halt)
  const targets = await lookAtTargets(client, account, ops, halt)
  const call: Call = { client, account, made, targets, now: `${new Date(now).toISOString().slice(0, 19)}Z` }
  const outcomes = await inPool(ops, async (op) => {
    if (halt.error !== null) return failed(op, halt.error, null)
    const done = await writeOne(call, op)
    const error = done.steps.find((step) => step.error !== undefined)?.error
    if (error !== undefined && stopsAll(error)) halt.error ??= error
    return done
  })
  const all = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
  return { results: withTimes(ops, all, targets), containers: containersOf(ops, made) }
}

/** Throws where nothing was done for any op, and it may be tried again as a whole. */
function withTimes(ops: readonly WriteOp[], all: readonly Done[], targets: Targets): WriteResult[] {
  const untouched = all.every(({ steps }) => steps.every(({ outcome }) => outcome === 'skipped'))
  const error = all.flatMap(({ steps }) => steps.flatMap((step) => step.error ?? []))[0]
  if (untouched && error !== undefined) throw error
  const looked = targets instanceof ProviderError ? null : targets.askedAt
  const earliest = [looked, ...all.map(({ askedAt }) => askedAt)].filter((at) => at !== null).sort()[0]
  return all.map((done, nth) => ({
    ...done,
    opId: ops[nth]?.opId ?? '',
    askedAt: done.askedAt ?? earliest ?? NEVER,
  }))
}

/** Before every time: nothing was asked. */
const NEVER: DbTime = '1970-01-01T00:00:00.000000Z'

async function writeOne(call: Call, op: WriteOp): Promise<Done> {
  const { client, account, targets, now } = call
  try {
    if (op.verb === 'create') return await createTask(client, account, op, listOf(call, op), now)
    if (targets instanceof ProviderError) throw targets
    const target: Target = { found: targets.found.get(op.remoteId ?? ''), askedAt: targets.askedAt }
    return await (op.verb === 'delete'
      ? deleteTask(client, account, op, target)
      : updateTask(client, account, moving(op, listOf(call, op)), target, now))
  } catch (error) {
    return failed(op, asProviderError(error), null)
  }
}

/** Says by its fields where an op moves its task: into this list, below no other task. */
function moving(op: WriteOp, list: string | null): WriteOp {
  if (list === null) return op
  const place = { list, parent: null }
  const steps = op.steps.map((step) =>
    step.name === 'move' ? { ...step, fields: { ...step.fields, ...place } } : step,
  )
  return { ...op, steps }
}

/**
 * The remote id of the list into which an op puts its task; null where it names none. Throws where it could not be made,
 * or would lie in another.
 */
function listOf({ made }: Call, { container }: WriteOp): string | null {
  if (container !== null && container.parent !== null)
    throw invalid('A CalDAV account has lists, and none inside of others.')
  if (container === null || container.remoteId !== null) return container?.remoteId ?? null
  const list = made.get(container.key)
  if (list instanceof ProviderError) throw list
  return list ?? null
}

async function madeLists(
  client: Client,
  account: Account,
  ops: readonly WriteOp[],
  halt: Halt,
): Promise<Call['made']> {
  const made = new Map<string, string | ProviderError>()
  for (const { container } of ops) {
    if (container === null || container.remoteId !== null || container.parent !== null) continue
    if (made.has(container.key) || halt.error !== null) continue
    try {
      made.set(container.key, listId(account.home, await makeList(client, account, container)))
    } catch (error) {
      const failure = asProviderError(error)
      made.set(container.key, failure)
      if (stopsAll(failure)) halt.error ??= failure
    }
  }
  return made
}

async function lookAtTargets(
  client: Client,
  account: Account,
  ops: readonly WriteOp[],
  halt: Halt,
): Promise<Targets> {
  const known = new Map<string, RemoteTask>()
  const ids = ops.flatMap(({ remoteId, before }) => {
    if (remoteId !== null && before !== null) known.set(remoteId, before)
    return remoteId ?? []
  })
  if (ids.length === 0 || halt.error !== null) return { askedAt: null, found: new Map() }
  try {
    const there = await lookAtPlaces(client, account, placesOf(ids, known))
    const left = ids.filter((id) => !there.found.has(id))
    if (left.length === 0) return there
    const elsewhere = await lookFor(client, account, left)
    return {
      askedAt: there.askedAt ?? elsewhere.askedAt,
      found: new Map([...there.found, ...elsewhere.found]),
    }
  } catch (error) {
    const failure = asProviderError(error)
    if (stopsAll(failure)) halt.error ??= failure
    return failure
  }
}

function containersOf(ops: readonly WriteOp[], made: Call['made']): WriteReply['containers'] {
  const found = new Map<string, string>()
  for (const { container } of ops) {
    const list = container === null ? undefined : made.get(container.key)
    if (container !== null && typeof list === 'string') found.set(container.containerId, list)
  }
  return [...found].map(([containerId, remoteId]) => ({ containerId, remoteId }))
}
