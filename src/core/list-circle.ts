/*
 * Routes over overlapping scopes form a forest: a change that could come back to where it was made would go round.
 */

/** Where tasks lie: a list of a connection, or all that a connection has where its tasks lie in no lists. */
export type Place = { readonly connectionId: string; readonly list: string | null }

/** Two places that a route keeps in step. */
export type Link = readonly [Place, Place]

/** The links by which the two places of `link` are joined already, in their order; null where nothing joins them. */
export function circleBy<T extends { readonly link: Link }>(
  known: readonly T[],
  [from, to]: Link,
): readonly T[] | null {
  const ways = new Map<string, readonly T[]>([[nameOf(from), []]])
  for (let before = -1; before < ways.size; ) {
    before = ways.size
    for (const one of known) {
      const [a, b] = [nameOf(one.link[0]), nameOf(one.link[1])]
      for (const [near, far] of [
        [a, b],
        [b, a],
      ] as const) {
        const way = ways.get(near)
        if (way !== undefined && !ways.has(far)) ways.set(far, [...way, one])
      }
    }
  }
  return ways.get(nameOf(to)) ?? null
}

function nameOf({ connectionId, list }: Place): string {
  return JSON.stringify([connectionId, list])
}
