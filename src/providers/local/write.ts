import type { Connection, WriteOp, WriteReply } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { takeSlot, telling } from './call.ts'
import { nestedResult, resultOf } from './results.ts'
import type { LocalTaskStore, LocalWritten } from './store.ts'
import { toWrite } from './to-write.ts'

/** `Provider.write`: one call of the store for all ops, each of them a transaction with all of its steps. */
export async function write(
  store: LocalTaskStore,
  connection: Connection,
  ops: readonly WriteOp[],
): Promise<WriteReply> {
  const { askedAt } = await takeSlot(connection)
  const nested = ops.filter(({ container }) => container !== null && container.parent !== null)
  const able = ops.filter((op) => !nested.includes(op))
  const written = await telling(connection, () => writtenBy(store, able))
  return {
    results: [
      ...able.map((op, nth) => resultOf(op, askedAt, written[nth])),
      ...nested.map((op) => nestedResult(op, askedAt)),
    ],
    containers: containersOf(able, written),
  }
}

/** After an answer that was lost, any of them may have been done. */
async function writtenBy(store: LocalTaskStore, ops: readonly WriteOp[]): Promise<readonly LocalWritten[]> {
  try {
    return await store.write(ops.map(toWrite))
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'ambiguous-write') throw error
    return ops.map(() => ({ outcome: 'unknown', error }))
  }
}

function containersOf(ops: readonly WriteOp[], written: readonly LocalWritten[]): WriteReply['containers'] {
  const made = new Map<string, string>()
  for (const [nth, { container }] of ops.entries()) {
    const one = written[nth]
    if (container?.remoteId === null && one?.outcome === 'done' && one.list !== null)
      made.set(container.containerId, one.list)
  }
  return [...made].map(([containerId, remoteId]) => ({ containerId, remoteId }))
}
