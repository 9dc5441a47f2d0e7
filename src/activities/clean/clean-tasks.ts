import { randomUUID } from 'node:crypto'
import { EMPTY_BASE } from '../../core/base.ts'
import type { Observation, RemoteTask } from '../../core/observation.ts'
import type { WriteResult } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { cursorOf } from '../../store/cursors.ts'
import { inTransaction } from '../../store/database.ts'
import {
  cleanStream,
  heldByOthers,
  type Leftover,
  nextLeftovers,
  openLeftovers,
  settleLeftovers,
} from '../../store/leftovers.ts'
import { membersOf } from '../../store/members.ts'
import {
  claimOps,
  dropEndedCleans,
  insertOps,
  type NewOp,
  type OpRow,
  releaseOps,
  saveOps,
} from '../../store/ops.ts'
import { lockPairs } from '../../store/pairs.ts'
import type { Deps } from '../deps.ts'
import { type OpenConnection, openConnection } from '../open-connection.ts'
import { counterpartOf } from '../plan/counterpart.ts'
import { stepsFor } from '../plan/steps.ts'
import { ownWords } from '../plan/words.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'
import { toWriteOps } from '../write-op.ts'
import type { CleanInput } from './look.ts'
import { type Settled, settledBy } from './outcome.ts'
import { takingAway } from './take-away.ts'

/** A look may be so old when the write that follows it leaves, as with every other write. Milliseconds. */
const FRESH_MS = 5_000

/** `more`: tasks are left; nothing can be done about them before `waitMs` are over. */
export type CleanOutput = { readonly more: boolean; readonly waitMs: number }

type Looked = { readonly leftover: Leftover; readonly seen: RemoteTask }

/**
 * Cleans the next tasks of an account: looks at them, writes down what takes our part away, and sends it. Safe to run
 * again: what an attempt has done is seen by the next look.
 */
export async function cleanTasks(deps: Deps, input: CleanInput, signal: AbortSignal): Promise<CleanOutput> {
  const open = await openConnection(deps, input.connectionId, 'poll', signal)
  const { readBatch, writeBatch } = open.provider.capabilities
  const next = await inTransaction(deps.db, async (tx) => {
    await dropEndedCleans(tx, input.connectionId)
    return nextLeftovers(tx, input, Math.min(readBatch, writeBatch))
  })
  if (next.length === 0) return left(deps, input)
  const looks = await lookAtAll(deps, open, input, next)
  const { settled, seen } = judgeLooks(open.provider.kind, next, looks)
  await inTransaction(deps.db, (tx) => settleLeftovers(tx, input, settled))
  const claimed = await writeDown(deps, open, input, seen)
  const tries = new Map(next.map((one) => [one.remoteId, one.tries]))
  if (claimed.length > 0) await send(deps, open, input, claimed, tries)
  return left(deps, input)
}

async function left(deps: Deps, input: CleanInput): Promise<CleanOutput> {
  const all = await openLeftovers(deps.db, input)
  if (all === 0) return { more: false, waitMs: 0 }
  const free = await nextLeftovers(deps.db, input, 1)
  return { more: true, waitMs: free.length > 0 ? 0 : deps.timing.writeDeadlineMs }
}

/** What the look at the whole account has not shown (completed tasks, mostly) is looked at by itself. */
async function lookAtAll(
  deps: Deps,
  { provider, direct }: OpenConnection,
  input: CleanInput,
  next: readonly Leftover[],
): Promise<ReadonlyMap<string, Observation>> {
  const cursor = await cursorOf(deps.db, input.connectionId, cleanStream(input.leavingId))
  const known = new Map(
    next.flatMap(({ remoteId, seen }) => (seen === null ? [] : [[remoteId, seen] as const])),
  )
  const found = new Map<string, Observation>()
  const read = async (ids: readonly string[], since: string | null) => {
    if (ids.length === 0) return
    const looks = await provider.read({ ...direct, lists: null, cursor: since }, ids, async () => known)
    for (const one of looks.observations) found.set(one.remoteId, one)
    if (looks.unreached !== null) throw looks.unreached
  }
  const [shown, others] = [
    next.filter(({ seen, tries }) => seen !== null && tries === 0),
    next.filter(({ seen, tries }) => seen === null || tries > 0),
  ]
  await read(
    shown.map(({ remoteId }) => remoteId),
    cursor,
  )
  await read(
    others.map(({ remoteId }) => remoteId),
    null,
  )
  return found
}

