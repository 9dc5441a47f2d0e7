/*
 * Routes over overlapping scopes form a forest: a change that could come back to where it was made would go round.
 */

/** Where tasks lie: a list of a connection, or all that a connection has where its tasks lie in no lists. */
export type Place = { readonly connectionId: string; readonly list: string | null }

/** Two places that a route keeps in step. */
export type Link = readonly [Place, Place]

/** True when the two places of `link` are joined already by way of these others. */
export function closesCircle(links: readonly Link[], [from, to]: Link): boolean {
  return reachedFrom([from], links).has(nameOf(to))
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
