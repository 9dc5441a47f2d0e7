/** How many requests of one call are under way at once. */
const AT_ONCE = 5

/** Works on several lanes at once, and within a lane on one item after another, in their order. */
export async function inLanes<T>(
  lanes: readonly (readonly T[])[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...lanes]
  const drain = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (const item of lane) await work(item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, drain))
}