function judgeLooks(
  provider: string,
  next: readonly Leftover[],
  looks: ReadonlyMap<string, Observation>,
): { readonly settled: readonly Settled[]; readonly seen: readonly Looked[] } {
  const settled: Settled[] = []
  const seen: Looked[] = []
  for (const leftover of next) {
    const { remoteId } = leftover
    const look = looks.get(remoteId)
    if (look === undefined || (look.kind === 'unknown' && look.why === 'in-doubt')) throw inDoubt(provider)
    if (look.kind === 'present') seen.push({ leftover, seen: look.seen })
    else if (look.kind === 'unchanged' && leftover.seen !== null) seen.push({ leftover, seen: leftover.seen })
    else if (look.kind === 'unknown') settled.push({ remoteId, state: 'kept', note: look.why })
    else settled.push({ remoteId, state: 'done', note: null })
  }
  return { settled, seen }
}

function inDoubt(provider: string): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider,
    message: 'The service could not say how a task is that is to be cleaned',
  })
}

/** The intents, written down and claimed in one transaction: nobody else sends them. */
async function writeDown(
  deps: Deps,
  open: OpenConnection,
  input: CleanInput,
  looked: readonly Looked[],
): Promise<OpRow[]> {
  return inTransaction(deps.db, async (tx) => {
    const pairIds = looked.map(({ leftover }) => leftover.pairId)
    const pairs = new Map((await lockPairs(tx, pairIds)).map((pair) => [pair.id, pair]))
    const members = await membersOf(tx, pairIds)
    const ids = looked.map(({ leftover }) => leftover.remoteId)
    const others = await heldByOthers(tx, input, ids)
    const routes = new Map<string, RouteContext>()
    const clean: Settled[] = []
    const ops: NewOp[] = []
    for (const { leftover, seen } of looked) {
      const { remoteId, routeId, side } = leftover
      const pair = pairs.get(leftover.pairId)
      if (pair === undefined) continue
      const route = routes.get(routeId) ?? (await loadRouteById(tx, deps, routeId))
      routes.set(routeId, route)
      const own = members.filter((member) => member.pairId === pair.id)
      const isCurrent = own.some((member) => member.side === side && member.remoteId === remoteId)
      const taken = takingAway(open.provider, {
        seen,
        notes: ownWords(seen, side, pair, route, counterpartOf(side, own)).notes,
        comment: isCurrent ? (pair.comment?.id ?? null) : null,
        ours: isCurrent ? pair.told.ours : [],
        others: others.get(remoteId),
      })
      if (taken === null) clean.push({ remoteId, state: 'done', note: null })
      else
        ops.push({
          routeId,
          pairId: pair.id,
          side,
          connectionId: input.connectionId,
          remoteId,
          verb: 'update',
          before: seen,
          after: taken.fields,
          sources: {},
          base: EMPTY_BASE,
          beside: taken.beside,
          cause: 'clean',
          person: null,
          containerId: null,
          steps: stepsFor('update', taken.fields, open.provider.capabilities, taken.beside),
          planId: randomUUID(),
          plannedVersion: pair.syncVersion,
        })
    }
    await settleLeftovers(tx, input, clean)
    const opIds = await insertOps(tx, ops)
    return claimOps(tx, opIds, { deadlineMs: deps.timing.writeDeadlineMs, freshMs: FRESH_MS })
  })
}

async function send(
  deps: Deps,
  open: OpenConnection,
  input: CleanInput,
  claimed: readonly OpRow[],
  tries: ReadonlyMap<string, number>,
): Promise<void> {
  const inTime = AbortSignal.timeout(deps.timing.writeDeadlineMs)
  const writing = { ...open.writing, cursor: null, signal: AbortSignal.any([open.writing.signal, inTime]) }
  let results: readonly WriteResult[]
  try {
    results = (await open.provider.write(writing, await toWriteOps(deps.db, deps, claimed))).results
  } catch (error) {
    // The contract: what is thrown as one of these did nothing at all.
    if (error instanceof ProviderError && error.kind !== 'ambiguous-write')
      await inTransaction(deps.db, (tx) => releaseOps(tx, claimed))
    throw error
  }
  const outcomes = claimed.flatMap((op) => {
    const result = results.find(({ opId }) => opId === op.id)
    return result === undefined
      ? []
      : [settledBy(op, result, open.provider, tries.get(op.remoteId ?? '') ?? 0)]
  })
  await inTransaction(deps.db, async (tx) => {
    await lockPairs(
      tx,
      claimed.map(({ pairId }) => pairId),
    )
    await saveOps(
      tx,
      outcomes.map(({ op }) => op),
    )
    await settleLeftovers(
      tx,
      input,
      outcomes.map(({ leftover }) => leftover),
    )
  })
  const held = outcomes.find(({ held: why }) => why !== null)?.held ?? null
  if (held !== null) throw held
}
