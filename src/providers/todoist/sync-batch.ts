import type { Connection, DbTime } from '../contract.ts'
import { type Asker, askerOf } from './client.ts'
import { cancelled } from './errors.ts'

/** What became of one item of a shared request. An error means that nothing was done for it, unless it says so. */
export type Outcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: unknown }

/** How items that gather are sent. */
export type SharedWork<I, R> = {
  /** How many of the waiting items, from the first, go into the next request; at least one. */
  fit(waiting: readonly I[]): number
  /** One request for all; a result for each item, in their order. An error is the error of every one. */
  send(items: readonly I[], asker: Asker, onSlot: (askedAt: DbTime) => void): Promise<readonly R[]>
  /** The outcome of an item whose caller was cancelled while its request was under way. */
  abandon(item: I, askedAt: DbTime): Outcome<R>
}

type Entry<I, R> = {
  readonly item: I
  readonly connection: Connection
  readonly settle: (outcome: Outcome<R>) => void
  /** Set while its request is under way. */
  batch: Batch | null
}
type Batch = { readonly stop: AbortController; waiting: number; askedAt: DbTime | null }
type Lane<I, R> = { waiting: Entry<I, R>[] }

/**
 * Lets calls that run at the same time share requests: items that arrive with the same key within one turn of the
 * event loop, or while a request of that key is under way, go out together. Each caller gets the outcomes of its own
 * items and can be cancelled alone; the request itself stops when nobody waits for it any more.
 */
export function createSharedQueue<I, R>(work: SharedWork<I, R>) {
  const lanes = new Map<string, Lane<I, R>>()

  const drain = async (key: string, lane: Lane<I, R>): Promise<void> => {
    while (lane.waiting.length > 0) {
      const count = Math.max(1, work.fit(lane.waiting.map((entry) => entry.item)))
      await sendTogether(work, lane.waiting.splice(0, count))
    }
    lanes.delete(key)
  }

  const laneOf = (key: string): Lane<I, R> => {
    const running = lanes.get(key)
    if (running !== undefined) return running
    const lane: Lane<I, R> = { waiting: [] }
    lanes.set(key, lane)
    setImmediate(() => void drain(key, lane))
    return lane
  }

  return {
    /** One outcome for each item, in their order. Never rejects, save on a connection without credentials. */
    async submit(key: string, connection: Connection, items: readonly I[]): Promise<readonly Outcome<R>[]> {
      const { baseUrl, token } = askerOf(connection)
      if (connection.signal.aborted) return items.map(() => ({ ok: false, error: cancelled() }))
      const lane = laneOf(JSON.stringify([connection.id, baseUrl, token, key]))
      const entries: Entry<I, R>[] = []
      const outcomes = items.map(
        (item) =>
          new Promise<Outcome<R>>((settle) => {
            entries.push({ item, connection, settle, batch: null })
          }),
      )
      lane.waiting.push(...entries)
      const onAbort = () => {
        for (const entry of entries) leave(work, lane, entry)
      }
      connection.signal.addEventListener('abort', onAbort)
      try {
        return await Promise.all(outcomes)
      } finally {
        connection.signal.removeEventListener('abort', onAbort)
      }
    },
  }
}

async function sendTogether<I, R>(work: SharedWork<I, R>, entries: readonly Entry<I, R>[]): Promise<void> {
  const first = entries[0]
  if (first === undefined) return
  const batch: Batch = { stop: new AbortController(), waiting: entries.length, askedAt: null }
  for (const entry of entries) entry.batch = batch
  const asker: Asker = {
    ...askerOf(first.connection),
    gates: entries.map((entry) => entry.connection.gate),
    signal: batch.stop.signal,
  }
  try {
    const results = await work.send(
      entries.map((entry) => entry.item),
      asker,
      (askedAt) => {
        batch.askedAt ??= askedAt
      },
    )
    for (const [index, entry] of entries.entries()) {
      const value = results[index]
      if (value === undefined) throw new RangeError('A shared request has fewer results than items.')
      entry.settle({ ok: true, value })
    }
  } catch (error) {
    for (const entry of entries) entry.settle({ ok: false, error })
  }
}

function leave<I, R>(work: SharedWork<I, R>, lane: Lane<I, R>, entry: Entry<I, R>): void {
  const { batch } = entry
  if (batch === null) lane.waiting = lane.waiting.filter((other) => other !== entry)
  else {
    batch.waiting -= 1
    if (batch.waiting === 0) batch.stop.abort()
  }
  const askedAt = batch?.askedAt ?? null
  entry.settle(askedAt === null ? { ok: false, error: cancelled() } : work.abandon(entry.item, askedAt))
}
