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

/** True where a change of one of these places comes to one of the others, by whatever links. */
export function areJoined(ones: readonly Place[], others: readonly Place[], links: readonly Link[]): boolean {
  const reached = reachedFrom(ones, links)
  return others.some((place) => reached.has(nameOf(place)))
}

function reachedFrom(places: readonly Place[], links: readonly Link[]): ReadonlySet<string> {
  const reached = new Set(places.map(nameOf))
  for (let before = -1; before < reached.size; ) {
    before = reached.size
    for (const [one, other] of links) {
      const ends = [nameOf(one), nameOf(other)]
      if (ends.some((end) => reached.has(end))) for (const end of ends) reached.add(end)
    }
  }
  return reached
}

function nameOf({ connectionId, list }: Place): string {
  return JSON.stringify([connectionId, list])
}
