/**
 * The first `count` of many items in an order, sorted; without sorting the rest. `compare`: as for `sort`, never 0 for
 * two different items.
 */
export function firstOf<T>(items: Iterable<T>, count: number, compare: (a: T, b: T) => number): T[] {
  let best: T[] = []
  /** The last of the best so far, once there are enough of them: what comes after it is none of them. */
  let last: T | undefined
  for (const item of items) {
    if (last !== undefined && compare(item, last) > 0) continue
    best.push(item)
    if (best.length < count * 2) continue
    best = best.sort(compare).slice(0, count)
    last = best.at(-1)
  }
  return best.sort(compare).slice(0, count)
}
