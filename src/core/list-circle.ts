/*
 * Routes over overlapping scopes form a forest: a change that could come back to where it was made would go round.
 */

/** Where tasks lie: a list of a connection, or all that a connection has where its tasks lie in no lists. */
export type Place = { readonly connectionId: string; readonly list: string | null }

/** Two places that a route keeps in step. */
export type Link = readonly [Place, Place]

/** True when the two places of `link` are joined already by way of these others. */
export function closesCircle(links: readonly Link[], [from, to]: Link): boolean {
  const reached = new Set([nameOf(from)])
  for (let before = -1; before < reached.size; ) {
    before = reached.size
    for (const [one, other] of links) {
      const ends = [nameOf(one), nameOf(other)]
      if (ends.some((end) => reached.has(end))) for (const end of ends) reached.add(end)
    }
  }
  return reached.has(nameOf(to))
}

function nameOf({ connectionId, list }: Place): string {
  return JSON.stringify([connectionId, list])
}
