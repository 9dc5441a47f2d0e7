import type { Connection, DbTime, WriteOp, WriteReply, WriteResult } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { MAX_COMMANDS } from './capabilities.ts'
import { withAllChildren } from './children.ts'
import type { Asker, Client, Command, Synced } from './client.ts'
import { commandsOf } from './commands.ts'
import { spared } from './commented.ts'
import { editedMeanwhile } from './edited-meanwhile.ts'
import { outcomeUnknown } from './errors.ts'
import { homeCommand, homeOf, homesToMake, idlessHomes, isPlacing, type KnownHomes } from './homes.ts'
import { type Made, madeFor } from './made-homes.ts'
import { failedResult, resultOf, writtenOf } from './results.ts'
import { createSharedQueue } from './sync-batch.ts'

/** The service takes bodies up to 1 MiB. */
const MAX_BYTES = 900_000
/** Containers that this process remembers to have made; forgetting one costs a repeated, deduplicated command. */
const MAX_REMEMBERED = 1_000

type Item = { readonly op: WriteOp; readonly cursor: string | null; readonly bytes: number }
type Value = { readonly result: WriteResult; readonly made: readonly Made[] }

/** `Provider.write`: one Sync request for the ops of all calls that run at the same time for a connection. */
export function createWriter(client: Client) {
  const known = new Map<string, string>()
  const queue = createSharedQueue<Item, Value>({
    fit: (waiting) => fitting(waiting, known),
    send: (items, asker, onSlot) => sendAll(client, known, items, asker, onSlot),
    abandon: ({ op }, askedAt) => {
      const error = outcomeUnknown('The write was cancelled while it was under way.')
      return { ok: true, value: { result: failedResult(op, askedAt, error), made: [] } }
    },
  })

  return async (connection: Connection, given: readonly WriteOp[]): Promise<WriteReply> => {
    const all = await withAllChildren(client, connection, given)
    // Asking for what lies below takes its time: what was typed meanwhile is neither deleted nor written over.
    const asked = all.some((op) => op.verb === 'delete')
    const kept = asked ? await spared(client, connection, all) : []
    const edited = asked ? [...kept, ...(await editedMeanwhile(client, connection, without(all, kept)))] : []
    const ops = without(all, edited)
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

function without(ops: readonly WriteOp[], results: readonly WriteResult[]): readonly WriteOp[] {
  return ops.filter((op) => !results.some((one) => one.opId === op.opId))
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
      const result = resultOf(op, written)
      if (isHomeless(result)) for (const { key } of idlessHomes(op)) known.delete(key)
      const made = madeFor(op, written.reply, known)
      for (const one of made) remember(known, one)
      return { result, made }
    })
  } catch (error) {
    const askedAt: DbTime | null = sentAt
    if (askedAt === null || !(error instanceof ProviderError) || concernsTheCall(error)) throw error
    return ops.map((op) => ({ result: failedResult(op, askedAt, error), made: [] }))
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

/** The task is no more, or a user has deleted the container that we remember: then it is asked for again. */
function isHomeless({ steps }: WriteResult): boolean {
  return steps.some((step) => isPlacing(step) && step.error?.kind === 'gone')
}

function fitting(waiting: readonly Item[], known: KnownHomes): number {
  const making = new Set<string>()
  let commands = 0
  let bytes = 0
  for (const [index, { op, bytes: own }] of waiting.entries()) {
    for (const home of homesToMake(op, known)) {
      if (making.has(home.key)) continue
      making.add(home.key)
      bytes += bytesOf([homeCommand(home, known)])
    }
    commands += op.steps.length + op.children.length
    bytes += own
    if (commands + making.size > MAX_COMMANDS || bytes > MAX_BYTES) return index
  }
  return waiting.length
}

/** The commands of all ops; each missing container is made once, ahead of the first op that lies in it. */
function assemble(ops: readonly WriteOp[], known: KnownHomes): Command[] {
  const making = new Set<string>()
  return ops.flatMap((op) => {
    const homes = homesToMake(op, known).filter(({ key }) => !making.has(key))
    for (const { key } of homes) making.add(key)
    return [...homes.map((home) => homeCommand(home, known)), ...commandsOf(op, homeOf(op, known))]
  })
}

/** Of its own commands. All of them are made here once, so that one that cannot be said fails before anything is sent. */
function sizeOf(op: WriteOp): number {
  for (const home of idlessHomes(op)) homeCommand(home, NONE_KNOWN)
  return bytesOf(commandsOf(op, homeOf(op, NONE_KNOWN)))
}

const NONE_KNOWN: KnownHomes = new Map()

function bytesOf(commands: readonly Command[]): number {
  return Buffer.byteLength(JSON.stringify(commands)) + 64
}

function remember(known: Map<string, string>, made: Made): void {
  known.set(made.key, made.remoteId)
  const oldest = known.keys().next()
  if (known.size > MAX_REMEMBERED && !oldest.done) known.delete(oldest.value)
}

function containersOf(values: readonly Value[]): WriteReply['containers'] {
  const found = new Map<string, string>()
  for (const { made } of values)
    for (const { containerId, remoteId } of made) found.set(containerId, remoteId)
  return [...found].map(([containerId, remoteId]) => ({ containerId, remoteId }))
}
