import type { Connection, DbTime, WriteOp, WriteReply, WriteResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { MAX_COMMANDS } from './capabilities.ts'
import { withAllChildren } from './children.ts'
import type { Asker, Client, Command, Synced } from './client.ts'
import { commandsOf, containerCommand, tempId } from './commands.ts'
import { editedMeanwhile } from './edited-meanwhile.ts'
import { outcomeUnknown } from './errors.ts'
import { failedResult, type Made, madeFor, resultOf, writtenOf } from './results.ts'
import { createSharedQueue } from './sync-batch.ts'

/** The service takes bodies up to 1 MiB. */
const MAX_BYTES = 900_000
/** Containers that this process remembers to have made; forgetting one costs a repeated, deduplicated command. */
const MAX_REMEMBERED = 200

type Item = { readonly op: WriteOp; readonly cursor: string | null; readonly bytes: number }
type Value = { readonly result: WriteResult; readonly made: Made | null }

/** `Provider.write`: one Sync request for the ops of all calls that run at the same time for a connection. */
export function createWriter(client: Client) {
  const known = new Map<string, string>()
  const queue = createSharedQueue<Item, Value>({
    fit: (waiting) => fitting(waiting, known),
    send: (items, asker, onSlot) => sendAll(client, known, items, asker, onSlot),
    abandon: ({ op }, askedAt) => {
      const error = outcomeUnknown('The write was cancelled while it was under way.')
      return { ok: true, value: { result: failedResult(op, askedAt, error), made: null } }
    },
  })

  return async (connection: Connection, given: readonly WriteOp[]): Promise<WriteReply> => {
    const all = await withAllChildren(client, connection, given)
    // Asking for what lies below takes its time: what was typed meanwhile is neither deleted nor written over.
    const asked = all.some((op) => op.verb === 'delete')
    const edited = asked ? await editedMeanwhile(client, connection, all) : []
    const ops = all.filter((op) => !edited.some((one) => one.opId === op.opId))
    if (ops.length === 0) return { results: edited, containers: [] }
    // Encoding first: an op that cannot be said must not spoil the request of others.
    const items = ops.map((op) => ({ op, cursor: connection.cursor, bytes: sizeOf(op) }))
    const outcomes = await queue.submit('', connection, items)
    const done = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
    const askedAt = done.at(-1)?.result.askedAt
    const results = outcomes.map((outcome, index) => {
      if (outcome.ok) return outcome.value.result
      const op = ops[index]
      // Part of the ops did go out: then the rest can no longer be an error of the whole call.
      if (op === undefined || askedAt === undefined || !(outcome.error instanceof ProviderError))
        throw outcome.error
      return failedResult(op, askedAt, outcome.error, 'unknown')
    })
    return { results: [...edited, ...results], containers: containersOf(done) }
  }
}

async function sendAll(
  client: Client,
  known: Map<string, string>,
  items: readonly Item[],
  asker: Asker,
  onSlot: (askedAt: DbTime) => void,
): Promise<Value[]> {
  const ops = items.map((item) => item.op)
  const token = items.find((item) => item.cursor !== null)?.cursor ?? null
  let sentAt: DbTime | null = null
  const slot = (askedAt: DbTime) => {
    sentAt ??= askedAt
    onSlot(askedAt)
  }
  try {
    const written = writtenOf(await exchange(client, asker, assemble(ops, known), token, slot))
    return ops.map((op) => {
      const made = madeFor(op, written, known)
      if (made !== null) remember(known, made)
      return { result: resultOf(op, written), made }
    })
  } catch (error) {
    const askedAt: DbTime | null = sentAt
    if (askedAt === null || !(error instanceof ProviderError) || concernsTheCall(error)) throw error
    return ops.map((op) => ({ result: failedResult(op, askedAt, error), made: null }))
  }
}

/**
 * A token that the service no longer takes looks like any refused request, and nobody says whether the commands ran
 * before it was looked at. So they are sent again, once, alone: each runs at most once whatever happened.
 */
export async function exchange(
  client: Client,
  asker: Asker,
  commands: readonly Command[],
  token: string | null,
  onSlot: (askedAt: DbTime) => void,
): Promise<Synced> {
  try {
    return await client.sync(asker, { token, commands }, onSlot)
  } catch (error) {
    if (token === null || !(error instanceof ProviderError) || error.kind !== 'invalid') throw error
  }
  try {
    return await client.sync(asker, { token: null, commands }, onSlot)
  } catch (error) {
    if (error instanceof ProviderError && concernsTheCall(error))
      throw outcomeUnknown('Todoist refused the sync token, and could not be asked again.', error)
    throw error
  }
}

/** Errors after which nothing was done and the whole call may be repeated. */
function concernsTheCall(error: ProviderError): boolean {
  return error.kind === 'rate-limited' || error.kind === 'auth' || error.kind === 'transient'
}

function fitting(waiting: readonly Item[], known: ReadonlyMap<string, string>): number {
  const containers = new Set<string>()
  let commands = 0
  let bytes = 0
  for (const [index, { op, bytes: own }] of waiting.entries()) {
    const target = newContainer(op, known)
    if (target !== null) containers.add(target.key)
    commands += op.steps.length + op.children.length
    bytes += own
    if (commands + containers.size > MAX_COMMANDS || bytes > MAX_BYTES) return index
  }
  return waiting.length
}

/** The commands of all ops; each missing container is made once, ahead of the first op that lies in it. */
function assemble(ops: readonly WriteOp[], known: ReadonlyMap<string, string>): Command[] {
  const making = new Set<string>()
  return ops.flatMap((op) => {
    const target = newContainer(op, known)
    const project =
      op.container && (op.container.remoteId ?? known.get(op.container.key) ?? tempId(op.container.key))
    const own = commandsOf(op, project)
    if (target === null || making.has(target.key)) return own
    making.add(target.key)
    return [containerCommand(target), ...own]
  })
}

function newContainer(op: WriteOp, known: ReadonlyMap<string, string>) {
  const target = op.verb === 'create' ? op.container : null
  return target === null || target.remoteId !== null || known.has(target.key) ? null : target
}

function sizeOf(op: WriteOp): number {
  const container = op.container === null ? [] : [containerCommand(op.container)]
  return Buffer.byteLength(JSON.stringify([...container, ...commandsOf(op, null)])) + 64
}

function remember(known: Map<string, string>, made: Made): void {
  known.set(made.key, made.remoteId)
  const oldest = known.keys().next()
  if (known.size > MAX_REMEMBERED && !oldest.done) known.delete(oldest.value)
}

function containersOf(values: readonly Value[]): WriteReply['containers'] {
  const found = new Map<string, string>()
  for (const { made } of values) if (made !== null) found.set(made.containerId, made.remoteId)
  return [...found].map(([containerId, remoteId]) => ({ containerId, remoteId }))
}
