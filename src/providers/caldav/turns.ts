/** Lets a few at once through for each key; the others wait for their turn, in their order. */
export function createTurns(atOnce: number) {
  const busy = new Map<string, { running: number; waiting: (() => void)[] }>()
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const lane = busy.get(key) ?? { running: 0, waiting: [] }
    busy.set(key, lane)
    if (lane.running >= atOnce) await new Promise<void>((resolve) => lane.waiting.push(resolve))
    else lane.running += 1
    try {
      return await work()
    } finally {
      const next = lane.waiting.shift()
      // Whoever waits takes over the place of the one that goes.
      if (next !== undefined) next()
      else {
        lane.running -= 1
        if (lane.running === 0) busy.delete(key)
      }
    }
  }
}
