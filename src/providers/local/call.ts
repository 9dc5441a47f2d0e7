import type { Connection, DbTime, Slot } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { CONTEXT } from './capabilities.ts'

/** One call of the store: takes its slot first. `askedAt` is that slot's time. */
export async function call<T>(
  connection: Connection,
  work: () => Promise<T>,
): Promise<{ readonly askedAt: DbTime; readonly answer: T }> {
  const { askedAt } = await takeSlot(connection)
  return { askedAt, answer: await telling(connection, work) }
}

export async function takeSlot({ signal, gate }: Connection): Promise<Slot> {
  if (signal.aborted) throw cancelled()
  const slot = await gate.take(CONTEXT)
  if (signal.aborted) throw cancelled()
  return slot
}

/** Does what a slot was taken for; the gate is told when that was too much. */
export async function telling<T>({ gate }: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'rate-limited')
      gate.learn({ context: CONTEXT, retryAfterMs: error.retryAfterMs })
    throw error
  }
}

function cancelled(): ProviderError {
  return new ProviderError({ kind: 'transient', provider: 'local', message: 'The call was cancelled.' })
}
