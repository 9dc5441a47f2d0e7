import { AT_ONCE } from './capabilities.ts'

/**
 * Works on all items, a few at once, and gives what became of each, in their order. After an error nothing more is begun:
 * the rest fails with the same one.
 */
export async function inPool<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const outcomes: PromiseSettledResult<R>[] = []
  let next = 0
  let stopped: { readonly reason: unknown } | null = null
  const drain = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      try {
        if (stopped !== null) throw stopped.reason
        outcomes[at] = { status: 'fulfilled', value: await work(items[at] as T) }
      } catch (reason) {
        stopped ??= { reason }
        outcomes[at] = { status: 'rejected', reason }
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, drain))
  return outcomes
}

/** The same, where an error of one is the error of all. */
export async function allInPool<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  return (await inPool(items, work)).map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = []
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size))
  return batches
}
